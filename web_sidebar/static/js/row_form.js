// The form of a row: filled from its values, read back into them. What the form does not show stays as it was.
import {$, $$, boot} from './boot.js';
import * as conditions from './conditions.js';
import {append, fill, keep} from './form_fields.js';
import {addFact, lines, plain} from './form_kinds.js';
import * as picture from './form_picture.js';
import * as rows from './form_rows.js';

const LISTS = new Set(['synonyms', 'check_words', 'small_talk']);
const form = $('#form');
let value = null, short = false, changed = () => {};

const template = table => document.getElementById(`form-${LISTS.has(table) ? 'list' : table}`);

export const has = table => template(table) !== null;

export function start(options) {
  changed = options.changed;
  form.addEventListener('submit', event => event.preventDefault());
  form.addEventListener('input', event => {
    if (event.target.matches('[data-add-fact]')) addFact(event.target);
    if (event.target.matches('[data-on]')) turn(event.target);
    if (event.target.matches('[data-choose]')) return void picture.choose(event.target, changed);
    event.target.dataset.touched = '';
    changed();
  });
  form.addEventListener('click', press);
  form.addEventListener('keydown', move);
  rows.drags(form, () => changed());
  offer('groups', (boot.groups ?? []).map(name => [name, '']));
  offer('reply-names', boot.replies ?? []);
}

function offer(id, named) {
  document.getElementById(id).replaceChildren(...named.map(([value, label]) => Object.assign(document.createElement('option'), {value, label})));
}

export function show(table, found, state) {
  value = shaped(table, found);
  short = table === 'shop' && !plain(found);
  form.replaceChildren(template(table).content.cloneNode(true));
  for (const each of $$('[data-only]', form)) each.hidden = each.dataset.only !== state;
  for (const each of $$('[data-list-label]', form)) each.hidden = each.dataset.listLabel !== table;
  for (const each of $$('[data-group]', form)) open(each, value[each.dataset.group] !== undefined);
  if (LISTS.has(table)) $('[data-field=""]', form).value = value.join('\n');
  else for (const [field, holder, key] of located(value)) fill(field, holder, key);
  for (const field of $$('[data-unless]', form)) {
    field.stood = value[field.dataset.unless] !== undefined && field.dataset.field in value;
    aside(field, value);
  }
  told();
}

// An entry of the handbook may be written short: its value alone.
function shaped(table, found) {
  if (LISTS.has(table)) return Array.isArray(found) ? found : [];
  if (plain(found)) return found;
  return table === 'shop' ? {value: found} : {};
}

// Each field with the object and the key it is about; what has another shape than the form expects is left alone.
function* located(said) {
  for (const field of $$('[data-field]', form)) {
    const [key, ...inner] = field.dataset.field.split('.').reverse();
    const holder = inner.length ? said[inner[0]] ?? {} : said;
    if (plain(holder)) yield [field, holder, key];
  }
}

export function read() {
  const list = $('[data-field=""]', form);
  if (list) return lines(list.value);
  const said = {...value};
  for (const each of $$('[data-group]', form)) {
    const name = each.dataset.group;
    if (!$('[data-on]', each).checked) delete said[name];
    else if (said[name] === undefined || plain(said[name])) said[name] = {...said[name]};
  }
  for (const [field, holder, key] of located(said)) if (!field.closest('[data-group] [data-inside][hidden]')) keep(field, holder, key);
  for (const field of $$('[data-unless]', form)) aside(field, said);
  told();
  return short && Object.keys(said).length === 1 && 'value' in said ? said.value : said;
}

// What says nothing beside a part that is on is not asked; where both were written it stays, so that it can be mended.
function aside(field, said) {
  const idle = said[field.dataset.unless] !== undefined;
  if (idle && !field.stood) delete said[field.dataset.field];
  (field.closest('label') ?? field).hidden = idle && !(field.dataset.field in said);
}

function open(group, on) {
  $('[data-on]', group).checked = on;
  $('[data-inside]', group).hidden = !on;
}

function turn({checked, parentElement}) {
  const group = parentElement.closest('[data-group]');
  open(group, checked);
  if (!checked) return;
  for (const field of $$('[data-fresh]', group)) {
    const count = $('[data-count]', field);
    if (count && !count.value) {
      count.value = parseInt(field.dataset.fresh, 10);
      $('[data-unit]', field).value = field.dataset.fresh.at(-1);
    } else if (!count && !field.value) field.value = field.dataset.fresh;
  }
  $('[data-inside] .field', group)?.focus();
}

// Beside the name of a reply stands what it says.
function told() {
  const line = $('[data-reply-of]', form);
  if (!line) return;
  const name = $('[data-field=reply]', form).value, id = name.split('/')[0];
  const all = boot.replies ?? [];
  const found = all.find(([of]) => of === name) ?? all.find(([of]) => name && (of.startsWith(`${name}/`) || of.endsWith(`/${name}`)));
  const link = Object.assign(document.createElement('a'), {href: `/scripts?${new URLSearchParams({table: 'situations', id: found ? found[0].split('/')[0] : id})}`, textContent: found?.[1] ?? ''});
  line.replaceChildren(...(found ? [link] : []));
}

function press({target}) {
  const button = target.closest('button');
  if (!button) return;
  const {add, move: by, drop} = button.dataset;
  if (add === 'condition') conditions.add(button.closest('.conditions'));
  else if (add) append(button.closest('[data-row]'));
  else if (by) rows.shift(button.closest('.item'), Number(by));
  else if ('remove' in button.dataset) rows.remove(button);
  else if ('without' in button.dataset) picture.without(button);
  else if (drop !== undefined) button.remove();
  else if (button.closest('.choices')) button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
  else return;
  changed();
}

function move(event) {
  const by = {ArrowUp: -1, ArrowDown: 1}[event.key], made = event.target.closest('.item');
  if (!event.altKey || !by || !made) return;
  event.preventDefault();
  rows.shift(made, by);
  changed();
}

// Where a complaint about this field belongs; null: the form does not show it.
export function place(field) {
  const parts = field.split('.');
  for (let n = parts.length; n > 0; n -= 1) {
    const found = $(`[data-field="${CSS.escape(parts.slice(0, n).join('.'))}"]`, form);
    if (found) return found.dataset.kind === 'rows' ? rows.place(found, parts.slice(n)) : found;
  }
  return $(`[data-other="${CSS.escape(parts[0])}"]`, form) ?? $(`[data-group="${CSS.escape(parts[0])}"]`, form) ?? $('[data-field=""]', form);
}
