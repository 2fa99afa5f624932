// Plays past chats with the draft: starts it, stops it, and hears over the socket how far it is and what came of it.
import {$, announce, boot, say, write} from './boot.js';
import {connect, showNet} from './live.js';
import {Ops} from './ops.js';
import {ask} from './script_calls.js';

const form = $('#back-test-form'), start = $('#start'), going = $('#back-test-run');
let busy = false, running = Boolean($('[data-running]', going));

const fromFile = () => $('[name=source]:checked', form).value === 'file';

// The days are asked for only by who plays the shop's own chats.
function follow() {
  const file = fromFile();
  $('#own').hidden = file;
  $('#from-file').hidden = !file;
  for (const field of ['#first', '#last']) $(field).required = !file;
}

async function begin() {
  if (busy || start.disabled || !form.reportValidity()) return;
  write($('#refused'), '');
  busy = start.disabled = true;
  try {
    await ask(`/scripts/back-test?lang=${boot.lang}`, fromFile() ? upload() : {first: $('#first').value, last: $('#last').value});
    // The address may name an older report: what was just begun is to be seen.
    if (boot.id) location.href = '/scripts/back-test';
    announce(say('back_test_begun'));
  } catch (error) {
    write($('#refused'), error.say ?? say('back_test_failed'));
    start.disabled = running;
  }
  busy = false;
}

function upload() {
  const [file] = $('#events').files;
  if (!file) throw Object.assign(new Error(), {say: say('file_first')});
  const body = new FormData();
  body.append('file', file, file.name);
  return body;
}

async function cancel(button) {
  button.disabled = true;
  try {
    await ask(`/scripts/back-test/${button.dataset.cancel}/cancel?lang=${boot.lang}`, {});
  } catch (error) {
    button.disabled = false;
    write($('#refused'), error.say ?? say('back_test_failed'));
  }
}

new MutationObserver(() => {
  const now = Boolean($('[data-running]', going));
  if (running && !now) announce(say('back_test_over'));
  running = now;
  if (!busy) start.disabled = now;
}).observe(going, {childList: true, subtree: true});

form.addEventListener('change', follow);
form.addEventListener('submit', event => {
  event.preventDefault();
  begin();
});
going.addEventListener('click', event => {
  const button = event.target.closest('[data-cancel]');
  if (button) cancel(button);
});
addEventListener('keydown', event => {
  if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') begin();
});
$('#sign-in').addEventListener('click', () => location.reload());
connect({ops: new Ops({changed: showNet}), opening: () => null});
follow();
