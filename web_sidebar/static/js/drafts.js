// What is half written in the sidebar belongs to its buyer: it must never stand beside the next one.
import {$, $$} from './boot.js';

const notes = new Map();
let whose = null;

export function turn(conversation, root) {
  if (conversation === whose) return;
  const note = $('#note-text', root);
  if (whose && note) notes.set(whose, note.value);
  for (const form of $$('form', root)) form.reset();
  whose = conversation;
  if (note) note.value = notes.get(conversation) ?? '';
}
