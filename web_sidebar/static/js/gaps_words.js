// Buyers' words that could become examples: said yes or no to by keyboard, the effect shown before they are kept.
import {$, $$, announce, boot, say, write} from './boot.js';
import * as effect from './gaps_effect.js';
import {ask} from './script_calls.js';

let days = null, done = () => {}, measured = '', busy = false;

export function start(options) {
  ({days, done} = options);
  measured = '';
  for (const list of $$('.words')) {
    list.addEventListener('click', event => click(event, list));
    list.addEventListener('keydown', key);
    reach($$('li', list)[0]);
  }
  $('#words-go')?.addEventListener('click', go);
  count();
}

// Of each list one row is in the order of Tab; arrows lead to the others.
function reach(row) {
  for (const other of $$('li', row.parentElement)) for (const button of $$('button', other)) button.tabIndex = other === row ? 0 : -1;
}

function click(event, list) {
  const all = event.target.closest('[data-all]'), one = event.target.closest('[data-answer]');
  if (all) for (const row of $$('li', list)) answer(row, all.dataset.all, true);
  if (one) answer(one.closest('li'), one.dataset.answer);
  if (all || one) count();
}

function answer(row, how, sure = false) {
  const on = sure || row.dataset.state !== how;
  row.dataset.state = on ? how : '';
  for (const button of $$('[data-answer]', row)) button.setAttribute('aria-pressed', String(on && button.dataset.answer === how));
}

function key(event) {
  const row = event.target.closest('li');
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = $$('.words li'), at = rows.indexOf(row), how = {y: 'accepted', n: 'refused'}[event.key.toLowerCase()];
  const to = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1}[event.key] ?? (how ? at + 1 : null);
  if (to === null) return;
  event.preventDefault();
  if (how) {
    answer(row, how);
    count();
    announce(say(row.dataset.state ? `word_${how}` : 'word_open', {text: row.dataset.text}));
  }
  const next = rows[Math.min(Math.max(to, 0), rows.length - 1)];
  reach(next);
  $(`[data-answer=${event.target.dataset.answer ?? 'accepted'}]`, next).focus();
}

function wanted() {
  const found = {accepted: {}, refused: {}};
  for (const row of $$('.words li[data-state]:not([data-state=""])')) {
    const id = row.closest('.words').dataset.situation;
    (found[row.dataset.state][id] ??= []).push(row.dataset.text);
  }
  return found;
}

const many = words => Object.values(words).flat().length;

// What was measured holds for what was chosen then; refusals need no measuring.
function count() {
  const {accepted, refused} = wanted(), button = $('#words-go');
  if (!button) return;
  const ready = !many(accepted) || measured === JSON.stringify(accepted);
  $('#deciding').hidden = !many(accepted) && !many(refused);
  write($('#decided'), say('words_decided', {yes: many(accepted), no: many(refused)}));
  button.firstChild.textContent = say(ready ? 'words_keep' : 'words_effect');
  if (!ready) $('#words-effect').replaceChildren();
  return ready;
}

async function go() {
  const found = wanted();
  if (busy || !(many(found.accepted) + many(found.refused))) return;
  busy = $('#words-go').disabled = true;
  try {
    await (count() ? keep(found) : measure(found.accepted));
  } catch (error) {
    $('#words-effect').textContent = error.say ?? say('gaps_failed');
  }
  busy = false;
  if ($('#words-go')) $('#words-go').disabled = false;
}

async function measure(accepted) {
  await effect.measured($('#words-effect'), {...days, accepted});
  measured = JSON.stringify(accepted);
  count();
}

async function keep(found) {
  await done(await ask(`/scripts/gaps/examples?lang=${boot.lang}`, found));
}

addEventListener('keydown', event => {
  if ((event.ctrlKey || event.metaKey) && event.key === 'Enter' && $('#words-go')) go();
});
