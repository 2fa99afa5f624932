// Variables in a text: `{` offers them all with what they mean and when they are missing; in the text they are marked
// where they stand, and below it stands which it uses, and which of them nobody knows.
import {$$, announce, boot, say} from './boot.js';
import {piece} from './picker.js';

const TYPED = /\{\{?\s*([\w.\u4e00-\u9fff]*)$/;
const USED = /\{\{\s*([a-zA-Z_][\w.]*)[^{}]*(?:\}\})?/g;
const known = new Map();
const box = Object.assign(document.createElement('ul'), {id: 'variables', className: 'pop', hidden: true});
box.setAttribute('role', 'listbox');
let field = null, at = 0;

export function start(place) {
  for (const one of boot.variables) known.set(one.name, one);
  box.setAttribute('aria-label', document.title);
  document.body.append(box);
  place.addEventListener('input', ({target}) => target.matches('[data-template], #text') && typed(target));
  place.addEventListener('keydown', keydown, true);
  place.addEventListener('focusout', close);
  box.addEventListener('pointerdown', event => event.preventDefault());
  box.addEventListener('click', event => insert(event.target.closest('[role=option]')));
}

function typed(target) {
  field = target;
  const found = TYPED.exec(target.value.slice(0, target.selectionStart));
  if (!found) return close();
  const word = found[1].toLowerCase();
  const fits = boot.variables.filter(({name, label}) => name.includes(word) || label.toLowerCase().includes(word));
  if (!fits.length) return close();
  box.replaceChildren(...fits.map(option));
  box.hidden = false;
  place(target);
  target.setAttribute('aria-controls', 'variables');
  select(0);
  announce(say('variables_found', {n: fits.length}));
}

function option({name, label, sure, gap}, index) {
  const made = Object.assign(document.createElement('li'), {id: `variable-${index}`});
  made.dataset.name = name;
  made.setAttribute('role', 'option');
  made.append(piece('b', '', label), piece('code', 'muted', name));
  if (!sure) made.append(piece('span', 'mark', gap || say('unsure_variable')));
  return made;
}

function place(target) {
  const {left, top, bottom} = target.getBoundingClientRect(), height = box.offsetHeight;
  box.style.left = `${left + scrollX}px`;
  // Above the text where there is no room below it.
  const at = bottom + height + 8 > innerHeight && top > height ? top - height - 4 : bottom + 4;
  box.style.top = `${at + scrollY}px`;
}

function select(to) {
  const options = [...box.children];
  at = (to + options.length) % options.length;
  options.forEach((each, index) => each.setAttribute('aria-selected', String(index === at)));
  field.setAttribute('aria-activedescendant', options[at].id);
  options[at].scrollIntoView({block: 'nearest'});
}

function keydown(event) {
  if (box.hidden || event.isComposing || event.target !== field) return;
  const acts = {
    ArrowDown: () => select(at + 1),
    ArrowUp: () => select(at - 1),
    Enter: () => insert(box.children[at]),
    Tab: () => insert(box.children[at]),
    Escape: close,
  };
  if (!acts[event.key] || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  acts[event.key]();
}

function insert(row) {
  if (!row || !field) return;
  const end = field.selectionStart, begin = end - TYPED.exec(field.value.slice(0, end))[0].length;
  const rest = /^\s*\}\}?/.exec(field.value.slice(end))?.[0].length ?? 0;
  field.setRangeText(`{{ ${row.dataset.name} }}`, begin, end + rest, 'end');
  close();
  field.dispatchEvent(new Event('input', {bubbles: true}));
}

function close() {
  box.hidden = true;
  field?.removeAttribute('aria-activedescendant');
  field?.removeAttribute('aria-controls');
}

// What the texts of this place use.
export function mark(place) {
  for (const text of $$('[data-template]', place)) {
    const names = new Set([...text.value.matchAll(USED)].map(found => found[1]));
    behind(text);
    let list = text.closest('label').nextElementSibling;
    if (!list?.matches('.used')) {
      list = piece('ul', 'used', '');
      text.closest('label').after(list);
    }
    list.replaceChildren(...[...names].map(chip));
  }
}

const tone = one => one ? (one.sure ? '' : 'warn') : 'bad';

// A copy of the text lies behind it, seen only where variables stand: a text field itself can mark nothing.
function behind(text) {
  let copy = text.previousElementSibling;
  if (!copy?.matches('.behind')) {
    const box = piece('span', 'over', '');
    copy = piece('span', 'behind', '');
    copy.setAttribute('aria-hidden', 'true');
    const focused = document.activeElement === text;
    text.replaceWith(box);
    box.append(copy, text);
    if (focused) text.focus();
    text.addEventListener('scroll', () => { copy.scrollTop = text.scrollTop; });
  }
  const parts = [];
  let end = 0;
  for (const found of text.value.matchAll(USED)) {
    const made = piece('mark', '', found[0]);
    made.dataset.tone = tone(known.get(found[1]));
    parts.push(text.value.slice(end, found.index), made);
    end = found.index + found[0].length;
  }
  copy.replaceChildren(...parts, `${text.value.slice(end)}\n`);
  copy.scrollTop = text.scrollTop;
}

function chip(name) {
  const one = known.get(name), made = piece('li', 'chip', one?.label ?? name);
  made.title = name;
  made.dataset.tone = tone(one);
  if (!one || !one.sure) made.append(piece('span', 'dot', one ? one.gap || say('unsure_variable') : say('unknown_variable')));
  return made;
}
