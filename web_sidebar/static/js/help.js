// The keys that do something now: Alt+/ opens them, `?` too outside of text fields. What each needs stands in the page.
import {$, $$, put} from './boot.js';
import * as panels from './panels.js';
import {canGoBack} from './toast.js';

const list = $('#help-keys'), all = $('#help-all');
const OPEN = ':not([data-state=inserted], [data-state=dismissed], [data-state=gone])';
const OFFERS = `[data-card=suggestion]${OPEN}:has([data-insert])`;
// Beside what a row of the page names by a selector.
const MORE = {undo: canGoBack, offers: () => Boolean($(OFFERS)), follow_up: () => Boolean($(`[data-card=follow_up]${OPEN}:has([data-insert])`))};

export function start() {
  panels.add('help', {fill: () => { show(false); all.focus(); }});
  all.addEventListener('click', () => show(all.getAttribute('aria-pressed') !== 'true'));
}

export const open = () => panels.toggle('help');

export function again() {
  if (panels.isOpen('help')) paint();
}

function show(every) {
  put(all, 'aria-pressed', String(every));
  paint();
}

const chatIsOpen = () => $('#sidebar').dataset.phase === 'ready';
const works = ({dataset: {chat, needs, more}}) => (chat === undefined || chatIsOpen()) && (!needs || Boolean($(needs))) && (!more || MORE[more]());

function paint() {
  const off = !$('#keys-on').checked, every = all.getAttribute('aria-pressed') === 'true';
  $('#help-off').hidden = !off;
  for (const row of $$('div', list)) {
    const now = works(row);
    row.hidden = !now && !every;
    row.toggleAttribute('data-idle', !now);
  }
}
