// The tree of rows: found by typing, kept as it was folded, told what is wrong once that is known.
import {$, $$, announce, boot, put, say} from './boot.js';
import {kept, keep} from './memory.js';
import {Newest, ask, query} from './script_calls.js';

const FOLDS = 'assistant-script-folds', PAUSE = 120;
const tree = $('#tree'), filter = $('#filter'), newest = new Newest();
let timer = 0, current = () => null, told = () => {};
let held = null, released = Promise.resolve(), readings = 0; // a row in hand stays where it is until it is let go

export function start(options) {
  ({current, told} = options);
  filter.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => refresh({aloud: true}), PAUSE);
  });
  filter.addEventListener('keydown', event => {
    if (event.key === 'ArrowDown') step(event, 0);
    if (event.key === 'Enter') $('.entry', tree)?.click();
    if (event.key === 'Escape' && filter.value) clear(event);
  });
  tree.addEventListener('click', event => choose(event, options));
  tree.addEventListener('keydown', walk);
  tree.addEventListener('toggle', fold, true);
  drags();
  addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.target.closest('input, textarea, select')) return;
    event.preventDefault();
    filter.select();
  });
  layout();
}

function clear(event) {
  event.preventDefault();
  filter.value = '';
  refresh({});
}

// A row that is open already is gone into, by keys: a pointer is there by itself.
function choose(event, {open, enter}) {
  const entry = event.target.closest('.entry'), row = current();
  if (!entry || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (row && is(entry, row) && event.detail === 0) enter();
  else open({table: entry.dataset.table, id: entry.dataset.id});
}

// Alt+arrows on a row of the tree, or dragging it: among those it stands with.
function shift(event, by) {
  const entry = event.target.closest('.entry'), line = entry?.closest('li');
  const other = by < 0 ? line?.previousElementSibling : line?.nextElementSibling;
  event.preventDefault();
  if (entry && other && boot.may && !filter.value) move(entry.dataset, $('.entry', other), by > 0);
}

async function move({table, id}, beside, after) {
  try {
    await ask('/scripts/order', {table, id, beside: beside.dataset.id, after});
  } catch (error) {
    return announce(error.say ?? error.message);
  }
  await refresh();
  announce(say('row_moved_to'));
}

// Pressed, it may become a drag: that ends the pointer's own events, and begins its own end.
function grasp() {
  released = new Promise(resolve => {
    addEventListener('pointerup', resolve, {once: true});
    addEventListener('pointercancel', () => held || resolve(), {once: true});
    addEventListener('dragend', resolve, {once: true});
  });
}

function drags() {
  tree.addEventListener('pointerdown', grasp);
  tree.addEventListener('dragstart', event => {
    const entry = boot.may && !filter.value ? event.target.closest('.entry') : null;
    if (!entry) return event.preventDefault();
    // By name: the tree may be read anew meanwhile.
    held = {...entry.dataset, of: key(entry.closest('.group'))};
    event.dataTransfer.effectAllowed = 'move';
  });
  const over = event => {
    const entry = held && event.target.closest('.entry');
    return entry && !is(entry, held) && key(entry.closest('.group')) === held.of ? entry : null;
  };
  const below = (event, entry) => event.clientY > entry.getBoundingClientRect().top + entry.offsetHeight / 2;
  const clear = () => $$('[data-drop]', tree).forEach(entry => delete entry.dataset.drop);
  tree.addEventListener('dragover', event => {
    const entry = over(event);
    clear();
    if (!entry) return;
    event.preventDefault();
    entry.dataset.drop = below(event, entry) ? 'after' : 'before';
  });
  tree.addEventListener('drop', event => {
    const entry = over(event);
    if (!entry) return;
    event.preventDefault();
    move(held, entry, below(event, entry));
  });
  tree.addEventListener('dragend', () => { held = null; clear(); });
}

function walk(event) {
  const by = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (!by || !event.target.matches('.entry, summary')) return;
  if (event.altKey) return shift(event, by);
  const stops = $$('.entry, summary', tree).filter(each => each.checkVisibility());
  const to = stops.indexOf(event.target) + by;
  if (to < 0) return filter.focus();
  event.preventDefault();
  stops[Math.min(to, stops.length - 1)].focus();
}

function step(event, to) {
  event.preventDefault();
  $$('.entry', tree).filter(each => each.checkVisibility())[to]?.focus();
}

const key = group => `${group.dataset.table}/${group.dataset.group}`;

function fold({target}) {
  if (!filter.value) keep(FOLDS, {...kept(FOLDS), [key(target)]: target.open});
}

// After a rendering: what was unfolded is unfolded, and the row at hand is marked and seen.
export function layout({reveal = false} = {}) {
  const folds = kept(FOLDS), row = current();
  for (const group of $$('.group', tree)) {
    const own = row && $$('.entry', group).some(entry => is(entry, row));
    if (!filter.value) group.open = folds[key(group)] ?? (own || group.open);
    if (own && reveal) group.open = true;
  }
  for (const entry of $$('.entry', tree)) {
    const here = row !== null && is(entry, row);
    put(entry, 'aria-current', String(here));
    if (here && reveal) entry.scrollIntoView({block: 'nearest'});
  }
}

const is = (entry, {table, id}) => entry.dataset.table === table && entry.dataset.id === id;

// Reads the tree anew; what is wrong with the rows takes longer and comes by itself.
export async function refresh({aloud = false, judged = false, reveal = false} = {}) {
  const asked = {q: filter.value, lang: document.documentElement.lang, ...(current() ?? {}), ...(judged && {judged: 1})};
  const mine = ++readings;
  let found;
  try {
    found = await newest.ask(`/scripts/tree?${query(asked)}`);
  } catch { return; } // what stands there stays
  await released;
  if (!found || mine !== readings) return;
  const focus = document.activeElement?.closest?.('#tree .entry')?.dataset;
  tree.innerHTML = found.html;
  layout({reveal});
  if (focus) $$('.entry', tree).find(entry => is(entry, focus))?.focus();
  if (aloud) announce(say('rows_found', {n: found.total}));
  told(found);
  if (!found.judged) refresh({judged: true});
}
