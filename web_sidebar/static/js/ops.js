// What the person did, kept until the server says it has it: a click made offline is neither lost nor doubled.
import {newKey} from './boot.js';

export class Ops {
  #kept = new Map();
  #socket = null;
  #changed;
  #settled;

  constructor({changed = () => {}, settled = () => {}} = {}) {
    this.#changed = changed;
    this.#settled = settled;
  }

  get waiting() {
    return this.#kept.size;
  }

  // A new connection: first whatever opens the conversation, then everything not yet acknowledged, in order.
  connected(socket, opening) {
    this.#socket = socket;
    if (opening) this.#transmit(opening);
    for (const op of this.#kept.values()) this.#transmit(op);
  }

  disconnected() {
    this.#socket = null;
  }

  // For what need not be kept, such as opening a conversation: it is said again on every connection.
  // False: nobody has heard it.
  tell(message) {
    return Boolean(message) && this.#transmit(message);
  }

  send(op, about) {
    const kept = {...op, key: newKey()};
    Object.defineProperty(kept, 'about', {value: about, enumerable: false});
    this.#kept.set(kept.key, kept);
    this.#transmit(kept);
    this.#changed(this.waiting);
    return kept.key;
  }

  settle(key, message) {
    const op = this.#kept.get(key);
    if (!op) return;
    this.#kept.delete(key);
    this.#changed(this.waiting);
    this.#settled(op, message);
  }

  #transmit(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }
}
