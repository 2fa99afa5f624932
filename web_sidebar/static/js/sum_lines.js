// The lines of a sum as fields: what stands in them, and what is wrong with it, said beside the field.
import {$, $$, put, say, write} from './boot.js';

const list = $('#sums-lines'), blank = $('#sums-line');
const FIELDS = ['title', 'price', 'quantity', 'gone', 'back'];

export function show(lines) {
  while (list.children.length > lines.length) list.lastElementChild.remove();
  while (list.children.length < lines.length) list.append(made(list.children.length));
  [...list.children].forEach((li, at) => FIELDS.forEach(name => set($(`[data-name=${name}]`, li), lines[at][name])));
}

function made(at) {
  const li = blank.content.firstElementChild.cloneNode(true), wrong = $('.wrong', li);
  wrong.id = `sums-wrong-${at}`;
  for (const field of $$('[data-name]', li)) field.setAttribute('aria-describedby', wrong.id);
  return li;
}

// A field somebody is typing in is left as it is when it says the same.
function set(field, value) {
  if (field.value !== value) field.value = value;
}

export function read() {
  return [...list.children].map(li => Object.fromEntries(FIELDS.map(name => [name, $(`[data-name=${name}]`, li).value])));
}

const MEND = {
  price: () => say('sum_wrong_price'),
  quantity: () => say('sum_wrong_quantity'),
  back: ({quantity, gone}) => say('sum_wrong_back', {n: Math.max(0, Number(quantity) - Number(gone)) || 0}),
  gone: ({quantity}) => say('sum_wrong_gone', {n: quantity}),
  title: () => say('sum_wrong_title'),
};

// `fields` as the service names them: lines.0.price, paid, pieces; null when it did not answer at all.
export function tellWrong(fields, lines) {
  clear();
  if (!fields) return tell($('#sums-wrong'), say('sum_failed'));
  for (const {field, index} of fields) {
    const [whole, at, name] = field.split('.');
    if (whole === 'lines' && MEND[name]) mark(Number(at), name, MEND[name](lines[at]));
    else if (whole === 'paid') mark(null, 'paid', say('sum_wrong_paid'));
    else if (whole === 'before') tellBefore(field, index, lines);
    else if (whole === 'pieces' && lines.some(({back}) => Number(back))) mark(index, 'back', MEND.back(lines[index]));
    else tell($('#sums-wrong'), say(whole === 'pieces' ? 'sum_none_back' : whole === 'lines' ? 'sum_too_many' : 'sum_failed'));
  }
}

// before.0.goods is the amount, before.0.pieces or before.0.pieces.1 a line's count.
function tellBefore(field, index, lines) {
  const [, , name, at = index] = field.split('.');
  if (name === 'pieces' && lines[at]) mark(Number(at), 'gone', MEND.gone(lines[at]));
  else mark(null, 'refunded', say('sum_wrong_refunded'));
}

function clear() {
  for (const field of $$('[aria-invalid]', $('#sums-form'))) field.removeAttribute('aria-invalid');
  for (const wrong of $$('.wrong', $('#sums-form'))) tell(wrong, '');
}

function mark(at, name, words) {
  const li = at === null ? null : list.children[at], field = li ? $(`[data-name=${name}]`, li) : $(`#sums-${name}`);
  put(field, 'aria-invalid', 'true');
  const wrong = li ? $('.wrong', li) : $(`#sums-${name}-wrong`);
  tell(wrong, wrong.textContent && wrong.textContent !== words ? `${wrong.textContent} ${words}` : words);
}

function tell(element, words) {
  write(element, words);
  element.hidden = !words;
}
