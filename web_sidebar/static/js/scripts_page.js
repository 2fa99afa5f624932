// The trainers' page: one row opened, looked at while it is typed, kept, and shown as an agent would see it.
import {$, $$, announce, boot, put, say, write} from './boot.js';
import * as form from './row_form.js';
import {Newest, ask, query} from './script_calls.js';
import * as conflict from './script_conflict.js';
import * as preview from './script_preview.js';
import {Saving} from './script_saving.js';
import * as told from './script_told.js';
import * as toast from './script_toast.js';
import * as tree from './script_tree.js';
import * as variables from './variables.js';

const LOOK = 250, text = $('#text'), looking = new Newest(), fetching = new Newest();
let looked = null; // the last answer about what stands in the row, until something is typed or another row is opened
let row = null, mode = 'form', wished = 'form', timer = 0;
let stood = {}; // another object whenever something is typed or a row is opened: what was asked before is out of date

const saving = new Saving({
  body: () => ({...said(), table: row.table, id: row.id, seen: row.mark}),
  saved: answer => saved(answer),
  conflict: error => conflict.show(row, said(), error),
});

// --- the row at hand

async function open({table, id}, {push = true, fallback = true} = {}) {
  await saving.now();
  if (saving.dirty && !confirm(say('leave'))) return;
  let found;
  try {
    found = await fetching.ask(`/scripts/row?${query({table, id})}`);
  } catch (error) {
    if (fallback) toast.tell(error.say ?? error.message);
    return;
  }
  if (!found) return; // another row was chosen meanwhile
  await saving.now(); // what was typed while it was on its way belongs to the row before
  if (push) history.pushState({}, '', `/scripts?${query({table, id})}`);
  inOtherLanguage();
  show(found);
  tree.layout({reveal: true});
}

// The way from the tree into the row at hand. Another row that was asked for meanwhile would take its place.
function enter() {
  fetching.stop();
  const fields = $$('.field, textarea', $('#fields')).filter(field => field.checkVisibility() && !field.matches(':disabled'));
  (fields[0] ?? $('[data-mode][aria-pressed=true]')).focus();
}

// The link leads to the row at hand, whichever the page was asked for.
function inOtherLanguage() {
  const link = $('#language'), wanted = new URLSearchParams(location.search);
  wanted.set('lang', link.lang);
  link.href = `?${wanted}`;
}

function show(found) {
  row = found;
  looked = null;
  stood = {};
  saving.fresh();
  conflict.hide();
  $('#welcome').hidden = true;
  $('#opened').hidden = false;
  write($('#saved'), found.state === 'published' ? say('published_row') : say('saved_at', {time: found.at}));
  write($('#row-author'), found.author ? say('changed_by', {name: found.author, time: found.at}) : '');
  write($('#row-table'), $(`#new option[value=${found.table}]`)?.textContent ?? $(`#tree .group[data-table=${found.table}]`)?.dataset.called ?? '');
  write($('#row-id'), found.id);
  const readable = form.has(found.table) && found.value !== null;
  put($('[data-mode=form]'), 'aria-disabled', String(!readable));
  if (boot.may) $('#new').elements.table.value = found.table === 'small_talk' ? 'situations' : found.table;
  $('#copy')?.toggleAttribute('hidden', found.table === 'small_talk');
  stand(found.state);
  fill(found, readable ? wished : 'yaml');
  look();
}

function fill(found, as) {
  title(found);
  text.value = found.text ?? found.published ?? '';
  if (as === 'form') form.show(found.table, found.value, found.state);
  turn(as);
}

function title(found) {
  write($('#row-title'), found.value?.name || found.value?.title || found.value?.label || found.title || found.id);
}

function stand(state) {
  row.state = state;
  const tones = {changed: 'brand', added: 'ok', removed: 'bad'};
  write($('#row-state'), say(`state_${state}`));
  put($('#row-state'), 'data-tone', tones[state] ?? '');
  $('#gone').hidden = state !== 'removed';
  $('#fields').disabled = state === 'removed' || !boot.may;
  if (!boot.may) return;
  $('#take-back').hidden = state === 'published' || state === 'added';
  $('#remove').hidden = state === 'removed';
}

const said = () => mode === 'form' ? {value: form.read()} : {text: text.value};

function turn(to) {
  mode = to;
  $('#form').hidden = to !== 'form';
  $('#yaml').hidden = to !== 'yaml';
  for (const button of $$('[data-mode]')) put(button, 'aria-pressed', String(button.dataset.mode === to));
  if (to === 'form') variables.mark($('#form'));
  else told.count(text);
}

// The same row in the other form: the service writes it out, so both are one.
async function change(to) {
  if (to === mode || !row) return;
  const then = stood, found = await ask('/scripts/look', {...said(), table: row.table, id: row.id});
  if (then !== stood) return;
  if (to === 'form' && (!form.has(row.table) || found.value === null)) return announce(told.only(say('cannot_form')));
  wished = to;
  fill({...row, ...found}, to);
  answered(found);
}

// --- typing

function typed() {
  saving.touch();
  looked = null;
  stood = {};
  if (mode === 'form') variables.mark($('#form'));
  else told.count(text);
  clearTimeout(timer);
  timer = setTimeout(look, LOOK);
}

async function look() {
  clearTimeout(timer);
  if (row.state === 'removed') return preview.show([], row.uses, row.table);
  told.wait();
  try {
    const found = await looking.ask('/scripts/look', {...said(), table: row.table, id: row.id, order: preview.order()});
    if (found) answered(found);
  } catch (error) {
    told.only(error.say ?? say('looking_row_failed'));
  }
}

function answered(found) {
  looked = found;
  title({...row, ...found});
  told.show(found, about());
  preview.show(found.previews, row.uses, row.table, row.id);
}

// One word of the row for another. What was typed since the last answer is looked at first.
async function mend({at, wrong, right}, field, line) {
  if (!looked) await look();
  const again = looked?.complaints.find(({mend: one}) => one && one.wrong === wrong && one.right === right)?.mend;
  const from = looked?.text.startsWith(wrong, at) ? at : again?.at;
  if (from === undefined) return;
  const mended = looked.text.slice(0, from) + right + looked.text.slice(from + wrong.length), then = stood;
  const found = await ask('/scripts/look', {text: mended, table: row.table, id: row.id, order: preview.order()});
  if (then !== stood) return;
  fill({...row, ...found}, mode);
  answered(found);
  saving.touch();
  announce(say('mended', {wrong: wrong.trim(), right: right.trim()}));
  told.go({line, field}, form.place);
}

const about = () => ({mode, text, place: form.place, fresh: row.state === 'added'});

function saved({mark, state, at}) {
  row.mark = mark;
  stand(state);
  if (!saving.dirty) write($('#saved'), say('saved_at', {time: at}));
  write($('#row-author'), '');
  tree.refresh();
}

// --- bigger steps

async function put_(body) {
  try {
    const answer = await ask('/scripts/row', {table: row.table, id: row.id, seen: row.mark, ...body});
    const found = await ask(`/scripts/row?${query({table: row.table, id: row.id})}`).catch(() => null);
    if (found) show(found);
    else shut();
    tree.refresh();
    return answer;
  } catch (error) {
    if (error.status === 409) conflict.show(row, said(), error);
    else toast.tell(error.say ?? say('save_failed'));
    return null;
  }
}

function shut() {
  row = null;
  $('#opened').hidden = true;
  $('#welcome').hidden = false;
  history.replaceState({}, '', '/scripts');
  inOtherLanguage();
  preview.show([], [], '');
}

async function drop(after) {
  await saving.now();
  const before = row.text, {table, id} = row, now = mode === 'form' ? form.read() : null;
  const name = $('#row-title').textContent;
  if (!await put_(after)) return;
  toast.tell(after.text === undefined ? say('row_removed', {name}) : say('row_restored'), async () => {
    await ask('/scripts/row', {table, id, seen: row?.id === id ? row.mark : '', ...(now ? {value: now} : {text: before})});
    open({table, id});
    tree.refresh();
  });
}

async function add(event) {
  event.preventDefault();
  const {table, name} = Object.fromEntries(new FormData(event.target));
  write($('#new-told'), '');
  if (!await begin({table, name, like: row?.table === table ? row.id : ''}, error => write($('#new-told'), error))) return;
  event.target.elements.name.value = '';
}

async function begin(asked, refused) {
  await saving.now();
  try {
    await open(await ask('/scripts/rows', asked));
    tree.refresh({reveal: true});
    $$('.field', $('#form')).find(field => !field.value)?.focus();
    return true;
  } catch (error) {
    refused(error.say ?? say('not_added'));
    return false;
  }
}

function heard({changes, faults, complaints, warnings, judged}) {
  const state = $('#draft-state');
  if (state) {
    put(state, 'data-changes', String(changes));
    put(state, 'data-faults', String(faults));
    write($('[data-changed] [data-n]', state), String(changes));
    write($('[data-faulty] [data-n]', state), String(faults));
  }
  if (row && judged && !saving.dirty) told.beside({complaints, warnings}, about());
}

function keys(event) {
  const ctrl = event.ctrlKey || event.metaKey;
  if (event.altKey && event.key === 'Enter' && row && boot.may) {
    event.preventDefault();
    Promise.resolve(looked || look()).then(told.mendFirst);
  }
  if (ctrl && event.key.toLowerCase() === 's') {
    event.preventDefault();
    saving.now();
  }
  if (ctrl && event.key === 'Enter' && boot.may) {
    event.preventDefault();
    saving.now().then(() => { location.href = $('#publish').href; });
  }
}

form.start({changed: typed});
preview.start({look: () => row && look()});
variables.start($('#fields'));
tree.start({open, enter, current: () => row, told: heard});
told.start(text, form.place, mend);
conflict.start({
  row: () => row,
  take: found => { show(found); tree.refresh(); },
  keep: mark => { row.mark = mark; saving.held = false; saving.dirty = true; saving.now(); },
});
text.addEventListener('input', typed);
for (const button of $$('[data-mode]')) button.addEventListener('click', () => change(button.dataset.mode));
$('#new')?.addEventListener('submit', add);
$('#copy')?.addEventListener('click', () => begin({table: row.table, name: say('copy_of', {name: $('#row-title').textContent}), like: row.id, copy: true}, toast.tell));
$('#remove')?.addEventListener('click', () => drop({}));
$('#take-back')?.addEventListener('click', () => drop({text: row.published}));
$('#bring-back')?.addEventListener('click', () => put_({text: row.published ?? row.text}));
addEventListener('keydown', keys);
// Whoever goes on within a second of the last key has typed that key too.
$('.head').addEventListener('click', event => {
  const link = event.target.closest('a[href]');
  if (!link || !saving.dirty || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  saving.now().then(() => { location.href = link.href; });
});
function opening() {
  const {table, id} = Object.fromEntries(new URLSearchParams(location.search));
  if (table && id) open({table, id}, {push: false});
}
addEventListener('popstate', opening);
opening();
tree.refresh();
