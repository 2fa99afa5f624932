// Tags: two rows, then "+n"; a choice is shown at once and confirmed by the next rendering.
import {$, $$, put, say, write} from './boot.js';

const ROWS = 2;
let unfolded = false;

export function layout() {
  const list = $('#buyer-tags'), more = $('#tags-more');
  if (!list || !more) return;
  const tags = $$('li[data-tag]', list);
  const over = unfolded ? 0 : overflow(tags, $('.add', list), more);
  more.hidden = !over && !unfolded;
  write($('button', more), unfolded ? say('fewer_tags') : `+${over}`);
  put($('button', more), 'aria-label', unfolded ? say('fewer_tags') : say('more_tags', {n: over}));
}

// How many tags must be hidden so that the rest and both buttons stay within two rows.
function overflow(tags, add, more) {
  tags.forEach(tag => tag.removeAttribute('data-over'));
  more.hidden = true;
  if (rows([...tags, add]) <= ROWS) return 0;
  more.hidden = false;
  let over = 0;
  while (over < tags.length && rows([...tags.slice(0, tags.length - over), more, add]) > ROWS) {
    over += 1;
    tags[tags.length - over].setAttribute('data-over', '');
  }
  return over;
}

function rows(elements) {
  return new Set(elements.map(element => element.offsetTop)).size;
}

export function unfold() {
  unfolded = !unfolded;
  $$('#buyer-tags [data-over]').forEach(tag => tag.removeAttribute('data-over'));
  layout();
}

// Another buyer: what was opened for the last one is closed.
export function fold() {
  unfolded = false;
  put($('#tags-edit'), 'aria-expanded', 'false');
  $('#tag-groups')?.toggleAttribute('hidden', true);
}

// What the op says, shown before the server has said it.
export function choose(button) {
  const group = button.closest('[data-group]'), chip = button.closest('li[data-tag]');
  const on = !chip && button.getAttribute('aria-pressed') !== 'true';
  if (chip) chip.setAttribute('data-gone', '');
  else press(button, group, on);
  return {op: 'tag', group: group.dataset.group, tag: (chip ?? button).dataset.tag, on};
}

function press(button, group, on) {
  if (group.dataset.only !== undefined) $$('.choice', group).forEach(other => put(other, 'aria-pressed', 'false'));
  put(button, 'aria-pressed', String(on));
}
