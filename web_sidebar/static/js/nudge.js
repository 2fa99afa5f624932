// A due follow-up must be noticed even when the agent has scrolled past it: a button under the field leads back to it.
import {$, $$, say, write} from './boot.js';

const nudge = $('#nudge'), top = $('.top');
const dueCards = () => $$('.card.due[data-state=due]');

export function look() {
  const passed = dueCards().filter(card => card.getBoundingClientRect().bottom < top.getBoundingClientRect().bottom);
  nudge.hidden = !passed.length;
  if (passed.length) write(nudge, say('due_above', {n: passed.length}));
}

nudge.addEventListener('click', () => {
  scrollTo({top: 0});
  dueCards()[0]?.querySelector('footer button')?.focus({preventScroll: true});
});
addEventListener('scroll', look, {passive: true});
