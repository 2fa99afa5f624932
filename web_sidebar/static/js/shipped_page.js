// What a newer release ships: rows are ticked and kept as a draft, or put away.
import {$, $$, boot, say, write} from './boot.js';
import {ask} from './script_calls.js';

const form = $('#shipped-form'), boxes = $$('[name=row]'), all = $('#all');
const chosen = () => boxes.filter(box => box.checked);

function count() {
  const n = chosen().length;
  $('#take').disabled = !n;
  write($('#take'), say('take_n', {n}));
  all.checked = n === boxes.length;
  all.indeterminate = n > 0 && n < boxes.length;
}

async function send(rows) {
  write($('#refused'), '');
  try {
    await ask('/scripts/shipped', {mark: boot.mark, chosen: rows});
    location.href = rows ? '/scripts/publish' : '/scripts';
  } catch (error) {
    write($('#refused'), error.say ?? say('save_failed'));
  }
}

if (form) {
  form.addEventListener('change', ({target}) => {
    if (target === all) for (const box of boxes) box.checked = all.checked;
    count();
  });
  form.addEventListener('submit', event => {
    event.preventDefault();
    send(chosen().map(({dataset}) => [dataset.table, dataset.id]));
  });
  $('#away').addEventListener('click', () => send(null));
  count();
}
