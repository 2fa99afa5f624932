// Today's notices: said aloud once when they come, acknowledged by a click or by Alt+N.
import {$, $$, announce} from './boot.js';

const part = $('#notices'), known = new Set();
let send = () => {};

export function start({send: telling, changed}) {
  send = telling;
  new MutationObserver(() => {
    hear();
    changed(); // a notice takes replies back: an open list of them is out of date
  }).observe(part, {subtree: true, childList: true});
}

function hear() {
  const fresh = $$('.notice:not([data-read])', part).filter(notice => !known.has(notice.dataset.notice));
  for (const notice of $$('.notice', part)) known.add(notice.dataset.notice);
  if (fresh.length) announce(fresh.map(notice => $('.words', notice).textContent).join(' · '));
}

// The first that is unread, or the one whose button was pressed.
export function acknowledge(button = $('[data-op=notice]', part)) {
  if (button) send({op: 'notice', id: button.dataset.id});
  return Boolean(button);
}
