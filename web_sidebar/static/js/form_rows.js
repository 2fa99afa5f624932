// Lists inside a row's form: replies, tiers, groups of rules. Their items are moved (buttons, Alt+arrows, by dragging) and
// removed; what stands in them is for `form_fields.js`.
import {$, $$, announce, say} from './boot.js';

export const list = place => $('[data-rows]', place);
export const items = place => [...list(place).children];

export function number(place) {
  for (const [at, made] of items(place).entries()) {
    made.dataset.at = String(at);
    const shown = $('.number', made);
    if (shown) shown.textContent = at + 1;
  }
}

export function remove(button) {
  const gone = button.closest('.condition') ?? button.closest('.item'), place = gone.parentElement.parentElement;
  const next = gone.nextElementSibling ?? gone.previousElementSibling, name = $('[data-part=id]', gone)?.value;
  if (name) announce(say('reply_removed', {name}));
  gone.remove();
  if (gone.matches('.item')) number(place);
  ($('textarea, select, input', next ?? document.createElement('i')) ?? $('[data-add]:last-of-type', place))?.focus();
}

export function shift(made, by) {
  const other = by < 0 ? made?.previousElementSibling : made?.nextElementSibling;
  if (!other) return;
  const focus = document.activeElement;
  if (by < 0) other.before(made); else other.after(made);
  moved(made);
  focus.focus();
}

function moved(made) {
  number(made.parentElement.parentElement);
  announce(say('reply_moved', {n: Number(made.dataset.at) + 1}));
}

export function drags(form, changed) {
  let held = null;
  form.addEventListener('dragstart', event => {
    held = event.target.closest('.grip')?.closest('.item') ?? null;
    if (!held) return;
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setDragImage(held, 12, 12);
    held.dataset.held = '';
  });
  form.addEventListener('dragover', event => {
    const over = held && event.target.closest('.item');
    if (!over || over.parentElement !== held.parentElement) return;
    event.preventDefault();
    const {top, height} = over.getBoundingClientRect();
    if (over !== held) over[event.clientY < top + height / 2 ? 'before' : 'after'](held);
  });
  form.addEventListener('drop', event => held && event.preventDefault());
  form.addEventListener('dragend', () => {
    if (!held) return;
    delete held.dataset.held;
    moved(held);
    held = null;
    changed();
  });
}

// Where a complaint about the list belongs: at the part of the item it names.
export function place(found, [at, part]) {
  const made = at === undefined ? null : items(found)[Number(at)] ?? items(found).find(one => $('[data-part=key]', one)?.value === at);
  return (part && made && $(`[data-part="${CSS.escape(part)}"]`, made)) || made || found;
}
