// Brings a reply to where the buyer will read it: into the host's composer, else onto the clipboard.
import {announce, say} from './boot.js';
import {copy} from './bridge.js';
import * as cards from './cards.js';
import {copyPicture} from './own_calls.js';
import * as toast from './toast.js';

let bridge, send;

export function start(given) {
  ({bridge, send} = given);
}

export async function bring({id, text, image}) {
  const copies = cards.means() === 'copy';
  if (image && !copies) await copyImage(image); // now: once the host has the focus the clipboard is its own
  try {
    const said = await cards.bring(bridge, text);
    if (said === null) return;
    if (image && copies) await copyImage(image, said);
    if (id && bridge.conversation) send({op: 'quick_reply', id, text: said});
  } catch {
    announce(say(await copy(text) ? 'copied' : 'copy_failed'));
  }
}

async function copyImage(hash, text) {
  try {
    await copyPicture(hash, text);
    toast.hint(say('image_copied'));
  } catch {
    toast.tell(say('image_not_copied'));
  }
}
