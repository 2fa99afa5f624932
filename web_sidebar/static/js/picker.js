// A combobox over what the server finds: arrows move, Enter chooses, Esc closes. What is listed and what choosing
// means is the caller's business.
import {$$, announce, say, write} from './boot.js';

const PAUSE = 90;

export class Picker {
  #at = 0;
  #timer = 0;
  #asking = null;
  #stale = false;
  #wanted = false;

  // ask(typed, signal) -> {items, total}, an item with a `reason` cannot be chosen; option(item) -> its content;
  // choose(item); leave() when Esc closed it; words: what is said where looking failed, of nothing, of n found.
  constructor({field, box, list, note, ask, option, choose, leave = () => {}, closed = () => {}, words = {}}) {
    Object.assign(this, {field, box, list, note, ask, option, choose, leave, closed});
    this.words = {failed: say('looking_failed'), none: say('nothing_found'), found: n => say('found', {n}), ...words};
    field.addEventListener('input', () => this.#typed());
    field.addEventListener('focus', () => this.search());
    field.addEventListener('blur', () => this.close());
    field.addEventListener('keydown', event => this.#keydown(event));
    list.addEventListener('pointerdown', event => event.preventDefault()); // the field keeps the focus
    list.addEventListener('click', event => this.#choose(event.target.closest('[role=option]')));
  }

  get open() {
    return !this.box.hidden;
  }

  get current() {
    return this.list.children[this.#at]?.item;
  }

  // What is listed may have been withdrawn meanwhile. Whoever is about to press Enter stays where they are: on what
  // cannot be chosen any more, rather than on something else.
  again() {
    if (this.open) this.search(this.list.children[this.#at]?.item);
  }

  #typed() {
    this.#stale = true;
    this.#asking?.abort();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.search(), PAUSE);
  }

  async search(chosen) {
    this.#asking?.abort();
    this.#asking = new AbortController();
    try {
      this.#show(await this.ask(this.field.value.trim(), this.#asking.signal), chosen);
    } catch (error) {
      if (error.name !== 'AbortError') this.#tell(this.words.failed);
    }
  }

  #show({items, total}, chosen) {
    if (document.activeElement !== this.field) return;
    this.list.replaceChildren(...items.map((item, index) => this.#row(item, index)));
    this.#stale = false;
    this.#expand();
    if (!items.length) return this.#tell(this.words.none);
    this.note.hidden = total <= items.length;
    const counted = total > items.length ? say('showing', {n: items.length, total}) : this.words.found(items.length);
    write(this.note, counted);
    announce(counted);
    const same = items.findIndex(item => chosen && nameOf(item) === nameOf(chosen));
    this.#move(Math.max(0, same < 0 ? items.findIndex(item => !item.reason) : same)); // the others are there to be read
    if (this.#wanted) this.#choose(this.list.children[this.#at]);
  }

  #row(item, index) {
    const li = Object.assign(document.createElement('li'), {id: `${this.field.id}-${index}`, item});
    li.setAttribute('role', 'option');
    li.append(...this.option(item));
    if (item.reason) li.setAttribute('aria-disabled', 'true');
    return li;
  }

  #tell(text) {
    this.#stale = this.#wanted = false;
    this.list.replaceChildren();
    this.field.removeAttribute('aria-activedescendant');
    write(this.note, text);
    this.note.hidden = false;
    announce(text);
    this.#expand();
  }

  #expand() {
    this.box.hidden = false;
    this.field.setAttribute('aria-expanded', 'true');
  }

  #move(to) {
    const options = $$('[role=option]', this.list);
    if (!options.length) return;
    this.#at = (to + options.length) % options.length;
    options.forEach((item, index) => item.setAttribute('aria-selected', String(index === this.#at)));
    this.field.setAttribute('aria-activedescendant', options[this.#at].id);
    options[this.#at].scrollIntoView({block: 'nearest'});
  }

  close() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.box.hidden = true;
    this.#stale = this.#wanted = false;
    this.list.replaceChildren();
    this.field.value = '';
    this.field.setAttribute('aria-expanded', 'false');
    this.field.removeAttribute('aria-activedescendant');
    this.closed();
  }

  // Fast typists press Enter before the list has caught up: then the first that can be chosen is meant.
  #enter() {
    if (!this.#stale) return this.open ? this.#choose(this.list.children[this.#at]) : this.search();
    this.#wanted = true;
    clearTimeout(this.#timer);
    return this.search();
  }

  #choose(row) {
    this.#wanted = false;
    if (!row) return;
    const {item} = row;
    if (item.reason) return announce(item.reason);
    this.close();
    this.choose(item);
  }

  #keydown(event) {
    const acts = {
      ArrowDown: () => this.#move(this.#at + 1),
      ArrowUp: () => this.#move(this.#at - 1),
      Enter: () => this.#enter(),
      Escape: () => { this.close(); this.leave(); },
    };
    if (event.isComposing || event.keyCode === 229 || !acts[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  }
}

const nameOf = ({id, key}) => id ?? key;

export function piece(tag, className, textContent) {
  return Object.assign(document.createElement(tag), {className, textContent});
}
