// Asks about quick replies of one's own: with the sidebar's bearer, or by the page's cookie. A refusal brings its words.
import {answered} from './answers.js';
import {boot, say} from './boot.js';
import {bearer} from './live.js';

const at = path => `/api/v1/quick-replies${path}?lang=${boot.lang}`;
const mine = () => bearer() ? {Authorization: `Bearer ${bearer()}`} : {};

export async function ask(path, {method = 'GET', json, body} = {}) {
  try {
    return await answered(at(path), {method, headers: mine(), ...(json ? {values: json} : {body})});
  } catch (error) {
    throw error.status ? Object.assign(error, {say: error.say ?? say('own_failed')}) : error;
  }
}

async function content(hash) {
  const answer = await fetch(at(`/images/${hash}`), {headers: mine()});
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.blob();
}

const MOST = 100;
const pictures = new Map(); // hash -> its blob, on its way

export function picture(hash) {
  if (pictures.size >= MOST) pictures.clear();
  if (!pictures.has(hash)) pictures.set(hash, content(hash));
  pictures.get(hash).catch(() => pictures.delete(hash));
  return pictures.get(hash);
}

// Pages show pictures by their own words only: no address would carry the sidebar's sign-in.
export async function show(image, hash) {
  const blob = await picture(hash).catch(() => null);
  if (!blob) return;
  const reader = new FileReader();
  reader.onload = () => Object.assign(image, {src: reader.result, hidden: false});
  reader.readAsDataURL(blob);
}

// Clipboards take PNG only. With a text beside it the receiver chooses what it can use.
export async function copyPicture(hash, text) {
  const png = picture(hash).then(asPng);
  const words = text ? {'text/plain': new Blob([text], {type: 'text/plain'})} : {};
  await navigator.clipboard.write([new ClipboardItem({'image/png': png, ...words})]);
}

async function asPng(blob) {
  if (blob.type === 'image/png') return blob;
  const drawn = await createImageBitmap(blob);
  const canvas = Object.assign(document.createElement('canvas'), {width: drawn.width, height: drawn.height});
  canvas.getContext('2d').drawImage(drawn, 0, 0);
  return new Promise(done => canvas.toBlob(done, 'image/png'));
}
