// The list of conversations by keyboard: one stop for Tab, arrows move within it, Enter opens.
import {$, $$, put} from './boot.js';

const list = $('#conversations');
const rows = () => $$('.row', list);
const steps = {ArrowDown: 1, ArrowUp: -1};

export function start() {
  list.addEventListener('keydown', event => {
    const all = rows(), at = all.indexOf(event.target.closest('.row'));
    const to = {Home: 0, End: all.length - 1}[event.key] ?? (steps[event.key] && at + steps[event.key]);
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    all[Math.max(0, Math.min(to, all.length - 1))].focus();
  });
  list.addEventListener('focusin', event => stop(event.target.closest('.row')));
}

function stop(row) {
  if (row) for (const each of rows()) put(each, 'tabindex', each === row ? '0' : '-1');
}

// After a rendering: Tab leads to where the focus is, else to the open conversation, else to the first.
export function layout() {
  const all = rows();
  stop(all.find(row => row === document.activeElement) ?? all.find(row => row.hasAttribute('aria-current')) ?? all[0]);
}
