// Conditions as rows: what is asked about, is or is not, which values. A shape that has no row of its own stays as it is.
import {$, $$} from './boot.js';

const clone = id => document.getElementById(id).content.cloneNode(true).firstElementChild;
const plain = value => value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;

export function show(place, condition) {
  const rows = $('[data-rows]', place);
  rows.replaceChildren(...Object.entries(condition ?? {}).map(([path, asked]) => row(path, asked)));
}

export function add(place) {
  const used = new Set($$('[data-path]', place).map(select => select.value));
  const made = row(null, undefined);
  const select = $('[data-path]', made);
  const free = [...select.options].find(option => !used.has(option.value));
  if (free) select.value = free.value;
  fill(made, undefined);
  $('[data-rows]', place).append(made);
  select.focus();
}

// What stands in the rows. Two rows about the same thing: the later one counts.
export function read(place) {
  const found = {};
  for (const each of $$('.condition', place)) found[$('[data-path]', each).value] = each.touched ? said(each) : each.asked;
  return found;
}

function row(path, asked) {
  const made = clone('row-condition'), select = $('[data-path]', made);
  if (path !== null && ![...select.options].some(option => option.value === path)) select.append(new Option(path, path));
  if (path !== null) select.value = path;
  made.asked = asked;
  made.touched = path === null;
  fill(made, asked);
  made.addEventListener('input', event => changed(made, event));
  return made;
}

function changed(made, {target}) {
  made.touched = true;
  if (target.matches('[data-path]')) fill(made, undefined);
}

function fill(made, asked) {
  const option = $('[data-path]', made).selectedOptions[0], kind = option.dataset.kind;
  const values = JSON.parse(option.dataset.values ?? '[]'), called = calledBy(option), place = $('[data-asked]', made);
  const not = plain(asked) && 'not' in asked, inner = not ? asked.not : asked;
  const odd = plain(inner) && (kind !== 'number' || not);
  $('[data-how]', made).value = not ? 'not' : 'is';
  $('[data-how]', made).hidden = kind === 'number' || kind === 'yesno' || Boolean(odd);
  made.dataset.kind = odd || !kind ? 'odd' : kind;
  place.replaceChildren(...(odd || !kind ? [code(asked)] : parts[values.length ? 'word' : kind](inner, values, called)));
  if (values.length && !odd) made.dataset.kind = 'word';
}

function code(asked) {
  return Object.assign(document.createElement('code'), {textContent: JSON.stringify(asked ?? '')});
}

const listed = value => value === undefined ? [] : Array.isArray(value) ? value : [value];

const parts = {
  word: (asked, values) => values.map(([value, name]) => {
    const button = Object.assign(document.createElement('button'), {type: 'button', className: 'choice', textContent: name});
    button.dataset.value = value;
    button.setAttribute('aria-pressed', String(listed(asked).includes(value)));
    button.addEventListener('click', () => {
      button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
      button.dispatchEvent(new Event('input', {bubbles: true}));
    });
    return button;
  }),
  words: (asked, _, called) => text(asked, called),
  text: (asked, _, called) => text(asked, called),
  number: asked => {
    const made = [...document.getElementById('asked-number').content.cloneNode(true).children];
    const range = plain(asked) ?? (asked === undefined ? {} : {min: asked, max: asked});
    made[0].querySelector('input').value = range.min ?? '';
    made[1].querySelector('input').value = range.max ?? '';
    return made;
  },
  yesno: asked => {
    const made = clone('asked-yesno');
    made.value = String(asked ?? true);
    return [made];
  },
};

// `none` and the like are keys: people read and write what they mean.
const calledBy = option => JSON.parse(option?.dataset.called ?? '[]');

function text(asked, called) {
  const made = clone('asked-text'), names = new Map(called);
  made.value = listed(asked).map(value => names.get(value) ?? value).join('、');
  return [made];
}

const one = values => values.length === 1 ? values[0] : values;

function words(made) {
  const keys = new Map(calledBy($('[data-path]', made).selectedOptions[0]).map(([value, name]) => [name, value]));
  const written = $('[data-words]', made).value.split(/[、,\uff0c]/).map(word => word.trim()).filter(Boolean);
  return written.map(word => keys.get(word) ?? word);
}

function said(made) {
  const kind = made.dataset.kind, not = $('[data-how]', made).value === 'not';
  const read = {
    odd: () => made.asked,
    word: () => one($$('[aria-pressed=true]', made).map(button => button.dataset.value)),
    number: () => {
      const [min, max] = ['[data-min]', '[data-max]'].map(name => $(name, made).value);
      return {...(min !== '' && {min: Number(min)}), ...(max !== '' && {max: Number(max)})};
    },
    yesno: () => $('[data-yes]', made).value === 'true',
    text: () => one(words(made)),
  };
  const value = (read[kind] ?? read.text)();
  return not && kind !== 'odd' ? {not: value} : value;
}
