// The right column: the sidebar as an agent would see it, beside one of the sample buyers.
import {$, $$, say, write} from './boot.js';

const frame = $('#preview'), samples = $('#samples'), ordered = $('#ordered');
let shown = [], at = 'new', whose = '';

export function start(options) {
  $('select', ordered).addEventListener('change', () => options.look());
  samples.addEventListener('click', event => choose(event.target.closest('[data-sample]')));
  samples.addEventListener('keydown', event => {
    const by = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key], all = $$('[data-sample]', samples);
    if (!by) return;
    event.preventDefault();
    const to = all[(all.indexOf(event.target) + by + all.length) % all.length];
    to.focus();
    choose(to);
  });
  frame.addEventListener('load', draw);
}

function choose(button) {
  if (!button) return;
  at = button.dataset.sample;
  for (const each of $$('[data-sample]', samples)) {
    each.setAttribute('aria-checked', String(each === button));
    each.tabIndex = each === button ? 0 : -1;
  }
  draw();
}

// The state that the sample buyers' order is looked at in; empty: their own.
export const order = () => $('select', ordered).value;

export function show(previews, uses, table, id) {
  const same = whose === `${table}/${id}`;
  whose = `${table}/${id}`;
  // While a row cannot be read, it still looks as it did when it could.
  const stale = same && !previews.length && shown.length > 0;
  frame.toggleAttribute('data-stale', stale);
  if (stale) return;
  shown = previews;
  samples.hidden = ordered.hidden = !previews.length;
  $('#no-preview').hidden = previews.length > 0 || table === 'shop';
  for (const button of $$('[data-sample]', samples)) says(button, previews.find(one => one.sample === button.dataset.sample));
  used(uses, table);
  // A row is opened with a buyer it comes up for.
  const fitting = previews.find(one => one.sample === at && one.fits) ?? previews.find(one => one.fits);
  if (!same && fitting && fitting.sample !== at) choose($(`[data-sample=${fitting.sample}]`, samples));
  else draw();
}

function says(button, one) {
  const line = $('[data-says]', button);
  if (!one) return write(line, '');
  button.dataset.tone = !one.fits ? '' : one.lacks.length ? 'warn' : 'ok';
  const how = one.lacks.length ? say('lacks_some', {n: one.lacks.length}) : say('can_send');
  if (!one.fits) write(line, say('no_card'));
  else write(line, one.nth ? say('nth_reply', {how, n: one.nth}) : how);
  button.title = one.lacks.join('\n');
}

function draw() {
  const one = shown.find(each => each.sample === at), page = frame.contentDocument;
  frame.hidden = !one;
  $('#no-card').hidden = !one || one.fits;
  if (one) write($('#no-card'), say('no_card'));
  if (!one || !page) return;
  for (const place of page.querySelectorAll('#parts > section, #suggestions, #quick-list')) if (place.id) place.innerHTML = one.parts[place.id] ?? '';
  page.querySelector('#quick-list').hidden = !one.parts['quick-list'];
  page.querySelector('.offers').hidden = !one.parts.suggestions || !one.fits;
  frame.dataset.sample = at;
}

function used(uses, table) {
  const place = $('#uses');
  place.hidden = table !== 'shop';
  $('ul', place).replaceChildren(...uses.map(({table: of, id, title}) => {
    const line = document.createElement('li'), link = document.createElement('a');
    link.href = `/scripts?${new URLSearchParams({table: of, id})}`;
    link.textContent = title;
    line.append(link);
    return line;
  }));
  $('p', place).hidden = uses.length > 0;
}
