// Asks about quick replies of one's own: with the sidebar's bearer, or by the page's cookie. A refusal brings its words.
import {boot, say} from './boot.js';
import {bearer} from './live.js';

export async function ask(path, {method = 'GET', json, body} = {}) {
  const token = bearer();
  const headers = {Accept: 'application/json', ...(token && {Authorization: `Bearer ${token}`}), ...(json && {'Content-Type': 'application/json'})};
  const answer = await fetch(`/api/v1/quick-replies${path}?lang=${boot.lang}`, {method, headers, body: json ? JSON.stringify(json) : body});
  if (path.startsWith('/images/') && answer.ok) return answer.blob();
  const found = await answer.json().catch(() => ({}));
  if (answer.ok) return found;
  throw Object.assign(new Error(answer.status), {say: found.error?.say ?? say('own_failed')});
}

const MOST = 100;
const pictures = new Map(); // hash -> its blob, on its way

export function picture(hash) {
  if (pictures.size >= MOST) pictures.clear();
  if (!pictures.has(hash)) pictures.set(hash, ask(`/images/${hash}`));
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
