// Publishing: what was changed is on the page; what is wrong comes in a moment, and keeps the buttons shut.
import {$, $$, boot, put, say, write} from './boot.js';
import {piece} from './picker.js';
import {ask, later, query} from './script_calls.js';

const form = $('#publish-form'), state = $('#state');
let busy = false;

function row({table, id, title, told}) {
  const made = document.createElement('li'), link = document.createElement('a');
  link.href = `/scripts?${query({table, id})}`;
  link.textContent = title;
  made.append(link, ...told.map(one => piece('p', 'muted', [one.message, one.advice].filter(Boolean).join(' · '))));
  return made;
}

async function check() {
  let found;
  try {
    found = await ask(`/scripts/publish/check?lang=${boot.lang}`);
  } catch {
    await later(2);
    return check();
  }
  const {faults, warnings, mark} = found;
  if (mark !== boot.mark) return refuse(say('moved_meanwhile'));
  put(state, 'data-state', faults.length ? 'bad' : 'ok');
  write(state, faults.length ? say('faulty_rows', {n: faults.length}) : say('may_publish'));
  $('#faults').replaceChildren(...faults.map(row));
  $('#more').hidden = !warnings.length;
  write($('#more summary'), say('warned_rows', {n: warnings.length}));
  $('#warnings').replaceChildren(...warnings.map(row));
  open(!faults.length);
}

function open(may) {
  for (const button of $$('button[data-how]', form)) button.disabled = !may;
}

function refuse(text) {
  put(state, 'data-state', 'bad');
  write(state, text);
  open(false);
}

async function send(how) {
  if (busy) return;
  busy = true;
  open(false);
  write($('#refused'), '');
  put(state, 'data-state', 'looking');
  write(state, say(how === 'propose' ? 'proposing' : 'publishing'));
  try {
    const found = await ask('/scripts/publish', {mark: boot.mark, note: $('#note')?.value ?? '', how});
    location.href = found.proposed ? '/scripts/publish' : `/scripts/versions?published=${found.version}`;
  } catch (error) {
    busy = false;
    write($('#refused'), error.say ?? say('not_published'));
    put(state, 'data-state', '');
    write(state, '');
    open(error.status !== 409);
  }
}

if (form) {
  check();
  form.addEventListener('submit', event => {
    event.preventDefault();
    const button = event.submitter;
    if (button && !button.disabled) send(button.dataset.how);
  });
  addEventListener('keydown', event => {
    const first = $('button[data-how]', form);
    if ((event.ctrlKey || event.metaKey) && event.key === 'Enter' && !first.disabled) send(first.dataset.how);
  });
  $('#note')?.focus();
}
