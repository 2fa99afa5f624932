// The sidebar's forms: what is written in them, what becomes of it when it is sent, and why it was refused.
import {$, $$, boot, say, write} from './boot.js';
import {Drafts} from './drafts.js';

const drafts = new Drafts(`assistant-notes:${boot.agent?.id ?? ''}`);
const fields = () => $$('#parts form .field');
let whose = null;
let filled = new Set();

addEventListener('input', ({target}) => {
  if (!target.matches('#parts form .field')) return;
  drafts.write(whose, target.value, target.id);
  write($('.refusal', target.closest('[data-tells]')), '');
});

// Another buyer: fields stand empty, or with what was half written about that one.
export function turn(conversation) {
  if (conversation === whose) return;
  whose = conversation;
  filled = new Set();
  for (const form of $$('#parts form')) form.reset();
  for (const line of $$('#parts .refusal')) write(line, '');
  fill();
}

// Forms come and go with renderings: each field is filled once, when it is there.
export function fill() {
  for (const field of fields()) {
    if (filled.has(field.id)) continue;
    filled.add(field.id);
    show(field, drafts.read(whose, field.id));
  }
}

function show(field, text) {
  if (!text || field.value) return;
  field.value = text;
  const fold = field.closest('details');
  if (fold) fold.open = true;
}

// To where something is to be written down: what the buyer could not have, else a note. Esc leads back.
export function open() {
  const asked = $$('#records .field');
  const field = asked.find(each => !each.value) ?? asked[0] ?? $('#note-text');
  const fold = field.closest('details');
  if (fold) fold.open = true;
  field.focus();
  field.scrollIntoView({block: 'center'});
}

// What stands in a form, and the form empty again: it is on its way.
export function take(form) {
  const sent = {form: form.id, conversation: whose, texts: {}};
  for (const field of $$('.field', form)) {
    sent.texts[field.id] = field.value;
    drafts.write(whose, '', field.id);
  }
  write($('.refusal', form.closest('[data-tells]')), '');
  form.reset();
  return sent;
}

// Refused: nothing that was written is lost, and the reason stands beside it. False: that buyer is not shown now.
export function giveBack({form, conversation, texts}, reason) {
  for (const [id, text] of Object.entries(texts)) if (text) drafts.giveBack(conversation, text, id);
  if (conversation !== whose) return false;
  for (const id of Object.keys(texts)) {
    const field = document.getElementById(id);
    if (field) field.value = drafts.read(conversation, id);
  }
  return tell(document.getElementById(form), reason);
}

// Says why, beside the thing it is about. False: there is no such thing on the page.
export function tell(element, reason) {
  const line = element && $('.refusal', element.closest('[data-tells]') ?? element);
  if (line) write(line, say('refused') + reason);
  return Boolean(line);
}
