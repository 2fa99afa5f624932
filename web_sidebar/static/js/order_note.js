// The order-note panel: kind and change become one line, kept with the buyer and copied for the platform's order.
import {$, $$, announce, newKey, put, say, write} from './boot.js';
import {copy} from './bridge.js';
import {about, call} from './calls.js';
import * as panels from './panels.js';

const form = $('#order-note-form'), orders = $('#order-note-order'), kinds = $('#order-note-kinds');
const change = $('#order-note-change'), line = $('#order-note-text');
const states = new Map();
let whose = null, key = newKey(), busy = false, loading = null, chat = () => ({});

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

// One may type at once; what is to be chosen from comes a moment later.
function fill(wish) {
  const before = states.get(whose) ?? {};
  orders.replaceChildren();
  change.value = before.change ?? '';
  outcome('');
  tell('');
  change.focus();
  loading = load(wish ?? before.order, before.kind);
  return loading;
}

async function load(order, kind) {
  const here = whose;
  let found = null;
  try {
    found = await call(about(chat(), 'basket'));
  } catch { /* said below */ }
  if (here !== whose || !panels.isOpen('order-note')) return false;
  orders.replaceChildren(...(found?.orders ?? []).map(({id, title, amount}) => new Option(`${title || id} ¥${amount}`, id)));
  if (found?.orders.some(({id}) => id === order)) orders.value = order;
  listKinds(found?.note_kinds ?? [], kind);
  tell(found ? (orders.value ? '' : say('note_no_order')) : say('note_failed'));
  if (change.value) keep();
  return Boolean(orders.value);
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
  if (!await loading) return fill();
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
