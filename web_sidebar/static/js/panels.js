// Opens and closes the panels agents work in: one at a time, Esc leads back to the composer.
import {$, $$} from './boot.js';

const panels = new Map();
let leave = () => {}, shown = null;

export function start(options) {
  ({leave} = options);
}

// fill(wish): show what the panel begins with, then put the focus where the work begins.
export function add(name, {fill}) {
  const element = $(`#${name}`);
  panels.set(name, {element, fill});
  for (const button of $$('[data-close]', element)) button.addEventListener('click', () => close());
  element.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
}

export const isOpen = name => shown === name;

export async function open(name, wish) {
  if (shown && shown !== name) hide();
  shown = name;
  const {element, fill} = panels.get(name);
  element.hidden = false;
  scrollTo({top: 0});
  window.focus(); // the key may have been pressed in the host's composer: what is typed next must not land there
  element.focus();
  await fill(wish);
}

// The same key again: from elsewhere into the panel, from inside back to the composer.
export function toggle(name) {
  if (isOpen(name) && panels.get(name).element.contains(document.activeElement) && document.hasFocus()) close();
  else open(name);
}

export function hide() {
  if (shown) panels.get(shown).element.hidden = true;
  shown = null;
}

export function close() {
  hide();
  leave();
}
