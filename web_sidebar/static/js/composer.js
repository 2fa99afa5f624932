// The composer: Enter sends, Shift+Enter breaks the line, an input method's Enter does neither; texts go in at the caret.
import {$} from './boot.js';
import {isSlash, named} from './keys.js';

const form = $('#composer'), draft = $('#draft');

export function start({send, key, quick}) {
  form.addEventListener('submit', event => { event.preventDefault(); submit(send); });
  draft.addEventListener('input', grow);
  draft.addEventListener('keydown', event => keydown(event, {send, key, quick}));
}

export function show(on) {
  form.hidden = !on;
}

export function focus() {
  draft.focus();
}

export function value(text) {
  if (text !== undefined) draft.value = text;
  grow();
  return draft.value;
}

// At the caret, never over what is selected or written. The browser's own undo keeps working.
export function insert(text) {
  if (form.hidden) return false;
  draft.focus();
  draft.setSelectionRange(draft.selectionEnd, draft.selectionEnd);
  if (!document.execCommand('insertText', false, text)) draft.setRangeText(text, draft.selectionEnd, draft.selectionEnd, 'end');
  grow();
  return true;
}

function keydown(event, {send, key, quick}) {
  if (event.isComposing || event.keyCode === 229) return;
  const name = named(event);
  if (name) key(name);
  else if (!draft.value && isSlash(event)) quick();
  else if (event.key === 'Enter' && !event.shiftKey) submit(send);
  else return;
  event.preventDefault();
}

function submit(send) {
  const text = draft.value.trim();
  if (!text) return;
  draft.value = '';
  grow();
  send(text);
}

function grow() {
  draft.style.height = 'auto';
  draft.style.height = `${draft.scrollHeight + 2}px`;
}
