// One nudge a minute at most for all that asks for the agent, never one per chat; also over several tabs of one agent.
// A line is always said; sound and the browser's notices only once the agent has switched them on.
import {$, announce, boot, put, say} from './boot.js';
import {remember, remembered} from './memory.js';
import {tell} from './toast.js';

const MINUTE = 60_000, SHOWN = 4_000;
const queue = $('#queue'), sound = $('#sound-on'), notice = $('#notice-on');
const mine = name => `assistant-${name}:${boot.agent?.id ?? ''}`;
let known = null, timer = 0, audio = null;

const count = (name, root) => Number($(`[data-${name}]`, root)?.getAttribute(`data-${name}`) ?? 0);
const counts = () => ({late: count('count-late', queue), due: count('count-due', queue)});
const covers = (one, other) => one.late >= other.late && one.due >= other.due;

export function start() {
  sound.checked = remembered(mine('sound'), 'off') === 'on';
  notice.checked = remembered(mine('notice'), 'off') === 'on' && allowed();
  sound.addEventListener('change', () => { keep('sound', sound); if (sound.checked) beep(); });
  notice.addEventListener('change', ask);
}

// What was there when the page opened is no news; what has been dealt with makes room for news.
export function hear() {
  const now = counts();
  known ??= now;
  if (covers(known, now)) return void (known = now);
  known = {late: Math.min(known.late, now.late), due: Math.min(known.due, now.due)};
  const before = last(), wait = before.at + MINUTE - Date.now();
  if (wait > 0 && covers(before, now)) known = now; // another tab has said it
  else if (wait > 0) timer ||= setTimeout(() => { timer = 0; hear(); }, wait);
  else nudge(now);
}

function last() {
  try {
    return {at: 0, late: 0, due: 0, ...JSON.parse(remembered(mine('nudged'), '{}'))};
  } catch {
    return {at: 0, late: 0, due: 0};
  }
}

function nudge(now) {
  known = now;
  remember(mine('nudged'), JSON.stringify({at: Date.now(), ...now}));
  const text = summary(now);
  announce(text);
  put(queue, 'data-nudged', '');
  setTimeout(() => queue.removeAttribute('data-nudged'), SHOWN);
  if (sound.checked) beep();
  if (notice.checked && allowed()) new Notification(document.title, {body: text, tag: 'assistant', silent: true});
}

function summary({late, due}) {
  if (late && due) return say('nudge_both', {late, due});
  return late ? say('nudge_late', {n: late}) : say('due_above', {n: due});
}

const keep = (name, box) => remember(mine(name), box.checked ? 'on' : 'off');
const allowed = () => 'Notification' in window && Notification.permission === 'granted';

// Only the browser can allow it; in a frame of another site it never does.
async function ask() {
  if (notice.checked && !allowed()) await window.Notification?.requestPermission();
  if (notice.checked && !allowed()) {
    notice.checked = false;
    tell(say('notice_refused'));
  }
  keep('notice', notice);
}

// Two soft tones. A browser that has not been clicked in yet stays silent, and nothing else happens.
function beep() {
  if (!window.AudioContext) return;
  audio ??= new AudioContext();
  audio.resume().catch(() => {});
  [660, 880].forEach((frequency, nth) => {
    const tone = audio.createOscillator(), volume = audio.createGain(), at = audio.currentTime + nth * 0.14;
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.08, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.13);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.14);
  });
}
