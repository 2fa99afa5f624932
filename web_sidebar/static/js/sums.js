// The sums panel: the price in hand, or what comes back, worked out by the service while one types. What is typed
// belongs to its conversation and is there again when the agent comes back.
import {$, $$, announce, put, say, write} from './boot.js';
import {about, call} from './calls.js';
import * as panels from './panels.js';
import {read, show as showLines, tellWrong} from './sum_lines.js';
import {show as showResult} from './sum_result.js';

const PAUSE = 120, OWN = 'own', ITEM = 'item';
const panel = $('#sums'), form = $('#sums-form'), from = $('#sums-from'), paid = $('#sums-paid'), fault = $('#sums-fault');
const before = $('#sums-before'), refunded = $('#sums-refunded'), EMPTY = {title: '', price: '', quantity: '1', gone: '0', back: '0'};
const states = new Map();
let state = null, whose = null, sources = {}, timer = 0, asking = null, text = null, bring = () => {}, chat = () => ({});

export function start(options) {
  ({bring, chat} = options);
  panels.add('sums', {fill});
  form.addEventListener('input', event => event.target !== from && typed());
  form.addEventListener('submit', submit);
  from.addEventListener('change', () => { take(from.value); render(); });
  for (const tab of $$('[name=mode]', form)) tab.addEventListener('change', () => turnTo(tab.value));
  form.addEventListener('click', clicked);
}

// Another conversation is open: its own numbers, or none yet.
export function turn(conversation) {
  if (conversation === whose) return;
  whose = conversation;
  state = states.get(conversation) ?? null;
  panels.hide();
}

// What is typed before the numbers are here would be written over: one sees the form when it can be typed into.
async function fill(wish) {
  const here = whose;
  form.hidden = true;
  try {
    sources = await call(about(chat(), 'basket'));
  } catch {
    sources = {item: null, orders: []};
  }
  if (here !== whose || !panels.isOpen('sums')) return;
  listSources();
  if (wish || !state?.touched) begin(wish);
  form.hidden = false;
  render();
  startingField().focus();
  startingField().select();
}

function begin(wish) {
  state = {mode: wish ? 'refund' : 'price', without: [], paid: '', refunded: '', before: false, fault: false, touched: false, lines: []};
  states.set(whose, state);
  take(wish ? order(wish) : usual());
}

const order = id => `order:${id}`;
const ordered = () => sources.orders.find(({id}) => order(id) === state.from);
const usual = () => state.mode === 'price' && sources.item ? ITEM : sources.orders[0] ? order(sources.orders[0].id) : sources.item ? ITEM : OWN;

function listSources() {
  const options = [...(sources.item ? [[ITEM, say('sum_item', sources.item)]] : []),
    ...sources.orders.map(each => [order(each.id), say('sum_order', {title: `${each.title || each.id} ¥${each.amount}`})]), [OWN, say('sum_own')]];
  from.replaceChildren(...options.map(([value, words]) => new Option(words, value)));
}

// The lines of where they are taken from; of an order of one piece, that piece is what comes back.
function take(source) {
  state.from = source;
  const found = ordered(), lines = source === ITEM ? [sources.item] : found?.lines ?? [];
  const only = lines.length === 1 && lines[0].quantity === 1;
  state.lines = (lines.length ? lines : [{}]).map(line => ({title: line.title ?? '', price: line.price ?? '', quantity: String(line.quantity ?? 1), gone: '0', back: only ? '1' : '0'}));
  state.paid = found?.amount ?? '';
  Object.assign(state, {before: false, refunded: ''}); // they belong to the order before
  state.touched = false;
}

function turnTo(mode) {
  state.mode = mode;
  if (!state.touched) take(usual());
  render();
}

function render() {
  put(panel, 'data-mode', state.mode);
  $(`[name=mode][value=${state.mode}]`, form).checked = true;
  from.value = state.from;
  panel.toggleAttribute('data-before', state.before);
  put(before, 'aria-pressed', String(state.before));
  paid.value = state.paid;
  refunded.value = state.refunded;
  fault.checked = state.fault;
  const cut = ordered()?.cut ?? 0;
  $('#sums-cut').hidden = !cut;
  write($('#sums-cut'), cut ? say('sum_cut', {n: cut}) : '');
  showLines(state.lines);
  work();
}

const startingField = () => $$('#sums-lines [data-name=price]').find(field => !field.value) ?? $(`#sums-lines [data-name=${state.mode === 'price' ? 'quantity' : 'back'}]`);

function typed() {
  Object.assign(state, {lines: read(), paid: paid.value, refunded: refunded.value, fault: fault.checked, touched: true});
  text = null;
  clearTimeout(timer);
  timer = setTimeout(work, PAUSE);
}

function clicked({target}) {
  const remove = target.closest('[data-remove]'), rule = target.closest('[data-rule]')?.dataset.rule;
  if (rule) state.without = state.without.includes(rule) ? state.without.filter(each => each !== rule) : [...state.without, rule];
  else if (target.closest('#sums-before')) turnBefore();
  else if (target.closest('#sums-add')) state.lines = [...read(), EMPTY];
  else if (remove) state.lines = read().filter((_, at) => at !== [...$('#sums-lines').children].indexOf(remove.closest('li')));
  else return;
  if (!state.lines.length) state.lines = [EMPTY];
  state.touched = true;
  render();
  if (target.closest('#sums-add')) $('#sums-lines li:last-child [data-name=title]').focus();
  if (remove) startingField().focus();
  if (target.closest('#sums-before') && state.before) $('#sums-lines [data-name=gone]').select();
}

function turnBefore() {
  Object.assign(state, {before: !state.before, refunded: '', lines: read().map(line => ({...line, gone: '0'}))});
}

// One return stands for all before this one: how many pieces of each line, and what was paid out for them.
function earlier() {
  const {before: any, lines, refunded: goods} = state;
  if (!any || !(goods.trim() || lines.some(({gone}) => gone.trim() !== '0'))) return [];
  return [{pieces: lines.map(({gone}) => gone.trim() || '0'), ...(goods.trim() && {goods})}];
}

function asked() {
  const {conversation, platform} = chat(), {mode, lines, without} = state;
  const whom = {conversation, ...(platform && {platform}), without, ...(ordered() && mode === 'refund' && {order: ordered().id})};
  if (mode === 'price') return {...whom, lines: lines.map(({title, price, quantity}) => ({title, price, quantity}))};
  const returned = lines.map(({gone, ...line}) => line);
  return {...whom, lines: returned, before: earlier(), fault: state.fault, ...(state.paid.trim() && {paid: state.paid})};
}

// Works it out anew; true when there is a sum to insert.
async function work() {
  clearTimeout(timer);
  asking?.abort();
  asking = new AbortController();
  const {signal} = asking, mode = state.mode;
  text = null;
  put($('#sums-result'), 'aria-busy', 'true');
  write($('#sums-said'), '');
  try {
    const found = await call(mode === 'price' ? '/api/v1/prices' : '/api/v1/refunds', asked(), signal);
    tellWrong([], state.lines);
    showResult(mode, found, state.without);
    text = found.text;
    if (panel.contains(document.activeElement)) announce(text);
  } catch (error) {
    if (error.name === 'AbortError') return false;
    showResult(mode, null, state.without);
    tellWrong(error.fields, state.lines);
  }
  put($('#sums-result'), 'aria-busy', 'false');
  return text !== null;
}

async function submit(event) {
  event.preventDefault();
  event.stopPropagation();
  const here = whose;
  if (text === null && !await work()) return $('[aria-invalid=true]', form)?.focus();
  if (here !== whose || text === null) return;
  if (document.documentElement.dataset.means !== 'copy') panels.hide();
  await bring({text});
  write($('#sums-said'), panel.hidden ? '' : say('copied'));
}
