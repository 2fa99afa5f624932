// Tries what a buyer might say on the published tables and on the draft, side by side, and says why.
import {$, boot, put, say, write} from './boot.js';
import {piece} from './picker.js';
import {Newest} from './script_calls.js';

const LISTED = 6, percent = score => `${Math.round(score * 100)}%`;
const found = {published: null, draft: null}, asking = {published: new Newest(), draft: new Newest()};

async function run(event) {
  event?.preventDefault();
  write($('#refused'), '');
  const messages = $('#messages').value.split('\n').map(line => line.trim()).filter(Boolean);
  if (!messages.length) return write($('#refused'), say('try_empty'));
  const asked = {messages, order_state: $('#state').value || null};
  const draft = $('#draft') && boot.changes ? one('draft', {...asked, draft: true}) : null;
  await Promise.all([one('published', asked), draft]);
}

async function one(of, asked) {
  const line = of === 'draft' ? $('#draft-state-line') : $('#published-state');
  write(line, of === 'draft' ? say('draft_fitting') : '');
  put(line, 'data-state', of === 'draft' ? 'looking' : '');
  try {
    const trial = await asking[of].ask(`/scripts/try?lang=${boot.lang}`, asked);
    if (!trial) return;
    put(line, 'data-state', '');
    if (trial.faulty) return write(line, say('draft_faulty', {n: trial.faulty}));
    found[of] = trial;
    write(line, trial.offer ? say('offers', {threshold: percent(trial.floor)}) : say('silent', {threshold: percent(trial.threshold)}));
    $(`#${of}`).replaceChildren(...trial.rows.slice(0, LISTED).map(each => row(each, trial)));
    explain();
  } catch (error) {
    put(line, 'data-state', '');
    write(line, '');
    write($('#refused'), error.say ?? say('try_failed'));
  }
}

function row(one, trial) {
  const made = piece('li', 'tried', ''), head = document.createElement('header'), link = document.createElement('a');
  link.href = `/scripts?${new URLSearchParams({table: 'situations', id: one.situation})}`;
  link.textContent = one.name;
  const meter = Object.assign(document.createElement('meter'), {min: 0, max: 1, value: one.score});
  meter.setAttribute('aria-label', say('score'));
  head.append(link, meter, piece('b', 'figure', percent(one.score)));
  made.append(head, piece('p', 'muted', verdict(one, trial)));
  if (one.why && one.verdict === 'offered') made.append(piece('p', 'muted', one.why));
  made.dataset.verdict = one.verdict;
  return made;
}

function verdict({verdict: how, failed}, {floor, threshold} = {}) {
  const limit = percent(how === 'silent' ? threshold ?? 0 : floor ?? 0);
  const told = {offered: 'verdict_offered', silent: 'verdict_silent', score: 'verdict_score', full: 'verdict_full', unheard: 'verdict_unheard'};
  if (how === 'when') return say('verdict_when', {names: failed.join(boot.lang === 'en' ? ', ' : '\u3001')});
  return say(told[how], {limit});
}

function explain() {
  const id = $('#situation').value, place = $('#why');
  if (!id) return place.replaceChildren();
  const lines = ['published', 'draft'].filter(of => found[of]).map(of => {
    const one = found[of].rows.find(each => each.situation === id), made = piece('p', '', '');
    made.append(piece('b', '', say(`of_${of}`)), one ? ` ${percent(one.score)} · ${verdict(one, found[of])}` : ` ${say('verdict_gone')}`);
    return made;
  });
  place.replaceChildren(...(lines.length ? lines : [piece('p', 'muted', say('try_first'))]));
}

$('#try-form').addEventListener('submit', run);
$('#situation').addEventListener('change', explain);
addEventListener('keydown', event => {
  if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') run();
});
