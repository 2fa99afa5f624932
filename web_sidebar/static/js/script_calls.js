// Asks for the trainers' pages, by their cookie; what is handed over are values or a file. The newest question counts.
import {answered} from './answers.js';

export function ask(path, given, signal) {
  return answered(path, {signal, ...(given instanceof FormData ? {method: 'POST', body: given} : {values: given})});
}

export const query = values => new URLSearchParams(values).toString();

export const later = seconds => new Promise(done => setTimeout(done, seconds * 1000));

// Only the newest question counts: an answer to an older one is `undefined`.
export class Newest {
  #asking = null;

  async ask(path, body) {
    this.#asking?.abort();
    const mine = this.#asking = new AbortController();
    try {
      const found = await ask(path, body, mine.signal);
      return this.#asking === mine ? found : undefined;
    } catch (error) {
      if (error.name === 'AbortError') return undefined;
      throw error;
    }
  }

  stop() {
    this.#asking?.abort();
    this.#asking = null;
  }
}
