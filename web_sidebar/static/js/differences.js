// How rows differ, as the pages of versions write it: what was, what will be.
import {say} from './boot.js';
import {piece} from './picker.js';

const KINDS = {'-': 'del', '+': 'ins', '\u2026': 'i'}, SIGNS = {'-': '\u2212 ', '+': '+ ', '\u2026': '\u22ef'};
const TONES = {added: 'ok', removed: 'bad', changed: 'brand'};

export function difference({table, id, title, state, lines}) {
  const made = piece('article', 'difference', ''), head = document.createElement('header'), box = piece('div', 'lines', '');
  const chip = piece('span', 'chip', say(`row_${state}_short`));
  chip.dataset.tone = TONES[state];
  head.append(chip, piece('h3', '', title), piece('code', 'muted', `${table}/${id}`));
  box.tabIndex = 0;
  box.setAttribute('role', 'group');
  box.setAttribute('aria-label', title);
  box.append(...lines.map(([sign, text]) => piece(KINDS[sign] ?? 'span', '', (SIGNS[sign] ?? '  ') + text)));
  made.append(head, box);
  return made;
}
