// The page on which notices are posted: chooses what they withdraw, and is told who has read them.
import {$, $$, boot, say} from './boot.js';
import {connect, showNet} from './live.js';
import {Ops} from './ops.js';
import {Picker, piece} from './picker.js';

const picked = $('#picked'), field = $('#pick'), at = $('#at');

async function ask(q, signal) {
  const answer = await fetch(`/notices/choices?${new URLSearchParams({q, lang: boot.lang})}`, {signal});
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

const option = ({kind, title, text}) => [piece('span', 'shelf', kind), piece('b', '', title), piece('span', 'body', text)];

function choose({value, kind, title}) {
  if ($$('input', picked).some(input => input.value === value)) return field.focus();
  const chip = piece('li', 'chip', ''), drop = piece('button', '', '×');
  chip.dataset.tone = 'warn';
  Object.assign(drop, {type: 'button'}).setAttribute('aria-label', say('not_withdrawn', {name: title}));
  drop.dataset.drop = '';
  const hidden = Object.assign(document.createElement('input'), {type: 'hidden', name: 'withdraws', value});
  chip.append(hidden, kind, piece('span', 'dot', title), drop);
  picked.append(chip);
  field.focus();
}

new Picker({field, box: $('#pick-box'), list: $('#pick-list'), note: $('#pick-note'), ask, option, choose});
picked.addEventListener('click', event => {
  if (!event.target.closest('[data-drop]')) return;
  event.target.closest('li').remove();
  field.focus();
});
// It is one line of text, shown whole while it is written.
$('#text').addEventListener('keydown', event => {
  if (event.key !== 'Enter' || event.isComposing) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});
// The time is asked for only by who does not mean today.
function follow() {
  at.hidden = !$('#ends-at').checked;
  at.required = !at.hidden;
}
$('#notice-form').addEventListener('change', follow);
$('#sign-in').addEventListener('click', () => location.reload());
connect({ops: new Ops({changed: showNet}), opening: () => null});
follow();
