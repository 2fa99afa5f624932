// What is half written belongs to its conversation: it never stands beside another one, and outlives a reload of the tab.
import {keep, kept} from './memory.js';

const MOST = 200; // conversations; the oldest go first

export class Drafts {
  #name;
  #texts;

  constructor(name) {
    this.#name = name;
    this.#texts = kept(name);
  }

  read(conversation, field = 'text') {
    return this.#texts[conversation]?.[field] ?? '';
  }

  write(conversation, text, field = 'text') {
    if (!conversation || this.read(conversation, field) === text) return;
    const {[conversation]: before, ...others} = this.#texts;
    const fields = Object.entries({...before, [field]: text}).filter(([, each]) => each);
    const whole = Object.entries({...others, ...(fields.length && {[conversation]: Object.fromEntries(fields)})});
    this.#texts = Object.fromEntries(whole.slice(-MOST));
    keep(this.#name, this.#texts);
  }

  // Something sent comes back: before whatever was written since.
  giveBack(conversation, text, field = 'text') {
    const since = this.read(conversation, field);
    this.write(conversation, since && since !== text ? `${text}\n${since}` : text, field);
  }
}
