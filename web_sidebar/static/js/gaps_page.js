// What the tables lack: found in a moment, made a situation of by one press, its effect shown before anything is kept.
import {$, $$, boot, put, say, write} from './boot.js';
import {measured} from './gaps_effect.js';
import {start} from './gaps_words.js';
import {piece} from './picker.js';
import {ask, query} from './script_calls.js';
import * as toast from './script_toast.js';

const state = $('#state'), found = $('#found'), days = {first: boot.first, last: boot.last};

async function look(anew) {
  tell(say('gaps_looking'), 'looking');
  write($('#refused'), '');
  try {
    const told = await ask(`/scripts/gaps/found?${query({...days, lang: boot.lang, ...(anew && {anew: 1})})}`);
    found.innerHTML = told.html;
    tell(say('gaps_found', {gaps: told.gaps, words: told.words}), '');
    start({days, done: looked});
  } catch (error) {
    tell('', '');
    write($('#refused'), error.say ?? say('gaps_failed'));
  }
}

function tell(text, how) {
  put(state, 'data-state', how);
  write(state, text);
}

// What was decided is kept: the rest is asked again, without what is decided.
async function looked({rows, refused}) {
  await look(false);
  toast.tell(say('words_kept', {rows, refused}));
}

// The gap of a button: how buyers ask, and what agents answered, the chosen answer first.
function gapOf(button) {
  const gap = button.closest('.gap'), texts = $$('[type=radio]', gap);
  const chosen = texts.filter(one => one.checked), others = texts.filter(one => !one.checked);
  return {phrases: $$('[data-phrase]', gap).map(one => one.dataset.phrase), answers: [...chosen, ...others].map(one => one.value)};
}

async function make(button) {
  button.disabled = true;
  write($('#refused'), '');
  try {
    const row = await ask(`/scripts/gaps/situation?lang=${boot.lang}`, gapOf(button));
    location.href = `/scripts?${query(row)}`;
  } catch (error) {
    button.disabled = false;
    beside(button, error);
  }
}

async function effect(button) {
  button.disabled = true;
  try {
    await measured($('.effect', button.closest('.gap')), {...days, gap: gapOf(button)});
  } catch (error) {
    beside(button, error);
  }
  button.disabled = false;
}

function beside(button, error) {
  const line = piece('p', 'refusal', error.say ?? say('gaps_failed'));
  line.setAttribute('role', 'alert');
  $('.effect', button.closest('.gap')).replaceChildren(line);
}

found.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (button?.matches('[data-make]')) make(button);
  if (button?.matches('[data-effect]')) effect(button);
});
$('#anew').addEventListener('click', () => look(true));
look(false);
