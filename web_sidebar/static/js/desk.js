// Wires the workbench: the list, the chat, the composer and, as a host of its own, the sidebar in the frame.
import {$, $$, boot, put, say} from './boot.js';
import * as chat from './chat.js';
import * as checks from './checks.js';
import {tick} from './clock.js';
import * as composer from './composer.js';
import {Drafts} from './drafts.js';
import {Host} from './host.js';
import {named} from './keys.js';
import {connect, showNet} from './live.js';
import * as list from './list.js';
import {forget, keep, kept, remember, remembered} from './memory.js';
import {Ops} from './ops.js';
import * as writing from './writing.js';

const root = document.documentElement, {title} = document, mine = boot.practice ? `practice-${boot.practice.id}` : boot.agent?.id ?? '';
const drafts = new Drafts(`assistant-drafts:${mine}`), LAST = `assistant-open:${mine}`;
let open = null, platform = null, over = false, refused = null;

const ops = new Ops({changed: showNet, settled: (op, why) => why && notSent(op, why)});
const host = new Host($('#sidebar'), {
  context: () => ({conv: open, platform, agent: boot.agent, theme: theme()}),
  insert: composer.insert,
  open: ({conv, platform: from}) => choose(conv, from),
  focus: composer.focus,
  expired: () => location.reload(),
});

const place = (of, conversation) => `${of ?? ''}/${conversation}`;
function written(text) {
  checks.leave();
  drafts.write(place(platform, open), text);
}

const opening = () => open && {op: 'open', conversation: open, platform};

const isOpen = ({dataset}) => dataset.conversation === open && [dataset.platform, null].includes(platform);

// Drafts stay with their conversation: what was half written is there again when the agent comes back. Two platforms may
// call a chat alike.
function choose(conversation, named) {
  const from = named ?? row(conversation)?.dataset.platform ?? null;
  if (!conversation) return;
  if (conversation === open && from === platform) return composer.focus(); // whoever chooses a chat wants to write in it
  open = conversation;
  platform = from;
  keep(LAST, {conversation, platform});
  mark();
  chat.expect(open, platform);
  chat.call(nickname(row(open, platform)));
  checks.answer(null);
  composer.show(!over);
  composer.value(drafts.read(place(platform, open)));
  composer.focus();
  ops.tell(opening());
  host.tellContext();
}

const at = element => element ? [element.dataset.conversation, element.dataset.platform] : [];
const nickname = item => item ? $('.whole', item).textContent : '';
const row = (conversation, from) => $$('#conversations [data-conversation]').find(({dataset}) => dataset.conversation === conversation && (!from || dataset.platform === from));

function mark() {
  for (const item of $$('#conversations [data-conversation]')) {
    if (isOpen(item)) put(item, 'aria-current', 'true');
    else item.removeAttribute('aria-current');
  }
}

function send(text, more = {}) {
  const key = ops.send({op: 'send', conversation: open, platform, text, ...more, ...writing.written()});
  writing.begin();
  chat.sending(text, key);
}

// What the server would not keep goes back to where it was written, with the reason beside it.
function notSent({key, conversation, platform: from, text}, reason) {
  chat.notSent(key);
  const where = place(from, conversation), here = where === place(platform, open);
  refused = {key, text, where, why: say('not_sent') + reason};
  drafts.giveBack(where, text);
  if (here) composer.value(drafts.read(where));
  const name = nickname(row(conversation, from)) || conversation;
  composer.tell(here ? say('not_sent') + reason : say('not_sent_to', {name}) + reason);
}

// Checks found something in what was to be sent: one key answers, and what was written stays as long as it is open.
async function doubt({refused: key, hits}) {
  if (refused?.key !== key || place(platform, open) !== refused.where) return;
  const {text, where, why} = refused;
  composer.tell(''); // the box says it with more words
  const found = await checks.ask(hits);
  if (found?.left || place(platform, open) !== where) return;
  if (found?.reason && composer.value() === text) return composer.take(), send(text, {override: found.reason});
  if (found?.use) return composer.replace(found.use);
  composer.tell(why);
  composer.select(hits[0].words);
}

// A practice ends by itself too: then nobody is there to be written to, and the way to the review lies open.
function told(message) {
  if (message.hits) doubt(message);
  if (message.practice !== 'over') return;
  over = true;
  composer.show(false);
  $('#over').hidden = false;
  $('#over a').focus();
}

// The server may open a conversation by itself when the page is new; after that the agent decides.
function refresh() {
  if (!open) choose(...(before() ?? at($('#conversations [aria-current]') ?? chat.shows())));
  mark();
  list.layout();
  tick();
  chat.expect(open, platform);
  if (chat.rendered() && !composer.value()) writing.begin(); // what the buyer has just said has to be read first
  countDue();
}

// Where the agent was before the page was loaded anew, if it is still in the list.
function before() {
  const {conversation, platform: from} = kept(LAST);
  return conversation && row(conversation, from) ? [conversation, from] : null;
}

// Seen in the browser's tab while the agent is elsewhere.
function countDue() {
  const due = $$('#conversations [data-due-count]').reduce((sum, badge) => sum + Number(badge.dataset.dueCount), 0);
  document.title = due ? `(${due}) ${title}` : title;
}

// What is typed where nothing can be written is meant for the buyer: after a click into the chat, on a row of the list.
function isWriting({target, key, keyCode, ctrlKey, metaKey, altKey}) {
  if (ctrlKey || metaKey || altKey || target.closest?.('input, textarea, select, #check')) return false;
  return keyCode === 229 || (key.length === 1 && key !== ' '); // 229: an input method has the key
}

const dark = matchMedia('(prefers-color-scheme: dark)');
const theme = () => root.dataset.theme ?? (dark.matches ? 'dark' : 'light');

function paintTheme(chosen) {
  if (chosen) root.dataset.theme = chosen;
  const label = say(theme() === 'dark' ? 'theme_light' : 'theme_dark');
  put($('#theme'), 'aria-label', label);
  put($('#theme'), 'title', label);
  host.tellContext();
}

$('#theme').addEventListener('click', () => {
  paintTheme(theme() === 'dark' ? 'light' : 'dark');
  remember('assistant-theme', theme());
});
$('#conversations').addEventListener('click', event => choose(...at(event.target.closest('[data-conversation]'))));
$('form[action="/logout"]').addEventListener('submit', forget);
$('#sign-in').addEventListener('click', () => location.reload());
addEventListener('keydown', event => {
  const name = event.target.id !== 'draft' && named(event);
  if (!name && open && isWriting(event)) composer.focus();
  if (!name) return;
  event.preventDefault();
  if (event.repeat) return; // held down is pressed once
  if (open || host.ready) host.post({type: 'key', key: name});
  else if (name === 'Alt+J') choose(...at($('#conversations [data-conversation]'))); // the most urgent stands first
});
list.start();
composer.start({send, changed: written, key: key => host.post({type: 'key', key}), quick: () => { $('#sidebar').focus(); host.post({type: 'quick'}); }});
connect({ops, opening, html: refresh, json: told});
paintTheme(remembered('assistant-theme', ''));
refresh();
