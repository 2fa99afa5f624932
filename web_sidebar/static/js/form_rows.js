// Lists inside a row's form: replies, tiers, groups of rules. Added, moved (buttons, Alt+arrows, by dragging), removed.
import {$, $$, announce, say} from './boot.js';
import {fill, keep, plain} from './form_kinds.js';

const list = place => $('[data-rows]', place);
const items = place => [...list(place).children];
const parts = made => $$('[data-part]', made);
const kind = part => { part.dataset.kind ??= part.matches('textarea') ? 'text' : 'line'; return part; };

export function show(place, said) {
  list(place).replaceChildren(...entries(place, said).map(found => item(place.dataset.row, found)));
  number(place);
}

function entries(place, said) {
  if (plain(said)) return Object.entries(said).map(([key, value]) => ({key, value}));
  return Array.isArray(said) ? said : [];
}

function item(row, found) {
  const made = document.getElementById(`row-${row}`).content.cloneNode(true).firstElementChild;
  made.row = plain(found) ? found : {'': found};
  for (const part of parts(made)) fill(kind(part), made.row, part.dataset.part);
  return made;
}

export function read(place) {
  const found = items(place).map(said);
  if (items(place)[0]?.dataset.shape === 'map') return Object.fromEntries(found.filter(one => one.key).map(({key, value}) => [key, value]));
  return place.dataset.row === 'category' ? undefined : found;
}

function said(made) {
  const found = {...made.row};
  for (const part of parts(made)) keep(part, found, part.dataset.part);
  return made.dataset.shape === 'plain' ? found[''] ?? [] : found;
}

function number(place) {
  for (const [at, made] of items(place).entries()) {
    made.dataset.at = String(at);
    const shown = $('.number', made);
    if (shown) shown.textContent = at + 1;
  }
}

// --- changing the list

export function append(place) {
  const row = place.dataset.row, made = item(row, row === 'reply' ? {id: freeId(place), text: ''} : row === 'apart' ? [] : {});
  list(place).append(made);
  number(place);
  $('textarea, input:not([data-part=id]), select, .choice', made)?.focus();
}

function freeId(place) {
  const taken = new Set($$('[data-part=id]', place).map(field => field.value));
  let n = taken.size + 1;
  while (taken.has(`reply-${n}`)) n += 1;
  return taken.size ? `reply-${n}` : 'usual';
}

export function remove(button) {
  const gone = button.closest('.condition') ?? button.closest('.item'), place = gone.parentElement.parentElement;
  const next = gone.nextElementSibling ?? gone.previousElementSibling, name = $('[data-part=id]', gone)?.value;
  if (name) announce(say('reply_removed', {name}));
  gone.remove();
  if (gone.matches('.item')) number(place);
  ($('textarea, select, input', next ?? document.createElement('i')) ?? $('[data-add]:last-of-type', place))?.focus();
}

export function shift(made, by) {
  const other = by < 0 ? made?.previousElementSibling : made?.nextElementSibling;
  if (!other) return;
  const focus = document.activeElement;
  if (by < 0) other.before(made); else other.after(made);
  moved(made);
  focus.focus();
}

function moved(made) {
  number(made.parentElement.parentElement);
  announce(say('reply_moved', {n: Number(made.dataset.at) + 1}));
}

export function drags(form, changed) {
  let held = null;
  form.addEventListener('dragstart', event => {
    held = event.target.closest('.grip')?.closest('.item') ?? null;
    if (!held) return;
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setDragImage(held, 12, 12);
    held.dataset.held = '';
  });
  form.addEventListener('dragover', event => {
    const over = held && event.target.closest('.item');
    if (!over || over.parentElement !== held.parentElement) return;
    event.preventDefault();
    const {top, height} = over.getBoundingClientRect();
    if (over !== held) over[event.clientY < top + height / 2 ? 'before' : 'after'](held);
  });
  form.addEventListener('drop', event => held && event.preventDefault());
  form.addEventListener('dragend', () => {
    if (!held) return;
    delete held.dataset.held;
    moved(held);
    held = null;
    changed();
  });
}

// Where a complaint about the list belongs: at the part of the item it names.
export function place(found, [at, part]) {
  const made = at === undefined ? null : items(found)[Number(at)] ?? items(found).find(one => $('[data-part=key]', one)?.value === at);
  return (part && made && $(`[data-part="${CSS.escape(part)}"]`, made)) || made || found;
}
