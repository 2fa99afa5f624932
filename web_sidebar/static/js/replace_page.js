// Find and replace in all rows: every place is listed with what is around it, and what is ticked is replaced at once.
import {$, $$, boot, say, write} from './boot.js';
import {once} from './once.js';
import {piece} from './picker.js';
import {Newest, ask, query} from './script_calls.js';
import * as toast from './script_toast.js';

const PAUSE = 200, words = $('#words'), by = $('#by'), list = $('#hits'), newest = new Newest(), replacing = once();
let timer = 0, mark = '', sought = '';

async function find() {
  write($('#refused'), '');
  sought = words.value;
  if (!sought.trim()) {
    newest.stop();
    return show({hits: [], total: 0}, true);
  }
  try {
    const found = await newest.ask(`/scripts/replace/hits?${query({q: sought, lang: boot.lang})}`);
    if (found) show(found);
  } catch (error) {
    write($('#refused'), error.say ?? say('not_replaced'));
  }
}

function show(found, empty = false) {
  mark = found.mark;
  list.replaceChildren(...found.hits.map(hit));
  const rows = new Set(found.hits.map(one => `${one.table}/${one.id}`)).size;
  const more = found.total > found.hits.length ? say('hits_cut', {n: found.hits.length}) : '';
  write($('#found'), empty ? '' : found.total ? say('hits', {n: found.total, rows}) + more : say('no_hits'));
  $('#all-line').hidden = found.hits.length < 2;
  $('#all').checked = true;
  $('#nothing').hidden = !empty;
  count();
}

function hit({key, table, id, of, title, before, words: said, after}) {
  const made = document.createElement('li'), label = document.createElement('label'), link = document.createElement('a');
  const box = Object.assign(document.createElement('input'), {type: 'checkbox', checked: true, value: key});
  const context = piece('span', 'context', '');
  context.append(before, piece('mark', '', said), after);
  link.href = `/scripts?${query({table, id})}`;
  link.textContent = title;
  label.append(box, context);
  made.append(label, piece('span', 'muted', of), link);
  return made;
}

const chosen = () => $$('input:checked', list).map(box => box.value);

function count() {
  const n = chosen().length;
  $('#replace').classList.toggle('primary', Boolean(by.value));
  $('#replace').disabled = !n;
  write($('#replace'), n ? say(by.value ? 'replace_n' : 'delete_n', {n}) : say('replace_none'));
}

async function replace() {
  if (words.value !== sought || $('#replace').disabled) return find();
  try {
    const before = sought, {rows, undo} = await ask('/scripts/replace', {words: sought, by: by.value, chosen: chosen(), mark});
    toast.tell(say('replaced', {n: rows}), () => putBack(undo, before));
    words.value = by.value;
    await find();
  } catch (error) {
    await find();
    write($('#refused'), error.say ?? say('not_replaced'));
  }
}

async function putBack(rows, before) {
  try {
    const told = await ask('/scripts/replace/undo', {rows});
    toast.tell(say('replace_undone', {n: told.rows}));
    words.value = before;
  } catch (error) {
    toast.tell(error.say ?? say('not_replaced'));
  }
  find();
}

words.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(find, PAUSE);
});
// Enter after the words sought only looks for them; to delete words by leaving the other field empty takes the button.
words.addEventListener('keydown', event => {
  if (event.key !== 'Enter' || event.isComposing) return;
  event.preventDefault();
  clearTimeout(timer);
  find();
  by.focus();
});
by.addEventListener('keydown', event => { if (event.key === 'Enter' && !by.value) event.preventDefault(); });
list.addEventListener('change', count);
by.addEventListener('input', count);
$('#all').addEventListener('change', ({target}) => {
  for (const box of $$('input', list)) box.checked = target.checked;
  count();
});
$('#replace-form').addEventListener('submit', event => { event.preventDefault(); replacing(replace); });
count();
