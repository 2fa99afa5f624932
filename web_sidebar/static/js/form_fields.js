// The fields of a row's form, each filled and read by its kind; a list's items are small forms of fields again.
import {$, $$} from './boot.js';
import {kinds, plain} from './form_kinds.js';
import {items, list, number} from './form_rows.js';

// Keys that are needed stay when they are empty, so that what is missing is said where it belongs.
const NEEDED = new Set('id name title goal text value reply reason instead words replies from to count within key reach minus discount fact fee'.split(' '));

const of = field => field.dataset.kind === 'rows' ? rows : kinds[field.dataset.kind];

export function fill(field, holder, key) {
  of(field).fill(field, holder[key], holder);
}

export function keep(field, holder, key) {
  const before = holder[key], found = of(field).read(field, before, holder);
  const empty = found === '' || (Array.isArray(found) && !found.length);
  if (found === undefined || (empty && (before === undefined || !NEEDED.has(key)))) delete holder[key];
  else holder[key] = found;
}

// --- lists

const rows = {
  fill(place, said) {
    list(place).replaceChildren(...entries(said).map(found => item(place.dataset.row, found)));
    number(place);
  },
  read(place) {
    const found = items(place).map(said);
    if (items(place)[0]?.dataset.shape === 'map') return Object.fromEntries(found.filter(one => one.key).map(({key, value}) => [key, value]));
    return place.dataset.row === 'category' ? undefined : found;
  },
};

function entries(said) {
  if (plain(said)) return Object.entries(said).map(([key, value]) => ({key, value}));
  return Array.isArray(said) ? said : [];
}

const parts = made => $$('[data-part]', made);
const named = part => { part.dataset.kind ??= part.matches('textarea') ? 'text' : 'line'; return part; };

function item(row, found) {
  const made = document.getElementById(`row-${row}`).content.cloneNode(true).firstElementChild;
  made.row = plain(found) ? found : {'': found};
  for (const part of parts(made)) fill(named(part), made.row, part.dataset.part);
  return made;
}

function said(made) {
  const found = {...made.row};
  for (const part of parts(made)) keep(part, found, part.dataset.part);
  return made.dataset.shape === 'plain' ? found[''] ?? [] : found;
}

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
