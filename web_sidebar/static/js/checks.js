// What checks find in a text before it goes out: shown with the better words, answered by one key.
import {$, $$, announce, say, write} from './boot.js';

const box = $('#check');
let settle = null, instead = '';

// hits -> {use: text}, {reason: '1'…'4'}, {left: true}: they write on, or null: the agent turned back. What is blocked
// takes no reason.
export function ask(hits) {
  answer(null);
  const stands = hits.some(({severity}) => severity === 'block'), worst = hits.find(({severity}) => severity === (stands ? 'block' : 'warn'));
  ({instead} = worst);
  write($('#check-name'), say(stands ? 'check_blocked' : 'check_doubted'));
  $('#check-hits').replaceChildren(...hits.map(told));
  write($('#check-instead'), instead);
  box.toggleAttribute('data-stands', stands);
  box.hidden = false;
  box.scrollIntoView({block: 'nearest'});
  window.focus(); // the key may have been pressed in the host's composer: the next one answers here
  box.focus();
  announce(`${say(stands ? 'check_blocked' : 'check_doubted')} ${worst.words} ${worst.reason}`);
  return new Promise(resolve => { settle = resolve; });
}

export const asking = () => Boolean(settle);

// What was asked about is no longer what stands in the composer.
export const leave = () => answer({left: true});

function told({words, reason}) {
  const item = document.createElement('li'), bold = document.createElement('b');
  bold.textContent = words;
  item.append(bold, reason);
  return item;
}

export function answer(found) {
  const heard = settle;
  settle = null;
  box.hidden = true;
  heard?.(found);
  return Boolean(heard);
}

function pressed(name) {
  if (name === 'use') return answer({use: instead});
  if (name === 'back') return answer(null);
  return !box.hasAttribute('data-stands') && answer({reason: name});
}

// The physical key where there is one: some layouts write figures only with Shift.
const KEYS = {Escape: 'back', Digit1: '1', Digit2: '2', Digit3: '3', Digit4: '4', Numpad1: '1', Numpad2: '2', Numpad3: '3', Numpad4: '4'};

box.addEventListener('keydown', event => {
  if (event.repeat || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  const enter = event.key === 'Enter' && event.target === box && 'use', name = enter || KEYS[event.code] || KEYS[event.key];
  if (!name) return;
  event.preventDefault();
  event.stopPropagation();
  pressed(name);
});
for (const button of $$('[data-check]', box)) button.addEventListener('click', () => pressed(button.dataset.check));
