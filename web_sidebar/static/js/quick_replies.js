// The quick-reply field: a combobox over what the server finds. '/' opens it, arrows move, Enter inserts, Esc closes.
import {$, $$, announce, boot, say, write} from './boot.js';
import {bearer} from './live.js';

const LIMIT = 8, PAUSE = 90;
const field = $('#quick'), list = $('#quick-list'), box = $('#quick-box'), note = $('#quick-note');
let at = 0, timer = 0, asking = null, bring = () => {}, leave = () => {}, conversation = () => null;

export function start(options) {
  ({bring, leave, conversation} = options);
  field.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(search, PAUSE); });
  field.addEventListener('focus', search);
  field.addEventListener('blur', () => close(false));
  field.addEventListener('keydown', keydown);
  list.addEventListener('pointerdown', event => event.preventDefault()); // the field keeps the focus
  list.addEventListener('click', event => choose(event.target.closest('[role=option]')));
}

export function open() {
  field.focus();
  field.select();
}

async function search() {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(address(), {headers: {Authorization: `Bearer ${bearer()}`}, signal: asking.signal});
    if (!answer.ok) throw new Error(answer.status);
    show((await answer.json()).items);
  } catch (error) {
    if (error.name !== 'AbortError') tell(say('search_failed'));
  }
}

function address() {
  const q = field.value.replace(/^[/／、]/, '').trim();
  return `/api/v1/quick-replies?${new URLSearchParams({q, limit: LIMIT, conversation: conversation() ?? ''})}`;
}

function show(items) {
  if (document.activeElement !== field) return;
  list.replaceChildren(...items.map(option));
  expand();
  note.hidden = items.length > 0;
  if (!items.length) return tell(say('no_match'));
  announce(say('matches', {n: items.length}));
  move(0);
}

function option(item, index) {
  const li = Object.assign(document.createElement('li'), {id: `quick-${index}`, reply: item});
  li.setAttribute('role', 'option');
  li.append(span('shelf', item.group ?? ''), Object.assign(document.createElement('b'), {textContent: item.title}), span('body', item.text));
  return li;
}

function span(className, textContent) {
  return Object.assign(document.createElement('span'), {className, textContent});
}

function tell(text) {
  list.replaceChildren();
  field.removeAttribute('aria-activedescendant');
  write(note, text);
  note.hidden = false;
  announce(text);
  expand();
}

function expand() {
  box.hidden = false;
  field.setAttribute('aria-expanded', 'true');
}

function move(to) {
  const options = $$('[role=option]', list);
  if (!options.length) return;
  at = (to + options.length) % options.length;
  options.forEach((item, index) => item.setAttribute('aria-selected', String(index === at)));
  field.setAttribute('aria-activedescendant', options[at].id);
  options[at].scrollIntoView({block: 'nearest'});
}

function close(home = true) {
  clearTimeout(timer);
  asking?.abort();
  box.hidden = true;
  list.replaceChildren();
  field.value = '';
  field.setAttribute('aria-expanded', 'false');
  field.removeAttribute('aria-activedescendant');
  if (home) leave();
}

function choose(item) {
  if (!item) return;
  const {reply} = item;
  close(false);
  bring(reply);
}

const acts = {ArrowDown: () => move(at + 1), ArrowUp: () => move(at - 1), Enter: () => choose(list.children[at]), Escape: () => close()};

function keydown(event) {
  if (event.isComposing || event.keyCode === 229 || !acts[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  acts[event.key]();
}
