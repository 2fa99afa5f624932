// The messages of the open conversation: stays at the end while the reader is at the end, and shows what is on its way.
import {$, say} from './boot.js';

const NEAR = 80; // pixels from the end that still count as being there
const chat = $('#chat');
let following = true;
let shown = null;

chat.addEventListener('scroll', () => { following = chat.scrollHeight - chat.scrollTop - chat.clientHeight < NEAR; });

export function open() {
  return $('.messages', chat)?.dataset.conversation ?? null;
}

export function rendered() {
  if (open() !== shown) following = true;
  shown = open();
  if (following) chat.scrollTop = chat.scrollHeight;
}

// A bubble for what was just sent; the real message will have the same id and take its place.
export function sending(text, key) {
  const bubble = document.createElement('li'), p = document.createElement('p'), meta = document.createElement('span');
  Object.assign(bubble, {className: 'message', id: `message-desk-${key}`});
  Object.assign(bubble.dataset, {side: 'agent', pending: ''});
  Object.assign(meta, {className: 'meta muted', textContent: say('sending')});
  p.textContent = text;
  bubble.append(p, meta);
  $('.messages', chat)?.append(bubble);
  following = true;
  rendered();
}
