// What is wrong with the row, where it stands: beside the field of the form, at the line of the text, and in a list.
import {$, $$, boot, put, say, write} from './boot.js';
import {piece} from './picker.js';

const list = $('#complaints'), line = $('#looked'), numbers = $('#numbers');
let field = null;

// mend(mending, name of the field, line): what one press makes of the row's text.
export function start(text, place, mend) {
  field = text;
  addEventListener('click', event => {
    const button = event.target.closest('[data-mend]');
    if (!button) return;
    event.preventDefault();
    mend(button.mending, button.dataset.of, Number(button.dataset.at));
  });
  text.addEventListener('scroll', () => { numbers.scrollTop = text.scrollTop; });
  list.addEventListener('click', event => {
    const button = event.target.closest('[data-line]');
    if (button) go(button.dataset, place);
  });
}

export function go({line: at, column = 1, field: name}, place) {
  if (!field.closest('#yaml').hidden) return caret(Number(at), Number(column));
  const found = place(name);
  (found?.matches('input, textarea, select') ? found : $('input, textarea, select', found ?? document.createElement('i')))?.focus();
}

// Columns are counted in characters, places in a text field in units of UTF-16.
function caret(at, column) {
  const lines = field.value.split('\n'), start = lines.slice(0, at - 1).join('\n').length + (at > 1 ? 1 : 0);
  const to = start + [...lines[at - 1] ?? ''].slice(0, column - 1).join('').length;
  field.focus();
  field.setSelectionRange(to, to);
  field.scrollTop = (at - 4) * parseFloat(getComputedStyle(field).lineHeight);
}

// The first that one press can mend, at hand without leaving what is typed.
export const mendFirst = () => $('[data-mend]', list)?.click();

function mender(one) {
  if (!one.mend || !boot.may) return [];
  const made = piece('button', 'button mend', say('mend', {right: one.mend.right.trim()}));
  Object.assign(made, {type: 'button', mending: one.mend, title: 'Alt+Enter'});
  Object.assign(made.dataset, {mend: '', of: one.field, at: one.line});
  return [made];
}

export function wait() {
  put(line, 'data-state', 'looking');
  write(line, say('looking'));
}

export function only(text) {
  put(line, 'data-state', 'bad');
  write(line, text);
  return text;
}

export function count(text) {
  const rows = text.value.split('\n').length;
  if (numbers.children.length !== rows) numbers.replaceChildren(...Array.from({length: rows}, (_, at) => piece('span', '', `${at + 1}\n`)));
  numbers.scrollTop = text.scrollTop;
}

export function show({complaints, warnings}, about) {
  clear();
  const all = [...complaints.map(one => ({...one, tone: 'bad'})), ...warnings.map(one => ({...one, tone: 'warn'}))];
  list.replaceChildren(...all.map(one => each(one, about)));
  for (const one of all) beside_(one, about);
  put(line, 'data-state', complaints.length ? 'bad' : 'ok');
  write(line, complaints.length ? say('faults', {n: complaints.length}) : say('no_faults'));
}

// What only shows beside the other rows comes later; what is there already stays.
export function beside({complaints, warnings}, about) {
  const have = new Set($$('[data-line]', list).map(button => button.dataset.key));
  const more = complaints.filter(one => !have.has(key(one)));
  if (!more.length) return;
  for (const one of more) {
    list.append(each({...one, tone: 'bad'}, about));
    beside_({...one, tone: 'bad'}, about);
  }
  put(line, 'data-state', 'bad');
  write(line, say('faults', {n: $$('[data-tone=bad]', list).length}));
}

const key = one => `${one.line}:${one.column}:${one.message}`;

// In a form nobody counts lines: the field is called by its name, and keys of YAML are nobody's business.
const plainly = text => text.replace(/\uff08[a-z_.]+\uff09/g, '');

function where(one, {mode, place}) {
  if (mode === 'yaml') return say('line_column', {n: one.line, c: one.column});
  const found = place(one.field), named = found?.closest('label, fieldset, section, .item');
  return $('span, legend, h2', named ?? document.createElement('i'))?.textContent.split(/[\uff08\uff1a(:]/)[0].trim() ?? '';
}

function each(one, about) {
  const made = piece('li', '', ''), button = piece('button', '', '');
  button.type = 'button';
  Object.assign(button.dataset, {line: one.line, column: one.column, field: one.field, key: key(one), tone: one.tone});
  button.append(piece('span', 'where figure', where(one, about)), piece('b', '', about.mode === 'yaml' ? one.message : plainly(one.message)), piece('span', 'muted', one.advice));
  made.append(button, ...mender(one));
  return made;
}

function beside_(one, {mode, place, fresh}) {
  if (mode === 'yaml') {
    const at = numbers.children[one.line - 1];
    if (at) at.dataset.tone = one.tone;
    return;
  }
  const found = place(one.field);
  if (!found) return;
  const input = found.matches('input, textarea, select') ? found : null;
  // What somebody has not come to yet is no mistake of theirs: it is said softly until the field was touched.
  const todo = one.tone === 'bad' && fresh && input?.value === '' && !('touched' in input.dataset);
  if (one.tone === 'bad' && input && !todo) put(input, 'aria-invalid', 'true');
  const nth = input?.dataset.kind === 'lines' ? /\.(\d+)$/.exec(one.field) : null;
  const at = nth ? `${say('line', {n: Number(nth[1]) + 1})} · ` : '';
  const note = piece('p', 'told', `${at}${plainly(one.message)}${one.advice ? ` · ${plainly(one.advice)}` : ''}`);
  note.dataset.tone = todo ? 'todo' : one.tone;
  note.append(...mender(one));
  (input?.closest('label') ?? found).append(note);
}

function clear() {
  for (const note of $$('.told')) note.remove();
  for (const input of $$('[aria-invalid]')) input.removeAttribute('aria-invalid');
  for (const at of $$('[data-tone]', numbers)) delete at.dataset.tone;
}
