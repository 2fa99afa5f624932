// Wires the sidebar together: socket, host, keys, clicks. Each piece lives in a file of its own.
import {$, announce, boot, put, say} from './boot.js';
import {Bridge} from './bridge.js';
import * as alert from './alert.js';
import * as bringing from './bringing.js';
import * as cards from './cards.js';
import * as checks from './checks.js';
import {cleared} from './clearing.js';
import {tick} from './clock.js';
import * as forms from './forms.js';
import {listen} from './keys.js';
import {connect, showNet} from './live.js';
import {remember, remembered} from './memory.js';
import {Ops} from './ops.js';
import * as going from './going.js';
import * as handbook from './handbook.js';
import * as help from './help.js';
import * as notices from './notices.js';
import {look} from './nudge.js';
import * as orderNote from './order_note.js';
import * as own from './own_replies.js';
import * as panels from './panels.js';
import * as quick from './quick_replies.js';
import {fold as hideNumber, reveal} from './reveal.js';
import * as shift from './shift.js';
import * as sums from './sums.js';
import * as tags from './tags.js';
import * as toast from './toast.js';

if (!boot.wecom) history.replaceState(null, '', location.pathname); // the launch is spent; WeCom has signed the address
const main = $('#sidebar'), root = document.documentElement;
let hostSends = null; // text -> a promise, where the host's client sends on our word
let platform = boot.platform, open = null, byHost = 'copy', reason = null; // what the host can do; why a warning was overruled

const ops = new Ops({changed: showNet, settled: settle});
const bridge = new Bridge(boot.host, {context, quick: quick.open, key: ({key}) => press(key)});

function settle(op, refused) {
  if (refused) return undo(op, refused);
  if (op.op === 'note' || op.op === 'record') announce(say(op.op === 'note' ? 'note_saved' : 'recorded'));
  if (op.op === 'record') goOn(); // its form goes away, and the caret with it
  if (op.about?.card) cards.settled(op.about.card);
}

const goOn = () => bridge.hosted ? bridge.post({type: 'focus'}) : $('#notes-summary')?.focus({preventScroll: true});

function told(message) {
  if (message.now) going.connected();
  if (message.next) going.led(message);
  else notOpened(message);
}

// Opening carries no key: its refusal means that this chat is none of ours.
function notOpened(message) {
  if (!('refused' in message) || message.refused) return;
  phase('none');
  toast.tell(say('not_opened') + (message.say ?? message.message));
}

// What was shown too early is put right by asking for everything anew.
function undo(op, message) {
  const {card, form, beside, undo: undoable} = op.about ?? {};
  if (undoable) toast.away();
  if (card) cards.settled(card, message);
  const here = op.conversation === bridge.conversation;
  const told = form ? forms.giveBack(op.about, message) : here && forms.tell(document.getElementById(card ?? beside), message);
  if (!told) toast.tell(say(here ? 'refused' : 'refused_elsewhere') + message);
  ops.tell(opening());
}

const opening = () => bridge.conversation && {op: 'open', conversation: bridge.conversation, platform};
const send = (op, about) => ops.send({conversation: bridge.conversation, platform, ...op}, about);
const sender = {send};

function context({conv, platform: from, insert, theme}) {
  const same = conv === open && (from ?? platform) === platform && main.dataset.phase !== 'none';
  byHost = insert === false ? 'copy' : insert === 'send' ? 'send' : bridge.hosted ? 'insert' : 'copy';
  meaning();
  if (theme) root.dataset.theme = theme;
  bridge.conversation = open = conv;
  if (same) return; // only its colours changed, or the host said it once more
  platform = from ?? platform;
  const whose = conv && `${platform ?? ''}/${conv}`;
  for (const each of [forms, sums, orderNote]) each.turn(whose);
  checks.answer(null); // the question was about the chat before
  toast.turn();
  tags.fold();
  hideNumber();
  phase(conv ? 'loading' : 'none');
  if (conv) ops.tell(opening());
}

// Where the host has no composer for us, the service sends by itself if the shop is connected to it.
function meaning() {
  const sends = byHost === 'copy' && isHere() && $('#buyer [data-sends]');
  root.dataset.means = sends || hostSends ? 'send' : byHost;
  if (hostSends) return cards.posting(hostSends);
  cards.posting(sends ? text => { send({op: 'post', text, ...(reason && {override: reason})}, {beside: 'sendings'}); reason = null; } : null);
}

// Whether what is shown is the open chat. Two platforms may call one alike.
function isHere() {
  const {conversation, platform: of} = $('#buyer [data-conversation]')?.dataset ?? {};
  return Boolean(conversation) && conversation === bridge.conversation && [of, null, undefined].includes(platform);
}

function phase(name) {
  put(main, 'data-phase', name);
  put($('#parts'), 'aria-busy', String(name === 'loading'));
}

// Pushes of the conversation before may still be on their way: shown is only what belongs to the open one.
function refresh() {
  if (isHere()) phase('ready');
  meaning();
  cards.paint();
  forms.fill();
  tick();
  tags.layout();
  alert.hear();
  help.again();
  look();
}

const keys = {
  'Alt+X': () => dismiss(cards.open('suggestion')[0]),
  'Alt+F': () => cards.insert(bridge, sender, cards.open('follow_up')[0]),
};

// A slip of the hand is taken back as quickly as it was made.
function dismiss(card) {
  const {id, dataset: {id: suggestion, state: was}} = card;
  const name = $('h3', card).textContent, of = {conversation: bridge.conversation, platform};
  cards.act(sender, card, 'dismissed');
  toast.tell(say('dismissed', {name}), () => {
    cards.unmark(id, was);
    send({op: 'suggestion', id: suggestion, action: 'restored', ...of}, {card: id});
    goOn();
  });
}

// The buyer only said thanks: nothing is owed. The undo knows whose chat it was, wherever the agent is by then.
function letGo() {
  if (!$('#let-go')) return $('#waiting-clock') && toast.hint(say('must_answer'));
  const of = {conversation: bridge.conversation, platform};
  send({op: 'let_go'}, {beside: 'let-go', undo: true});
  toast.tell(say('let_go', {name: $('#buyer-name').textContent}), () => send({op: 'take_up', ...of}));
  goOn();
}

// What was promised without a time gets one.
function vow() {
  if ($('#vow')) send({op: 'vow'}, {beside: 'vow'});
  else toast.hint(say('nothing_promised'));
}

// One line while the answer is looked for: goes the way of the cards, and its promise begins with the message sent.
function hold() {
  const text = $('#hold')?.dataset.hold;
  if (text) bringing.bring({text});
  else toast.hint(say('no_holding'));
}

// What is due comes back in some minutes; what only runs moves to the time the buyer named.
function putOff() {
  const button = cards.open('follow_up').map(card => $('[data-action=snooze], [data-action=postpone]', card)).find(Boolean);
  if (!button) return toast.hint(say('nothing_due'));
  const {name} = button.closest('[data-card]').dataset;
  button.click();
  toast.hint(say('put_off', {name}));
}

const opens = {'Alt+S': 'sums', 'Alt+B': 'order-note'};

// To another chat: the host is asked to bring it to the front, and says so by its context.
function show(place) {
  if (bridge.hosted) bridge.post({type: 'open', ...place});
  else context(place);
}

function press(name) {
  if (!$('#keys-on').checked) return false;
  if (name === 'Alt+Z') return toast.back();
  if (name === 'Alt+N') return notices.acknowledge();
  if (name === 'Alt+G') return handbook.open(), true;
  if (name === 'Alt+/') return help.open(), true;
  if (going.leads(name)) return going.next(name), true;
  if (name === 'Alt+H') return shift.open(), true;
  if (name === 'Alt+Q') return panels.toggle('own'), true;
  if (name === 'Alt+P') return quick.pin();
  if (main.dataset.phase !== 'ready') return false;
  if (name === 'Alt+0') return hold(), true;
  if (name === 'Alt+C') return letGo(), true;
  if (name === 'Alt+V') return vow(), true;
  if (name === 'Alt+L') return putOff(), true;
  if (name === 'Alt+R') return forms.open(), true;
  if (opens[name]) return panels.toggle(opens[name]), true;
  const nth = Number(name.slice(4));
  if (nth) cards.insert(bridge, sender, document.querySelectorAll('[data-card=suggestion]')[nth - 1]);
  else if (cards.open(name === 'Alt+X' ? 'suggestion' : 'follow_up').length) keys[name]?.();
  return true;
}

function slash() {
  if ($('#keys-on').checked) quick.open();
  return $('#keys-on').checked;
}

main.addEventListener('click', event => {
  const button = event.target.closest('button'), card = button?.closest('[data-card]');
  if (!button) return;
  const {op, action, minutes, toggle, panel, wish} = button.dataset;
  if (button.matches('[data-insert]')) cards.insert(bridge, sender, card);
  else if (panel) panels.open(panel, wish);
  else if (button.matches('[data-help]')) help.open();
  else if (button.matches('[data-go]')) going.by(button, true);
  else if (button.matches('[data-hold]')) hold();
  else if (button.matches('[data-let-go]')) letGo();
  else if (button.matches('[data-vow]')) vow();
  else if (op === 'notice') notices.acknowledge(button);
  else if (button.matches('[data-again]')) cards.again(bridge, card);
  else if (button.matches('[data-copy]')) cards.copyCard(sender, card);
  else if (action === 'dismissed') dismiss(card);
  else if (op && card) cards.act(sender, card, action, minutes ? {minutes: Number(minutes)} : {});
  else if (op === 'tag') send(tags.choose(button), {beside: 'buyer-tags'});
  else if (button.dataset.reveal) reveal(button);
  else if (button.id === 'reveal-hide') hideNumber();
  else if (toggle) flip(button, document.getElementById(toggle));
  else if (button.matches('[data-tags-more]')) tags.unfold();
});

function flip(button, panel) {
  panel.hidden = !panel.hidden;
  put(button, 'aria-expanded', String(!panel.hidden));
}

main.addEventListener('submit', event => {
  const form = event.target, values = Object.fromEntries(new FormData(form));
  event.preventDefault();
  if (!Object.values(values).some(value => value.trim())) return;
  const {op, situation, group} = form.dataset;
  send({op, ...(situation && {situation}), ...(group && {group, on: true}), ...values}, forms.take(form));
});
main.addEventListener('invalid', event => {
  if (event.target.name !== 'quantity') return;
  event.preventDefault();
  forms.tell(event.target.form, say('digits'));
}, true);
// From any field of the sidebar back to the words for the buyer.
main.addEventListener('keydown', event => {
  if (event.key !== 'Escape' || event.isComposing) return;
  event.preventDefault();
  if (event.target.closest('#tag-groups')) tags.fold();
  hideNumber();
  if (bridge.hosted) bridge.post({type: 'focus'});
  else event.target.blur();
});

const leave = () => bridge.post({type: 'focus'}), chat = () => ({conversation: bridge.conversation, platform});
cards.check(async wanted => {
  const text = await cleared(wanted, {about: chat(), overridden: (codes, why) => { if (root.dataset.means === 'send' && byHost === 'copy') reason = why; else send({op: 'override', codes, reason: why}); }});
  if (text === null) goOn();
  return text;
});
bringing.start({bridge, send});
quick.start({bring: bringing.bring, leave, chat});
panels.start({leave});
own.start({tell: text => toast.hint(text), turned: on => { $('#own-shelf').hidden = on; }});
panels.add('own', {fill: async () => { await own.load(); if (!own.isOpen()) $('#own-find').focus(); }});
sums.start({bring: bringing.bring, chat});
orderNote.start({chat});
help.start();
handbook.start({bring: bringing.bring, leave: goOn});
going.start({ask: message => ops.tell(message), here: () => bridge.conversation, show});
notices.start({send, changed: () => { quick.again(); handbook.again(); }});
$('#keys-on').checked = boot.slash !== false && remembered('assistant-keys', 'on') === 'on';
$('#keys-on').addEventListener('change', event => remember('assistant-keys', event.target.checked ? 'on' : 'off'));
$('#sign-in').addEventListener('click', () => bridge.hosted ? bridge.post({type: 'expired'}) : location.assign('/login'));
shift.start({leave: () => bridge.post({type: 'focus'})});
alert.start();
listen(press, slash);
connect({ops, opening, html: refresh, json: told});
// Before the next frame is painted; the ticking of clocks is no reason to look at everything.
const rendered = records => records.some(({target}) => !target.closest('time')) && refresh();
new MutationObserver(rendered).observe($('#parts'), {subtree: true, childList: true, attributeFilter: ['data-state']});
new ResizeObserver(() => tags.layout()).observe(main);
if (!bridge.hosted) {
  context({conv: boot.conversation ?? null});
  setInterval(() => main.dataset.phase === 'loading' && ops.tell(opening()), 2000); // known only once its buyer speaks
}
if (boot.wecom) import('./wecom.js').then(({start}) => start(boot.wecom)).then(({conv, send}) => { hostSends = send; context({conv, platform: 'wecom'}); }, () => toast.tell(boot.wecom.failed));
// In a window of its own it may be told which chat is open by whoever opened it, if that is a page of ours.
addEventListener('message', ({source, origin, data}) => {
  if (opener && source === opener && origin === location.origin && data?.v === 1 && data.type === 'context') context(data);
});
bridge.post({type: 'ready'});
