// The order-note panel: kind and change become one line, kept with the buyer and copied for the platform's order.
import {$, $$, announce, newKey, put, say, write} from './boot.js';
import {copy} from './bridge.js';
import {about, call} from './calls.js';
import * as panels from './panels.js';

const form = $('#order-note-form'), orders = $('#order-note-order'), kinds = $('#order-note-kinds');
const change = $('#order-note-change'), line = $('#order-note-text');
const states = new Map();
let whose = null, key = newKey(), busy = false, chat = () => ({});

export function start(options) {
  ({chat} = options);
  panels.add('order-note', {fill});
  form.addEventListener('submit', submit);
  form.addEventListener('input', keep);
  change.addEventListener('keydown', event => !event.isComposing && ['ArrowUp', 'ArrowDown'].includes(event.key) && turnKind(event));
  $('#order-note-again').addEventListener('click', () => bringOut(line.textContent));
}

// Another conversation is open: what was half written waits for its own buyer.
export function turn(conversation) {
  if (conversation === whose) return;
  whose = conversation;
  key = newKey();
  panels.hide();
}

async function fill(wish) {
  const here = whose;
  let found;
  try {
    found = await call(about(chat(), 'basket'));
  } catch {
    found = null;
  }
  if (here !== whose || !panels.isOpen('order-note')) return;
  const before = states.get(whose) ?? {};
  orders.replaceChildren(...(found?.orders ?? []).map(({id, title, amount}) => new Option(`${title || id} ¥${amount}`, id)));
  if ($(`option[value="${CSS.escape(wish ?? before.order ?? '')}"]`, orders)) orders.value = wish ?? before.order;
  listKinds(found?.note_kinds ?? [], before.kind);
  change.value = before.change ?? '';
  outcome('');
  tell(found ? (orders.options.length ? '' : say('note_no_order')) : say('note_failed'));
  change.focus();
}

function listKinds(names, chosen) {
  const labels = names.map((name, at) => {
    const label = document.createElement('label'), radio = document.createElement('input'), words = document.createElement('span');
    Object.assign(radio, {type: 'radio', name: 'kind', value: name, checked: name === chosen || (!names.includes(chosen) && !at)});
    words.textContent = name;
    label.append(radio, words);
    return label;
  });
  kinds.replaceChildren(kinds.firstElementChild, ...labels);
}

const kind = () => $(':checked', kinds)?.value ?? '';

function turnKind(event) {
  const radios = $$('input', kinds), at = radios.findIndex(radio => radio.checked);
  if (!radios.length) return;
  event.preventDefault();
  const next = radios[(at + (event.key === 'ArrowDown' ? 1 : radios.length - 1)) % radios.length];
  next.checked = true;
  announce(next.value);
  keep();
}

function keep() {
  key = newKey(); // what is written differently is another note
  states.set(whose, {order: orders.value, kind: kind(), change: change.value});
}

function tell(words) {
  write($('#order-note-wrong'), words);
  $('#order-note-wrong').hidden = !words;
  if (words) put(change, 'aria-invalid', 'true');
  else change.removeAttribute('aria-invalid');
}

function outcome(text, said = '') {
  write(line, text);
  line.hidden = $('#order-note-again').hidden = !text;
  write($('#order-note-said'), said);
}

async function submit(event) {
  event.preventDefault();
  event.stopPropagation();
  if (busy) return;
  outcome('');
  if (!orders.value) return tell(say('note_no_order'));
  if (!change.value.trim()) return change.focus(), tell(say('note_empty'));
  tell('');
  busy = true;
  const here = whose;
  try {
    const {text} = await call(about(chat(), 'order-notes'), {order: orders.value, kind: kind(), change: change.value, key});
    key = newKey();
    states.delete(here);
    if (here !== whose) return;
    change.value = '';
    await bringOut(text);
  } catch {
    if (here === whose) tell(say('note_failed')); // the key stays: trying again writes nothing twice
  } finally {
    busy = false;
  }
}

async function bringOut(text) {
  const done = await copy(text);
  outcome(text, say(done ? 'note_copied' : 'copy_failed'));
  change.focus();
}
