// Leads to another chat: to who is to be answered next, to what is due, to what a colleague handed over.
// Who comes next the server says, by what is true now: the strip may still show somebody who has just been answered.
import {$, say} from './boot.js';
import {hint} from './toast.js';

const ASKED = {'Alt+J': 'waiting', 'Alt+K': 'due'};
let ask = () => false, here = () => null, show = () => {}, missed = null;

export function start(options) {
  ({ask, here, show} = options);
}

export const leads = name => name in ASKED;

// Not connected: the strip is the best that is known; where it shows nobody, the key is kept for a moment.
export function next(name) {
  missed = null;
  if (ask({op: 'next', what: ASKED[name], conversation: here()})) return;
  const button = $(`#queue [data-go="${name}"]`);
  if (button) by(button);
  else missed = name;
}

export function connected() {
  if (missed) next(missed);
}

export function led({next: what, conversation: conv, platform}) {
  if (conv) show({conv, platform});
  else hint(what === 'due' ? say('nothing_due') : say('nobody_waits'));
}

export function by({dataset: {go, open: conv, platform}}, asking = false) {
  if (asking && leads(go)) next(go);
  else if (conv) show({conv, platform});
}
