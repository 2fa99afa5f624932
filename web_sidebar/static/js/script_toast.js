// One line that says what was done, and takes it back.
import {$} from './boot.js';

const LONG = 12_000, box = $('#toast'), button = $('button', box);
let timer = 0, undo = null;

button.addEventListener('click', () => {
  box.hidden = true;
  undo?.();
});

export function tell(text, back = null) {
  undo = back;
  box.hidden = false;
  button.hidden = !back;
  $('span', box).textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => { box.hidden = true; }, LONG);
}
