// Versions: put back with one press and taken back with another; files looked at before they become a draft.
import {$, boot, say, write} from './boot.js';
import {difference} from './differences.js';
import {piece} from './picker.js';
import * as columns from './reply_columns.js';
import {ask} from './script_calls.js';
import * as toast from './script_toast.js';

let file = null, mark = '';

async function restore(version) {
  try {
    const found = await ask(`/scripts/versions/${version}/restore`, {});
    location.href = `/scripts/versions?restored=${found.back_to}&before=${found.before}`;
  } catch (error) {
    toast.tell(error.say ?? say('not_restored'));
  }
}

function told() {
  const {published, restored, before} = Object.fromEntries(new URLSearchParams(location.search));
  if (published) toast.tell(say('published', {n: published}));
  if (restored) toast.tell(say('restored', {n: restored}), () => restore(before));
  if (published || restored) history.replaceState({}, '', '/scripts/versions');
}

// --- files

function send(take) {
  const body = new FormData();
  body.append('file', file, file.name);
  columns.add(body);
  if (take) body.append('take', mark);
  return ask(`/scripts/file?lang=${boot.lang}`, body);
}

const refusal = error => error.say ?? say(error.status === 413 ? 'file_large' : 'file_failed');

async function look() {
  if (!file) return;
  if ($('#brought-columns').hidden) show(say('file_reading', {name: file.name}), []);
  try {
    const found = await send(false);
    if (found.columns) return asQuickReplies(found);
    const {faults, rows, total, mark: seen} = found;
    if (faults) return show(say('file_faulty', {name: file.name, n: faults.length}), faults.map(fault));
    mark = seen;
    const more = total > rows.length ? [piece('p', 'muted', say('file_cut', {n: rows.length}))] : [];
    show(say(total ? 'file_changes' : 'file_same', {name: file.name, n: total}), [...rows.map(difference), ...more]);
    $('#brought-take').hidden = !total;
    if (total) $('#brought-take').focus();
  } catch (error) {
    show(refusal(error), []);
  }
}

// A spreadsheet of another tool: what each column is taken for can be changed, and is looked through again.
function asQuickReplies(found) {
  mark = found.mark;
  show(columns.title(file, found), []);
  $('#brought-faults').replaceChildren(...columns.faults(found));
  columns.show(found);
  $('#brought-columns').hidden = false;
  $('#brought-take').hidden = Boolean(found.faulty) || !found.new;
}

function fault({sheet, line, message, advice}) {
  const made = piece('p', 'fault', '');
  made.append(piece('b', 'figure', say(sheet ? 'file_place' : 'line', {sheet, n: line})), piece('span', '', message), piece('span', 'muted', advice));
  return made;
}

function show(title, parts) {
  $('#brought').hidden = false;
  $('#brought-take').hidden = $('#brought-columns').hidden = true;
  write($('#brought-title'), title);
  $('#brought-list').replaceChildren(...parts);
}

async function take() {
  try {
    await send(true);
    location.href = '/scripts/publish';
  } catch (error) {
    show(refusal(error), []);
  }
}

document.addEventListener('click', event => {
  const button = event.target.closest('[data-restore]');
  if (button) restore(button.dataset.restore);
});
$('#file')?.addEventListener('change', event => {
  file = event.target.files[0] ?? null;
  columns.clear();
  $('#brought-columns').hidden = true;
  look().then(() => { event.target.value = ''; });
});
$('#brought-columns')?.addEventListener('change', look);
$('#brought-close')?.addEventListener('click', () => { $('#brought').hidden = true; });
$('#brought-take')?.addEventListener('click', take);
told();
