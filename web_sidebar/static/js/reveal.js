// What is hidden of a buyer is shown for half a minute, for a reason that is recorded.
import {$, put, write} from './boot.js';
import {call} from './calls.js';

const SHOWN_MS = 30_000;
let hiding = 0, asked = 0;

export async function reveal(button) {
  const mine = ++asked, {conversation, platform, buyer} = $('#buyer .who').dataset;
  const path = `/api/v1/buyers/${encodeURIComponent(buyer)}/reveal?${new URLSearchParams({platform})}`;
  try {
    const {phone} = await call(path, {reason: button.dataset.reveal});
    if (mine === asked && $('#buyer .who')?.dataset.conversation === conversation) show(phone);
  } catch {
    if (mine === asked) tell($('#reveal')?.dataset.failed);
  }
}

function show(phone) {
  const box = $('#reveal'), within = box?.contains(document.activeElement);
  tell(phone);
  box?.setAttribute('data-shown', '');
  if (within) $('#reveal-hide').focus(); // the reasons, where the keyboard was, are gone
  clearTimeout(hiding);
  hiding = setTimeout(fold, SHOWN_MS);
}

const tell = text => write($('#revealed'), text ?? '');

// Hidden again: the time is over, another chat was opened, or somebody has seen enough. Whoever stood in it with the
// keyboard stands where they opened it.
export function fold() {
  asked += 1;
  clearTimeout(hiding);
  tell('');
  const box = $('#reveal'), opener = $('#reveal-open');
  box?.removeAttribute('data-shown');
  if (box?.contains(document.activeElement)) opener?.focus();
  box?.toggleAttribute('hidden', true);
  put(opener, 'aria-expanded', 'false');
}
