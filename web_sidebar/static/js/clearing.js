// Asks the service whether a text may go into the composer. Without an answer it may: what was sent is checked again.
import {say} from './boot.js';
import {BLANK} from './blanks.js';
import {call} from './calls.js';
import {means} from './cards.js';
import {ask} from './checks.js';
import * as toast from './toast.js';

const PATIENCE = 1000; // milliseconds
const FILLED = '\u67d0'; // a word of one character that says nothing

// The text to bring, perhaps in better words; null when the agent turned back.
export async function cleared(text, {about, overridden}) {
  const hits = await found(text, about);
  const grave = hits.filter(({severity}) => severity !== 'note');
  if (!grave.length) {
    if (hits.length) toast.hint(say('check_noted', hits[0]));
    return text;
  }
  const answer = await ask(grave);
  if (answer?.reason) overridden([...new Set(grave.map(({code}) => code))], answer.reason);
  return answer?.use ?? (answer?.reason ? text : null);
}

async function found(text, about) {
  const known = Object.fromEntries(Object.entries(about).filter(([, value]) => value));
  // What stays blank in a composer is filled in there; where a text is sent at once nobody can.
  const whole = means() === 'send' ? text : text.replace(BLANK, FILLED);
  try {
    return (await call('/api/v1/checks', {text: whole, ...known}, AbortSignal.timeout(PATIENCE))).hits;
  } catch {
    return [];
  }
}
