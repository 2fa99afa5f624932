// The messages of the open conversation: stays at the end while the reader is at the end, and shows what is on its way.
import {$, put, say, write} from './boot.js';

const NEAR = 80; // pixels from the end that still count as being there
const chat = $('#chat');
let following = true;
let shown = null;
let last;

chat.addEventListener('scroll', () => { following = chat.scrollHeight - chat.scrollTop - chat.clientHeight < NEAR; });

// The messages of the chat that is here, whose names are on it.
export const shows = () => $('.messages', chat);

let wanted = null;
const name = ({conversation, platform}) => `${platform}/${conversation}`;
const here = () => shows() && name(shows().dataset);

// Until the chosen conversation is here nothing of the one before is shown: an answer must not seem to go to it.
export function expect(conversation, platform) {
  wanted = conversation && name({conversation, platform: platform ?? shows()?.dataset.platform});
  put($('#chat-pane'), 'data-phase', wanted && here() !== wanted ? 'loading' : 'ready');
}

// The list knows whose chat was chosen, also while the connection is away.
export const call = name => write($('#chat-head h2'), name);

// Whether the buyer has said more than was there before.
export function rendered() {
  if (here() !== shown) following = true;
  shown = here();
  if (following) chat.scrollTop = chat.scrollHeight;
  const newest = [...chat.querySelectorAll('[data-side=buyer]')].at(-1)?.id, more = newest !== last;
  last = newest;
  return more;
}

// What was refused is back in the composer: it must not look as if it had been said.
export function notSent(key) {
  document.getElementById(`message-desk-${key}`)?.remove();
}

// A bubble for what was just sent; the real message will have the same id and take its place.
export function sending(text, key) {
  if (!wanted || here() !== wanted) return; // it will be there when the conversation is
  const bubble = document.createElement('li'), p = document.createElement('p'), meta = document.createElement('span');
  Object.assign(bubble, {className: 'message', id: `message-desk-${key}`});
  Object.assign(bubble.dataset, {side: 'agent', pending: ''});
  Object.assign(meta, {className: 'meta muted', textContent: say('sending')});
  p.textContent = text;
  bubble.append(p, meta);
  shows().append(bubble);
  following = true;
  rendered();
}
