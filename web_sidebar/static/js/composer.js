// The composer: Enter sends, Shift+Enter breaks the line, an input method's Enter does neither; texts go in at the caret,
// and Tab goes through the blanks (___, __size__) in them.
import {BLANK} from './blanks.js';
import {$, boot, say, write} from './boot.js';
import {isSlash, named, onlySlash} from './keys.js';
import {begin, notByHand} from './writing.js';

const form = $('#composer'), draft = $('#draft'), told = $('#told');
const LONGEST = boot.longest ?? 10_000; // characters; the server keeps no more

let changed = () => {};

export function start({send, key, quick, ...more}) {
  changed = more.changed ?? changed;
  form.addEventListener('submit', event => { event.preventDefault(); submit(send); });
  draft.addEventListener('focus', () => draft.value || begin());
  draft.addEventListener('paste', notByHand);
  draft.addEventListener('input', event => input(event, quick));
  draft.addEventListener('compositionend', () => slashed(quick));
  draft.addEventListener('keydown', event => keydown(event, {send, key, quick}));
}

export function show(on) {
  form.hidden = !on;
}

export function focus() {
  draft.focus();
}

export function value(text) {
  if (text !== undefined) {
    draft.value = text;
    if (text) notByHand(); // begun before another chat: how long it took is not known
    else begin();
    tell('');
  }
  grow();
  return draft.value;
}

// Beside what was written: why it was not sent, and what to do.
export function tell(text) {
  write(told, text);
}

// At the caret, never over what is selected or written. The browser's own undo keeps working.
export function insert(text) {
  if (form.hidden) return false;
  draft.focus();
  notByHand();
  const start = draft.selectionEnd;
  draft.setSelectionRange(start, start);
  if (!document.execCommand('insertText', false, text)) draft.setRangeText(text, draft.selectionEnd, draft.selectionEnd, 'end');
  grow();
  changed(draft.value);
  pick(blanks().find(({index}) => index >= start && index < draft.selectionEnd));
  return true;
}

// All of it anew; the browser's own undo brings back what was there.
export function replace(text) {
  draft.focus();
  draft.select();
  if (!document.execCommand('insertText', false, text)) draft.value = text;
  grow();
  changed(draft.value);
  tell('');
}

export function select(words) {
  draft.focus();
  const at = draft.value.indexOf(words);
  if (at >= 0) draft.setSelectionRange(at, at + words.length);
}

// It is on its way: nothing is written any more.
export function take() {
  draft.value = '';
  changed('');
  tell('');
  grow();
  draft.focus();
}

const blanks = () => [...draft.value.matchAll(BLANK)];

function pick(blank) {
  if (blank) draft.setSelectionRange(blank.index, blank.index + blank[0].length);
  return Boolean(blank);
}

// Without a blank in that direction Tab leaves the field as everywhere else.
function step(back) {
  const {selectionStart: start, selectionEnd: end} = draft;
  return pick(back ? blanks().findLast(({index}) => index < start) : blanks().find(({index}) => index >= end));
}

function input({isComposing, inputType}, quick) {
  if (!isComposing && inputType?.startsWith('insert')) slashed(quick);
  changed(draft.value);
  tell('');
  grow();
}

// Some input methods hide which key was pressed until its character stands there.
function slashed(quick) {
  if (!onlySlash(draft.value)) return;
  draft.value = '';
  quick();
}

function keydown(event, {send, key, quick}) {
  if (event.isComposing || event.keyCode === 229) return;
  const name = named(event);
  if (name) event.repeat || key(name);
  else if (!draft.value && isSlash(event)) quick();
  else if (event.key === 'Tab' && step(event.shiftKey)) event.stopPropagation();
  else if (event.key === 'Enter' && !event.shiftKey) submit(send);
  else return;
  event.preventDefault();
}

function submit(send) {
  const text = draft.value.trim();
  if (!text) return;
  if (pick(blanks()[0])) return tell(say('blank_left')); // a text with a hole in it must not reach a buyer
  const n = [...text].length;
  if (n > LONGEST) return tell(say('not_sent') + say('too_long', {most: LONGEST, n}));
  take();
  send(text);
}

function grow() {
  draft.style.height = 'auto';
  draft.style.height = `${draft.scrollHeight + 2}px`;
}
