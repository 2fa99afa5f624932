// The quick-reply field: a combobox over what the server finds. '/' opens it, arrows move, Enter inserts, Esc closes.
import {$, $$, announce, boot, say, write} from './boot.js';
import {bearer} from './live.js';

const LIMIT = 8, PAUSE = 90;
const field = $('#quick'), list = $('#quick-list'), box = $('#quick-box'), note = $('#quick-note');
let at = 0, timer = 0, asking = null, stale = false, wanted = false, bring = () => {}, leave = () => {}, chat = () => ({});

export function start(options) {
  ({bring, leave, chat} = options);
  field.addEventListener('input', typed);
  field.addEventListener('focus', search);
  field.addEventListener('blur', () => close(false));
  field.addEventListener('keydown', keydown);
  list.addEventListener('pointerdown', event => event.preventDefault()); // the field keeps the focus
  list.addEventListener('click', event => choose(event.target.closest('[role=option]')));
}

function typed() {
  stale = true;
  asking?.abort();
  clearTimeout(timer);
  timer = setTimeout(search, PAUSE);
}

export function open() {
  field.focus();
  field.select();
}

// What is listed may have been withdrawn meanwhile.
export function again() {
  if (!box.hidden) search();
}

async function search() {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(address(), {headers: {Authorization: `Bearer ${bearer()}`}, signal: asking.signal});
    if (!answer.ok) throw new Error(answer.status);
    show(await answer.json());
  } catch (error) {
    if (error.name !== 'AbortError') tell(say('search_failed'));
  }
}

function address() {
  const q = field.value.replace(/^[/／、]/, '').trim();
  const about = Object.entries(chat()).filter(([, value]) => value);
  return `/api/v1/quick-replies?${new URLSearchParams([['q', q], ['limit', LIMIT], ['lang', boot.lang], ...about])}`;
}

function show({items, total}) {
  if (document.activeElement !== field) return;
  list.replaceChildren(...items.map(option));
  stale = false;
  expand();
  if (!items.length) return tell(say('no_match'));
  count(items.length, total);
  move(0);
  if (wanted) choose(list.children[0]);
}

// A list that was cut says so: otherwise who does not see a reply believes that there is none.
function count(n, total) {
  note.hidden = total <= n;
  if (total > n) write(note, say('showing', {n, total}));
  announce(total > n ? say('showing', {n, total}) : say('matches', {n}));
}

function option(item, index) {
  const li = Object.assign(document.createElement('li'), {id: `quick-${index}`, reply: item});
  li.setAttribute('role', 'option');
  li.append(span('shelf', item.group ?? ''), Object.assign(document.createElement('b'), {textContent: item.title}), span('body', item.text));
  const reason = item.withdrawn ? say('withdrawn', {words: item.withdrawn}) : lacks(item) && say('lacks', {names: lacks(item)});
  if (reason) {
    li.setAttribute('aria-disabled', 'true');
    li.append(span('lacks', reason));
  }
  return li;
}

// A text with a hole in it must not reach a buyer, whoever forgot to fill it.
const lacks = ({lacks: names = []}) => names.join(boot.lang === 'en' ? ', ' : '、');

function span(className, textContent) {
  return Object.assign(document.createElement('span'), {className, textContent});
}

function tell(text) {
  stale = wanted = false;
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
  stale = wanted = false;
  list.replaceChildren();
  field.value = '';
  field.setAttribute('aria-expanded', 'false');
  field.removeAttribute('aria-activedescendant');
  if (home) leave();
}

// Fast typists press Enter before the list has caught up: then the first of what they typed is meant, not of what was.
function enter() {
  if (!stale) return choose(list.children[at]);
  wanted = true;
  clearTimeout(timer);
  return search();
}

function choose(item) {
  wanted = false;
  if (!item || item.getAttribute('aria-disabled')) return;
  const {reply} = item;
  close(false);
  bring(reply);
}

const acts = {ArrowDown: () => move(at + 1), ArrowUp: () => move(at - 1), Enter: enter, Escape: () => close()};

function keydown(event) {
  if (event.isComposing || event.keyCode === 229 || !acts[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  acts[event.key]();
}
