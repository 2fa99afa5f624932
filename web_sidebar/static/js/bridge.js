// The sidebar's end of the neutral host protocol. Which host it is, and how it inserts, is the host's business.
import {newKey} from './boot.js';

const PATIENCE = 1500; // milliseconds; after that the agent is offered a copy button instead

export class Bridge {
  #origin;
  #handlers;
  #asked = new Map();
  conversation = null;

  constructor(origin, handlers) {
    this.#origin = origin;
    this.#handlers = handlers;
    addEventListener('message', event => this.#hear(event));
  }

  get hosted() {
    return Boolean(this.#origin) && parent !== window;
  }

  post(message) {
    if (this.hosted) parent.postMessage({v: 1, ...message}, this.#origin);
  }

  // Resolves once the host has put the text into the composer; rejects when it refuses or stays silent.
  insert(text) {
    const id = newKey();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#answer(id, 'timeout'), PATIENCE);
      this.#asked.set(id, {resolve, reject, timer});
      this.post({type: 'insert', id, conv: this.conversation, text});
    });
  }

  #hear(event) {
    if (event.source !== parent || event.origin !== this.#origin || event.data?.v !== 1) return;
    const {type, ...rest} = event.data;
    if (type === 'ack') return this.#answer(rest.id, rest.error);
    if (type === 'context') this.conversation = rest.conv;
    this.#handlers[type]?.(rest);
  }

  #answer(id, error) {
    const asked = this.#asked.get(id);
    if (!asked) return;
    this.#asked.delete(id);
    clearTimeout(asked.timer);
    if (error) asked.reject(new Error(error));
    else asked.resolve();
  }
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // inside a frame without clipboard permission, and in old web views
  }
}

function copyBySelection(text) {
  const field = Object.assign(document.createElement('textarea'), {value: text, readOnly: true, className: 'sr'});
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}
