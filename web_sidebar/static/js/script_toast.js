// One line that says what was done, and takes it back.
import {$} from './boot.js';

const LONG = 12_000, box = $('#toast'), button = $('button', box);
let timer = 0, undo = null;

const hide = () => { box.hidden = true; };

function goOn() {
  clearTimeout(timer);
  timer = setTimeout(hide, LONG);
}

button.addEventListener('click', () => {
  hide();
  undo?.();
});
// Who is reaching for it has all the time in the world.
box.addEventListener('pointerenter', () => clearTimeout(timer));
box.addEventListener('pointerleave', goOn);

export function tell(text, back = null) {
  undo = back;
  box.hidden = false;
  button.hidden = !back;
  $('span', box).textContent = text;
  goOn();
}
