// The quick-reply field: '/' opens it, arrows move, Enter inserts, Esc closes.
import {$, announce, boot, say} from './boot.js';
import {call} from './calls.js';
import {show} from './own_calls.js';
import {Picker, piece} from './picker.js';

const LIMIT = 8;
const field = $('#quick');
let picker = null, chat = () => ({});

export function start(options) {
  chat = options.chat;
  const parts = {field, box: $('#quick-box'), list: $('#quick-list'), note: $('#quick-note')};
  const words = {failed: say('search_failed'), none: say('no_match'), found: n => say('matches', {n})};
  picker = new Picker({...parts, words, ask, option, choose: options.bring, leave: options.leave});
}

// Whether there is something under the cursor to pin, or to take the pin out of.
export function pin() {
  const item = picker.open && picker.current;
  if (!item) return false;
  const on = !item.pinned;
  call(`/api/v1/quick-replies/pins?lang=${boot.lang}`, {id: item.id, on})
    .then(() => { picker.again(); announce(say(on ? 'own_pinned' : 'own_unpinned', item)); })
    .catch(error => announce(error.say ?? say('own_failed')));
  return true;
}

export function open() {
  field.focus();
  field.select();
}

export function again() {
  picker.again();
}

async function ask(typed, signal) {
  const q = typed.replace(/^[/／、]/, '').trim();
  const about = Object.entries(chat()).filter(([, value]) => value);
  const query = new URLSearchParams([['q', q], ['limit', LIMIT], ['lang', boot.lang], ...about]);
  const {items, total} = await call(`/api/v1/quick-replies?${query}`, undefined, signal);
  return {items: items.map(item => ({...item, reason: reason(item)})), total};
}

// A text with a hole in it must not reach a buyer, whoever forgot to fill it.
function reason({withdrawn, lacks = []}) {
  if (withdrawn) return say('withdrawn', {words: withdrawn});
  return lacks.length ? say('lacks', {names: lacks.join(boot.lang === 'en' ? ', ' : '、')}) : '';
}

function option({group, title, text, own, pinned, image, reason: why}) {
  const marks = [pinned && piece('span', 'star', '\u2605'), own && piece('span', 'chip', say('own_mine'))].filter(Boolean);
  const shown = [piece('span', 'shelf', group ?? ''), piece('b', '', title), ...marks, piece('span', 'body', text)];
  if (image) {
    const picture = Object.assign(document.createElement('img'), {alt: say('own_image', {title}), hidden: true});
    show(picture, image);
    shown.unshift(picture);
  }
  return why ? [...shown, piece('span', 'lacks', why)] : shown;
}
