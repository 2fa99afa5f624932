// What each column of a spreadsheet of quick replies is taken for, with what stands in it: shown, and changed.
import {$, $$, boot, say} from './boot.js';
import {piece} from './picker.js';

const FIELDS = ['title', 'text', 'group', 'shortcut', ''];
const table = $('#reply-columns'), head = $('#reply-head');

export function clear() {
  $('thead tr', table).replaceChildren();
  $('tbody', table).replaceChildren();
}

// What is asked of the service; nothing while it has not said yet what the columns are.
export function add(body) {
  const means = $$('select', table).map(({value}) => value);
  if (!means.length) return;
  body.append('columns', JSON.stringify(means));
  body.append('head', String(head.checked));
}

export function show(found) {
  const {columns} = found, at = $$('select', table).indexOf(document.activeElement);
  head.checked = found.head;
  $('thead tr', table).replaceChildren(...columns.map(column));
  const lines = Math.max(0, ...columns.map(({samples}) => samples.length));
  const cells = n => columns.map(({samples}) => piece('td', '', samples[n] ?? ''));
  $('tbody', table).replaceChildren(...Array.from({length: lines}, (_, n) => {
    const row = document.createElement('tr');
    row.append(...cells(n));
    return row;
  }));
  $$('select', table)[at]?.focus();
}

function column({head: called, means}, n) {
  const cell = piece('th', '', ''), choice = piece('select', 'field', ''), name = called || say('own_column', {n: n + 1});
  cell.scope = 'col';
  choice.setAttribute('aria-label', say('own_column_means', {name}));
  choice.append(...FIELDS.map(value => Object.assign(document.createElement('option'), {value, textContent: boot.fields[value], selected: value === means})));
  cell.append(piece('span', 'muted', name), choice);
  return cell;
}

// What is to be said of the file, and of each faulty row.
export function title({name}, {new: fresh, same, faulty}) {
  return faulty ? say('own_file_faulty', {name, n: faulty}) : say('own_file_ready', {name, n: fresh}) + (same ? say('own_file_same', {n: same}) : '');
}

export function faults({faults: named, faulty}) {
  const more = faulty - named.length;
  return [...named.map(fault), ...(more > 0 ? [piece('li', 'muted', say('own_file_more', {n: more}))] : [])];
}

function fault({line, say: why}) {
  const item = piece('li', '', '');
  item.append(piece('b', 'figure', say('own_file_row', {n: line})), piece('span', '', why));
  return item;
}
