// Keeps what is typed: a second after the last key, at once on Ctrl+S, one save after the other. Whoever was faster is
// shown, and nothing of either is lost.
import {$, say, write} from './boot.js';
import {ask, later} from './script_calls.js';

const IDLE = 1000, AGAIN = 3;

export class Saving {
  #timer = 0;
  #running = null;
  #again = false;

  // body() -> the row as it stands; saved(answer); conflict(error): somebody else changed it meanwhile.
  constructor({body, saved, conflict}) {
    Object.assign(this, {body, saved, conflict, dirty: false, held: false});
    addEventListener('beforeunload', event => { if (this.dirty) event.preventDefault(); });
  }

  touch() {
    this.dirty = true;
    write($('#saved'), say('not_saved'));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), IDLE);
  }

  // Another row is opened: what is shown is what is kept.
  fresh() {
    clearTimeout(this.#timer);
    this.dirty = this.held = false;
  }

  async now() {
    clearTimeout(this.#timer);
    if (!this.dirty || this.held) return this.#running;
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#save();
    await this.#running;
    this.#running = null;
    if (!this.#again) return undefined;
    this.#again = false;
    return this.now();
  }

  async #save() {
    const sent = this.body();
    this.dirty = false;
    write($('#saved'), say('saving'));
    try {
      this.saved(await ask('/scripts/row', sent), sent);
    } catch (error) {
      this.dirty = true;
      if (error.status === 409) {
        this.held = true;
        return this.conflict(error, sent);
      }
      write($('#saved'), error.status ? (error.say ?? say('save_failed')) : say('save_failed'));
      if (!error.status || error.status >= 500) later(AGAIN).then(() => this.now());
    }
  }
}
