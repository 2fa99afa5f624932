// Quick replies of one's own: the list (arrows, Enter, Alt and arrows) and the form, beside the chat and on their page.
import {$, $$, announce, put, say, write} from './boot.js';
import {once} from './once.js';
import {ask, show} from './own_calls.js';
import {piece} from './picker.js';

const list = $('#own-list'), form = $('#own-form'), shelf = $('#own-shelf'), find = $('#own-find'), wrong = $('#own-wrong');
const FIELDS = ['title', 'text', 'group', 'shortcut'], keeping = once();
let items = [], editing = null, file = null, dropped = false, sure = false, moving = Promise.resolve();
let tell = announce, turned = () => {};

export function start(options = {}) {
  tell = options.tell ?? tell;
  turned = options.turned ?? turned;
  find.addEventListener('input', paint);
  find.addEventListener('keydown', event => event.key === 'ArrowDown' && rows()[0]?.focus());
  $('#own-add').addEventListener('click', () => edit(null));
  list.addEventListener('click', clicked);
  list.addEventListener('keydown', pressed);
  form.addEventListener('submit', event => { event.preventDefault(); keeping(save); });
  form.addEventListener('keydown', inForm);
  form.addEventListener('input', () => refuse(''));
  $('#own-back').addEventListener('click', back);
  $('#own-remove').addEventListener('click', () => keeping(remove));
  $('#own-image-file').addEventListener('change', chosen);
  $('#own-image-off').addEventListener('click', () => pictured(null, true));
}

export async function load() {
  try {
    const found = await ask('/own');
    ({items} = found);
    write($('#own-count'), say('own_count', {n: items.length, most: found.most}));
    const groups = [...new Set(items.map(({group}) => group).filter(Boolean))];
    $('#own-groups').replaceChildren(...groups.map(value => Object.assign(document.createElement('option'), {value})));
    paint();
  } catch {
    note(say('own_load_failed'));
  }
}

// --- the list

const rows = () => $$('.row', list);
const itemOf = element => items.find(({id}) => id === Number(element.closest('li').dataset.id));

function paint() {
  const typed = find.value.trim().toLowerCase();
  const fits = item => FIELDS.some(field => item[field].toLowerCase().includes(typed));
  const shown = items.filter(item => !typed || fits(item));
  list.replaceChildren(...shown.map(line));
  note(shown.length ? '' : say(items.length ? 'own_nothing' : 'own_none'));
  stop(rows()[0]);
}

function line(item) {
  const li = document.createElement('li'), row = piece('button', 'row', ''), pin = piece('button', 'pin', item.pinned ? '★' : '☆');
  li.dataset.id = item.id;
  row.type = pin.type = 'button';
  const code = item.shortcut ? [piece('span', 'chip', item.shortcut)] : [];
  row.append(piece('b', '', item.title), ...code, piece('span', 'shelf', item.group), piece('span', 'body', item.text));
  row.append(piece('span', 'used', item.used_on ? say('own_used', {day: item.used_on}) : say('own_used_never')));
  pin.setAttribute('aria-pressed', String(item.pinned));
  pin.setAttribute('aria-label', `${say('own_pin')} ${item.title}`);
  li.append(row, pin);
  if (item.image) {
    const image = Object.assign(document.createElement('img'), {alt: say('own_image', {title: item.title}), hidden: true});
    row.append(image);
    show(image, item.image);
  }
  return li;
}

// One stop for Tab: arrows move within the list.
function stop(row) {
  for (const each of rows()) {
    const tabindex = each === row ? '0' : '-1';
    put(each, 'tabindex', tabindex);
    put($('.pin', each.parentElement), 'tabindex', tabindex);
  }
}

function clicked({target}) {
  const pin = target.closest('.pin'), row = target.closest('.row');
  if (pin) turnPin(itemOf(pin));
  else if (row) edit(itemOf(row));
}

function pressed(event) {
  const step = {ArrowUp: -1, ArrowDown: 1}[event.key], row = event.target.closest('li')?.firstChild;
  if (!step || !row) return;
  event.preventDefault();
  event.stopPropagation();
  const all = rows(), at = all.indexOf(row);
  if (event.altKey) return move(itemOf(row), step);
  const to = all[at + step];
  if (!to) return step < 0 ? find.focus() : undefined;
  stop(to);
  to.focus();
}

function focusOn(id) {
  const row = $(`li[data-id="${id}"] .row`, list) ?? rows()[0];
  stop(row);
  (row ?? $('#own-add')).focus();
}

async function move(item, step) {
  const at = items.indexOf(item), to = at + step;
  if (to < 0 || to >= items.length || find.value.trim()) return;
  items.splice(at, 1);
  items.splice(to, 0, item);
  paint();
  focusOn(item.id);
  const ids = items.map(({id}) => id), earlier = moving; // orders are told one after the other, so that the last one stands
  moving = earlier.then(() => said(ask('/own/order', {method: 'POST', json: {ids}}), say('own_moved', {n: to + 1})));
}

async function turnPin(item) {
  const on = !item.pinned;
  await said(ask('/pins', {method: 'POST', json: {id: item.name, on}}), say(on ? 'own_pinned' : 'own_unpinned', {title: item.title}));
  await load();
  focusOn(item.id);
}

async function said(asked, words) {
  try {
    await asked;
    tell(words);
  } catch (error) {
    tell(error.say);
  }
}

function note(text) {
  write($('#own-note'), text);
  $('#own-note').hidden = !text;
}

// --- the form

export function edit(item, wish = {}) {
  editing = item;
  for (const field of FIELDS) form.elements[field].value = item?.[field] ?? wish[field] ?? '';
  write($('#own-form-name'), say(item ? 'own_edit' : 'own_new'));
  $('#own-remove').hidden = !item;
  unsure();
  refuse('');
  pictured(item?.image ?? null, false);
  open(true);
  form.elements.text.focus();
}

export const isOpen = () => !form.hidden;

function open(on) {
  form.hidden = !on;
  turned(on);
}

export function back() {
  const id = editing?.id;
  open(false);
  focusOn(id);
}

function inForm(event) {
  if (event.isComposing) return;
  if (event.key === 'Escape') back();
  else if ((event.ctrlKey || event.metaKey) && (event.key === 'Enter' || event.code === 'KeyS')) keeping(save);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function refuse(text) {
  write(wrong, text);
  wrong.hidden = !text;
}

// `file` is a new picture, `dropped`: the old one goes.
function pictured(hash, away) {
  file = null;
  dropped = away;
  $('#own-image-file').value = '';
  const image = $('#own-image');
  image.hidden = true;
  image.removeAttribute('src');
  if (hash) show(image, hash);
  $('#own-image-off').hidden = !hash;
}

function chosen({target}) {
  [file] = target.files;
  if (!file) return;
  dropped = false;
  const reader = new FileReader();
  reader.onload = () => Object.assign($('#own-image'), {src: reader.result, hidden: false});
  reader.readAsDataURL(file);
  $('#own-image-off').hidden = false;
  refuse('');
}

async function save() {
  const json = Object.fromEntries(FIELDS.map(field => [field, form.elements[field].value]));
  try {
    const {id, hits} = await ask(editing ? `/own/${editing.id}` : '/own', {method: editing ? 'PUT' : 'POST', json});
    editing = {...editing, id}; // kept already, should its picture be refused
    $('#own-remove').hidden = false;
    if (file) await ask(`/own/${id}/image`, {method: 'PUT', body: file});
    else if (dropped) await ask(`/own/${id}/image`, {method: 'DELETE'});
    await load();
    open(false);
    focusOn(id);
    tell(hits.length ? say('own_doubt', hits[0]) : say('own_saved'));
  } catch (error) {
    refuse(error.say ?? say('own_failed'));
  }
}

function unsure() {
  sure = false;
  write($('#own-remove'), say('own_remove'));
}

async function remove() {
  if (!sure) {
    sure = true;
    return write($('#own-remove'), say('own_remove_sure'));
  }
  const {id, title} = editing;
  try {
    await ask(`/own/${id}`, {method: 'DELETE'});
    await load();
    open(false);
    focusOn();
    tell(say('own_removed', {title}));
  } catch (error) {
    unsure();
    refuse(error.say ?? say('own_failed'));
  }
}
