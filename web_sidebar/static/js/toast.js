// One line over everything that follows: what just happened, and for some seconds a way back.
import {$, announce, write} from './boot.js';

const SECONDS = 8, HINT_SECONDS = 4;
const toast = $('#toast'), button = $('#toast-undo');
let timer = 0, undo = null;

export function tell(text, back = null) {
  undo = back;
  show(text, back ? '' : 'bad');
  button.hidden = !back;
  if (back) timer = setTimeout(away, SECONDS * 1000);
}

// Why a key did nothing just now. A way back that still stands is worth more than that.
export function hint(text) {
  if (undo) return announce(text);
  button.hidden = true;
  show(text, '');
  timer = setTimeout(away, HINT_SECONDS * 1000);
}

function show(text, tone) {
  clearTimeout(timer);
  write($('span', toast), text);
  toast.hidden = false;
  toast.dataset.tone = tone;
  announce(text);
}

export const canGoBack = () => Boolean(undo);

export function away() {
  clearTimeout(timer);
  toast.hidden = true;
  undo = null;
}

// Another chat: what was said about the last one goes; a way back stays, it knows where it leads.
export function turn() {
  if (!undo) away();
}

// Whether there was something to take back.
export function back() {
  const again = undo;
  if (again) away();
  again?.();
  return Boolean(again);
}

button.addEventListener('click', back);
// Who is reaching for it has all the time in the world.
toast.addEventListener('pointerenter', () => clearTimeout(timer));
toast.addEventListener('pointerleave', () => { if (undo) timer = setTimeout(away, SECONDS * 1000); });
