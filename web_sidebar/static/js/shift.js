// The end of a shift: what the agent still has open goes to a colleague. How many is said before anything moves, and for
// some seconds one key takes it back.
import {$, announce, say, write} from './boot.js';
import {call} from './calls.js';
import * as toast from './toast.js';

const fold = $('#shift'), form = $('#shift-form'), load = $('#shift-load'), to = $('#shift-to'), whom = $('#shift-whom'), go = $('#shift-go');
let held = 0, leave = () => {};

export function start(options) {
  ({leave} = options);
  fold.addEventListener('toggle', () => fold.open && look());
  fold.addEventListener('keydown', event => { if (event.key === 'Escape') fold.open = false; });
  form.addEventListener('submit', event => { event.preventDefault(); pass(); });
}

export function open() {
  if (fold.open) look();
  fold.open = true;
  fold.scrollIntoView({block: 'nearest'});
  $('summary', fold).focus();
  if (!to.disabled) to.focus();
}

// Asked anew each time: follow-ups come and go while the page is open.
async function look() {
  settle(0);
  try {
    const {open: n, promises, due, colleagues} = await call('/api/v1/colleagues');
    write(load, say(!n ? 'shift_none' : promises || due ? 'shift_load' : 'shift_calm', {n, promises, due}));
    to.replaceChildren(option('', say('shift_choose')), ...colleagues.map(colleague), option('*', say('shift_anyone')));
    settle(n);
    form.scrollIntoView({block: 'nearest'}); // the button, too, that what was said has pushed down
    if (document.activeElement === $('summary', fold) && n) to.focus();
  } catch {
    write(load, say('looking_failed'));
  }
}

function settle(n) {
  held = n;
  to.disabled = go.disabled = !n;
  whom.hidden = go.hidden = !n; // with nothing to pass on there is nobody to choose
  if (n) write(go, say('shift_go', {n}));
}

function colleague({agent, name, here}) {
  const made = option(agent, here ? say('shift_here', {name}) : name);
  made.dataset.name = name;
  return made;
}

function option(value, text) {
  return Object.assign(document.createElement('option'), {value, textContent: text});
}

async function pass() {
  if (!held || !to.value) return;
  const [{dataset, textContent}] = to.selectedOptions;
  const name = dataset.name ?? textContent;
  go.disabled = true; // a second Enter must not pass on what came in meanwhile
  try {
    const {follow_ups: ids} = await call('/api/v1/follow-ups/hand-over', {to: to.value === '*' ? null : to.value});
    fold.open = false;
    toast.tell(say('handed_over', {n: ids.length, name}), () => takeBack(ids));
    leave();
  } catch {
    go.disabled = false;
    write(load, say('shift_failed'));
    announce(say('shift_failed'));
  }
}

async function takeBack(ids) {
  try {
    const {follow_ups: back} = await call('/api/v1/follow-ups/take-back', {follow_ups: ids});
    announce(say('taken_back', {n: back.length}));
  } catch {
    toast.tell(say('shift_failed'));
  }
}
