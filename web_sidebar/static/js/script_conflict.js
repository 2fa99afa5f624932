// Two trainers in one row: both texts beside each other, and one of them chosen. Nothing is lost.
import {$, say, write} from './boot.js';
import {copy as toClipboard} from './bridge.js';
import {ask, query} from './script_calls.js';
import * as toast from './script_toast.js';

const box = $('#conflict');
let theirs = null, mine = '', options = {};

export function start(given) {
  options = given;
  $('#take-theirs').addEventListener('click', take);
  $('#keep-mine').addEventListener('click', () => {
    hide();
    options.keep(theirs.mark);
  });
  $('#copy-mine').addEventListener('click', copy);
}

export function hide() {
  box.hidden = true;
}

export async function show(row, said, error) {
  const about = {table: row.table, id: row.id};
  const gone = {text: null, mark: '', author: '', at: ''};
  [theirs, mine] = await Promise.all([
    ask(`/scripts/row?${query(about)}`).catch(() => gone),
    said.text ?? ask('/scripts/look', {...said, ...about}).then(found => found.text),
  ]);
  write($('#conflict-title'), error.say ?? error.message);
  paint($('#theirs'), theirs.text ?? '', mine);
  paint($('#mine'), mine, theirs.text ?? '');
  write($('#saved'), say('not_saved'));
  $('#take-theirs').disabled = theirs.text === null && !theirs.published;
  box.hidden = false;
  box.scrollIntoView({block: 'nearest'});
  $('#keep-mine').focus();
}

// Lines that the other has not are marked.
function paint(place, text, other) {
  const known = new Set(other.split('\n'));
  place.replaceChildren(...text.split('\n').map(line => {
    const made = Object.assign(document.createElement(known.has(line) ? 'span' : 'mark'), {textContent: `${line}\n`});
    return made;
  }));
}

async function copy() {
  toast.tell(say(await toClipboard(mine) ? 'copied' : 'copy_failed'));
}

async function take() {
  if (!await toClipboard(mine)) return toast.tell(say('copy_failed'));
  hide();
  options.take(theirs);
  toast.tell(say('taken'));
}
