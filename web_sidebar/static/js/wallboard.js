// The leader's page of this moment: its parts come by the socket; a follow-up is handed over in a small dialog.
import {$, $$} from './boot.js';
import {tick} from './clock.js';
import {connect, showNet} from './live.js';
import {Ops} from './ops.js';

const dialog = $('#hand'), choice = $('#hand-to'), refusal = $('#hand-refusal');
let meant = null, sent = null;

function settled(op, message) {
  if (op.key !== sent) return;
  sent = null;
  $('#hand-go').disabled = false;
  if (message) refusal.textContent = message;
  else dialog.close();
}

const ops = new Ops({changed: showNet, settled});

// Whoever holds it already is no choice; who is at work and has least to do comes first.
function offer(holder) {
  const load = agent => {
    const row = $$('#loads [data-agent]').find(one => one.dataset.agent === agent);
    return row ? [row.querySelector('.chip') ? 0 : 1, Number(row.cells[2].textContent)] : [2, 0];
  };
  const before = (one, other) => {
    const [here, open] = load(one.value), [there, theirs] = load(other.value);
    return here - there || open - theirs;
  };
  const options = [...choice.options], anyone = options.find(one => !one.value);
  for (const one of options) one.hidden = one.disabled = one.value !== '' && one.value === holder;
  choice.replaceChildren(...options.filter(one => one !== anyone).sort(before), anyone);
  choice.value = [...choice.options].find(one => !one.disabled).value;
}

document.addEventListener('click', event => {
  const button = event.target.closest('[data-hand]');
  if (!button) return;
  meant = Number(button.dataset.hand);
  refusal.textContent = '';
  $('#hand-go').disabled = false;
  $('#hand-what').textContent = button.dataset.what;
  offer(button.dataset.holder);
  dialog.showModal();
  choice.focus();
});
$('#hand-no').addEventListener('click', () => dialog.close());
$('#hand form').addEventListener('submit', event => {
  event.preventDefault();
  if (sent) return;
  refusal.textContent = '';
  $('#hand-go').disabled = true;
  sent = ops.send({op: 'hand_over', id: meant, to: choice.value});
});
$('#sign-in').addEventListener('click', () => location.reload());
connect({ops, opening: () => null, html: () => queueMicrotask(tick)});
