// The shop's handbook beside the chat: look an entry up, see until when it holds, insert its words with Enter.
import {$, boot} from './boot.js';
import {call} from './calls.js';
import {Picker, piece} from './picker.js';

const panel = $('#handbook'), field = $('#handbook-field'), button = $('#handbook-open');
let picker = null;

export function start({bring, leave}) {
  const parts = {field, box: $('#handbook-box'), list: $('#handbook-list'), note: $('#handbook-note')};
  picker = new Picker({...parts, ask, option, choose: bring, leave, closed: () => show(false)});
  button.addEventListener('click', open);
}

function show(shown) {
  panel.hidden = !shown;
  button.setAttribute('aria-expanded', String(shown));
}

export function open() {
  show(true);
  field.focus();
}

export function again() {
  picker?.again();
}

async function ask(q, signal) {
  const {items, total} = await call(`/api/v1/handbook?${new URLSearchParams({q, lang: boot.lang})}`, undefined, signal);
  return {items: items.map(item => ({...item, reason: item.usable ? '' : item.validity})), total};
}

function option({label, text, state, validity}) {
  const until = piece('span', 'until', validity);
  until.dataset.state = state;
  return [piece('b', '', label), piece('span', 'body', text), until];
}
