// The page of quick replies of one's own: the list beside the form, and spreadsheets brought in after they were seen.
import {$, $$, boot, say, write} from './boot.js';
import {ask} from './own_calls.js';
import * as own from './own_replies.js';
import {piece} from './picker.js';
import './theme.js';
import * as toast from './toast.js';

const FIELDS = ['title', 'text', 'group', 'shortcut', ''];
const brought = $('#own-brought');
let file = null;

own.start({tell: text => toast.hint(text), turned: on => { $('#own-idle').hidden = on; }});
own.load();

async function look(take) {
  const body = new FormData();
  body.append('file', file, file.name);
  const means = $$('select', brought).map(({value}) => value);
  if (means.length) {
    body.append('columns', JSON.stringify(means));
    body.append('head', String($('#own-head').checked));
  }
  if (take) body.append('take', 'yes');
  try {
    shown(await ask('/own/file', {method: 'POST', body}));
  } catch (error) {
    told(error.say ?? say('own_failed'));
  }
}

function told(text) {
  write($('#own-brought-name'), text);
  $('#own-faults').replaceChildren();
  $('#own-take').disabled = true;
  brought.hidden = false;
}

function shown({columns, head, new: fresh, same, faults, faulty, kept}) {
  if (kept) {
    brought.hidden = true;
    toast.hint(say('own_file_kept', {n: kept}));
    return own.load();
  }
  const {name} = file;
  told(faulty ? say('own_file_faulty', {name, n: faulty}) : say('own_file_ready', {name, n: fresh}) + (same ? say('own_file_same', {n: same}) : ''));
  $('#own-faults').replaceChildren(...faults.map(fault), ...(faulty > faults.length ? [piece('li', 'muted', say('own_file_more', {n: faulty - faults.length}))] : []));
  $('#own-take').disabled = Boolean(faulty) || !fresh;
  $('#own-head').checked = head;
  $('thead tr', brought).replaceChildren(...columns.map(column));
  const lines = Math.max(0, ...columns.map(({samples}) => samples.length));
  const cells = n => columns.map(({samples}) => piece('td', '', samples[n] ?? ''));
  $('tbody', brought).replaceChildren(...Array.from({length: lines}, (_, n) => {
    const row = document.createElement('tr');
    row.append(...cells(n));
    return row;
  }));
}

function fault({line, say: why}) {
  const item = piece('li', '', '');
  item.append(piece('b', 'figure', say('own_file_row', {n: line})), piece('span', '', why));
  return item;
}

function column({head, means}, n) {
  const cell = piece('th', '', ''), choice = piece('select', 'field', ''), name = head || say('own_column', {n: n + 1});
  cell.scope = 'col';
  choice.setAttribute('aria-label', say('own_column_means', {name}));
  choice.append(...FIELDS.map(value => Object.assign(document.createElement('option'), {value, textContent: boot.fields[value], selected: value === means})));
  cell.append(piece('span', 'muted', name), choice);
  return cell;
}

$('#own-file').addEventListener('change', event => {
  [file] = event.target.files;
  event.target.value = '';
  if (!file) return;
  $('thead tr', brought).replaceChildren();
  told(say('own_file_reading', {name: file.name}));
  look(false).then(() => brought.focus());
});
brought.addEventListener('change', () => look(false));
$('#own-take').addEventListener('click', () => look(true));
$('#own-brought-close').addEventListener('click', () => { brought.hidden = true; });
