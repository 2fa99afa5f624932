// Suggestion and follow-up cards: what a click means, and how a card looks until the server has confirmed it.
import {$, $$, announce, boot, put, say} from './boot.js';
import {copy} from './bridge.js';
import {keep, kept} from './memory.js';

const LOOKS = {inserted: 'inserted', edited: 'inserted', dismissed: 'dismissed', dismiss: 'gone', done: 'gone', snooze: 'gone', postpone: 'armed'};
const marks = new Map(); // element id -> {state, was, failed}: survives the morphs that come in between
// The server is not told of a follow-up's text that only stands in the composer, so that is known here: id -> its due time.
const STANDING = `assistant-standing:${boot.agent?.id ?? ''}`, MOST = 200;
let standing = kept(STANDING);

export function mark(card, state) {
  marks.set(card.id, {state, was: marks.get(card.id)?.was ?? card.dataset.state});
  paint();
}

// As it was, whether the server has heard of it or not.
export function unmark(id, was = marks.get(id)?.was) {
  const card = document.getElementById(id);
  marks.delete(id);
  if (was && card) put(card, 'data-state', was);
}

function fail(card) {
  const was = marks.get(card.id)?.was ?? card.dataset.state;
  marks.set(card.id, {state: was, was, failed: true});
  announce(say('insert_failed'));
  paint();
}

export function settled(id, refused) {
  if (refused) unmark(id);
  else marks.delete(id);
}

function stands(card) {
  standing = Object.fromEntries(Object.entries({...standing, [card.id]: card.dataset.due}).slice(-MOST));
  keep(STANDING, standing);
}

export function paint() {
  for (const card of $$('[data-card]')) {
    const inserted = card.dataset.due && standing[card.id] === card.dataset.due && {state: 'inserted'};
    const known = marks.get(card.id) ?? inserted;
    if (known) put(card, 'data-state', known.state);
    if (Boolean(known?.failed) !== card.hasAttribute('data-failed')) card.toggleAttribute('data-failed');
  }
}

export const means = () => document.documentElement.dataset.means ?? 'insert';
const textOf = card => $('.text', card)?.textContent ?? '';

export function act(ops, card, action, more = {}) {
  mark(card, LOOKS[action] ?? card.dataset.state);
  ops.send({op: card.dataset.card, id: card.dataset.id, action, ...more}, {card: card.id});
}

export async function insert(bridge, ops, card) {
  if (!card || card.dataset.state === 'inserted' || !$('[data-insert]', card)) return;
  const text = textOf(card);
  mark(card, 'inserted');
  try {
    if (await bring(bridge, text) !== text) return unmark(card.id);
    if (card.dataset.due) stands(card);
    act(ops, card, 'inserted');
  } catch {
    fail(card);
  }
}

// The agent threw the draft away after all: the text comes once more, what was recorded stands.
export function again(bridge, card) {
  bring(bridge, textOf(card)).catch(() => fail(card));
}

let cleared = async text => text;

// Every text is asked about on its way: text -> the text to bring, or null.
export function check(by) {
  cleared = by;
}

let post = null;

// Where the service sends itself: text -> nothing; what came of it is shown by the server.
export function posting(by) {
  post = by;
}

// Puts a text where the agent needs it: into the host's composer, to the buyer where the service sends by itself, or on
// the clipboard where there is neither.
// Returns what was brought: better words, or null when the agent turned back.
export async function bring(bridge, wanted) {
  const text = await cleared(wanted);
  if (text === null) return null;
  if (means() === 'send' && post) await post(text);
  else if (means() !== 'copy') await bridge.insert(text);
  else if (await copy(text)) announce(say('copied'));
  else throw new Error('copy');
  return text;
}

export async function copyCard(ops, card) {
  const wanted = textOf(card), text = await cleared(wanted);
  if (text === null) return;
  const done = await copy(text);
  announce(say(done ? 'copied' : 'copy_failed'));
  if (done && text === wanted) act(ops, card, 'inserted');
}

export const open = kind => $$(`[data-card=${kind}]`).filter(card => !['inserted', 'dismissed', 'gone'].includes(card.dataset.state));
