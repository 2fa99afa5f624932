// The page to choose buyers on: no more than can be practised with; without this file the server says so.
import {remembered} from './memory.js';

const form = document.getElementById('start'), theme = remembered('assistant-theme', '');
if (theme) document.documentElement.dataset.theme = theme;

function limit() {
  const boxes = [...form.querySelectorAll('[name=buyer]')], chosen = boxes.filter(box => box.checked).length;
  for (const box of boxes) box.disabled = !box.checked && chosen >= Number(form.dataset.most);
  form.querySelector('[type=submit]').disabled = !chosen;
}

if (form) {
  form.addEventListener('change', limit);
  limit();
}
