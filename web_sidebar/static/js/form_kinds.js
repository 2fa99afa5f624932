// How each kind of field in a row's form is filled from a value, and what it says when it is read back. Lists, whose items
// are fields again, are in `form_fields.js`.
import {$, $$, say} from './boot.js';
import * as conditions from './conditions.js';
import {picture} from './form_picture.js';

const UNITS = {d: 86400, h: 3600, m: 60, s: 1};
const WRITTEN = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

export const plain = value => value !== null && typeof value === 'object' && !Array.isArray(value);

export const lines = text => text.split('\n').map(line => line.trim()).filter(Boolean);
const some = found => Object.keys(found).length ? found : undefined;
const written = value => Array.isArray(value) ? value.join('、') : value === undefined || value === null ? '' : String(value);
const pressed = place => $$('[aria-pressed=true]', place).map(button => button.dataset.value);

// What was not touched keeps its kind: a number stays a number, a list a list.
const line = {
  fill: (field, said) => { field.value = written(said); },
  read: (field, before) => field.value === written(before) ? before : field.value,
};

const choice = {
  fill(field, said) {
    const value = said === undefined ? field.dataset.usual ?? '' : String(said);
    if (![...field.options].some(option => option.value === value)) field.append(new Option(value, value));
    field.value = value;
  },
  read: (field, before) => before === undefined && field.value === field.dataset.usual ? undefined : field.value,
};

// Amounts stay as they are written: 19.90 is a text, so that no fraction is lost.
const money = {
  fill: line.fill,
  read: (field, before) => field.value.trim() === written(before) ? before : /^\d{1,10}$/.test(field.value.trim()) ? Number(field.value) : field.value.trim(),
};

const yes = {
  fill(field, said) { field.checked = 'usual' in field.dataset ? said !== false : said !== undefined && said !== false; },
  read(field, before) {
    if ('usual' in field.dataset) return field.checked ? before || undefined : false;
    return field.checked ? before || (field.dataset.value ?? true) : undefined;
  },
};

const choices = {
  fill: (place, said) => { for (const button of $$('button', place)) button.setAttribute('aria-pressed', String((said ?? []).includes(button.dataset.value))); },
  read(place, before) {
    const now = pressed(place), had = (Array.isArray(before) ? before : []).filter(one => now.includes(one));
    return [...had, ...now.filter(one => !had.includes(one))];
  },
};

function fact(name, place) {
  const known = [...$('[data-add-fact]', place).options].find(option => option.value === name);
  const made = Object.assign(document.createElement('button'), {type: 'button', className: 'choice', textContent: known?.textContent ?? name});
  made.dataset.value = name;
  made.dataset.drop = '';
  made.setAttribute('aria-pressed', 'true');
  made.title = say('drop_fact');
  return made;
}

const facts = {
  fill: (place, said) => $('[data-chosen]', place).replaceChildren(...(said ?? []).map(name => fact(String(name), place))),
  read: place => pressed(place),
};

export function addFact(select) {
  const place = select.closest('.facts'), name = select.value;
  select.value = '';
  if (name && !pressed(place).includes(name)) $('[data-chosen]', place).append(fact(name, place));
}

// 1h30m is 90 minutes: the largest unit that needs no second one. What is no duration is left as it is.
const duration = {
  fill(place, said) {
    const found = WRITTEN.exec(String(said ?? '').trim().toLowerCase()), [count, unit] = [$('[data-count]', place), $('[data-unit]', place)];
    const seconds = found ? Object.values(UNITS).reduce((sum, size, at) => sum + size * Number(found[at + 1] ?? 0), 0) : 0;
    const best = seconds ? Object.keys(UNITS).find(name => seconds % UNITS[name] === 0) : place.dataset.unitFirst ?? 'm';
    count.value = seconds ? seconds / UNITS[best] : '';
    unit.value = best;
    place.shown = `${count.value}${best}`;
  },
  read(place, before) {
    const count = $('[data-count]', place).value, now = `${count}${$('[data-unit]', place).value}`;
    return now === place.shown ? before : count === '' ? '' : now;
  },
};

// How often something recurs: one of three keys. What it does not know stays as it was.
const RHYTHMS = ['days', 'months', 'month_days'];
const rhythm = {
  fill(place, said) {
    const name = RHYTHMS.find(one => plain(said) && one in said) ?? 'days';
    $('[data-rhythm]', place).value = name;
    $('[data-step]', place).value = plain(said) ? written(said[name]) : '';
    place.shown = rhythm.now(place);
  },
  now: place => `${$('[data-rhythm]', place).value} ${$('[data-step]', place).value.trim()}`,
  read(place, before) {
    if (rhythm.now(place) === place.shown) return before;
    const name = $('[data-rhythm]', place).value, step = $('[data-step]', place).value.trim();
    const rest = Object.entries(before ?? {}).filter(([key]) => !RHYTHMS.includes(key));
    const whole = text => /^\d{1,4}$/.test(text) ? Number(text) : text;
    return {[name]: name === 'month_days' ? step.split(/[^\p{L}\p{N}]+/u).filter(Boolean).map(whole) : whole(step), ...Object.fromEntries(rest)};
  },
};

// After the fact, or before the deadline: two keys, of which a row has one, and none that recurs.
const delay = {
  fill(place, said, holder) {
    const of = said !== undefined ? 'after' : holder.before_deadline !== undefined ? 'before_deadline' : '';
    $('[data-when]', place).value = place.was = of;
    place.hidden = place.recurs = holder.every !== undefined;
    duration.fill($('.duration', place), holder[of]);
    $('.duration', place).hidden = !of;
  },
  read(place, before, holder) {
    const of = $('[data-when]', place).value;
    place.hidden = holder.every !== undefined;
    if (place.hidden) {
      if (place.recurs) return before;
      delete holder.before_deadline;
      return undefined;
    }
    $('.duration', place).hidden = !of;
    if (of && !$('[data-count]', place).value && of !== place.was) $('[data-count]', place).value = 15;
    const said = of ? duration.read($('.duration', place), of === place.was ? holder[of] : undefined) : undefined;
    const found = said === undefined && of && $('[data-count]', place).value ? `${$('[data-count]', place).value}${$('[data-unit]', place).value}` : said;
    if (of === 'before_deadline') holder.before_deadline = found;
    else delete holder.before_deadline;
    return of === 'after' ? found : undefined;
  },
};

const switches = {
  fill(place, said) { for (const select of $$('[data-key]', place)) choice.fill(select, plain(said) ? said[select.dataset.key] : undefined); },
  read(place, before) {
    const found = {...(plain(before) ? before : {})};
    for (const select of $$('[data-key]', place)) {
      if (select.value) found[select.dataset.key] = select.value;
      else delete found[select.dataset.key];
    }
    return some(found);
  },
};

export const kinds = {
  line, text: line, choice, money, yes, choices, facts, duration, delay, rhythm, switches, picture,
  number: {
    fill: line.fill,
    read: (field, before) => field.value === written(before) ? before : field.value === '' ? '' : Number(field.value),
  },
  lines: {
    fill: (field, said) => { field.value = Array.isArray(said) ? said.join('\n') : written(said); },
    read: field => lines(field.value),
  },
  conditions: {fill: conditions.show, read: place => some(conditions.read(place))},
};
