// Ticks waiting clocks and countdowns on the server's clock. The server sends moments, never remaining seconds.
import {$$, announce, boot, put, say, write} from './boot.js';

const SOON = 30, FAR = 12 * 3600; // seconds; what is far off is told with its day
const said = new Set();
let origin = {now: boot.now ?? Date.now() / 1000, at: performance.now(), speed: boot.speed ?? 1};

export function synchronise(now, speed) {
  origin = {now, at: performance.now(), speed: speed ?? origin.speed};
  tick();
}

export function now() {
  return origin.now + (performance.now() - origin.at) / 1000 * origin.speed;
}

// Whoever has waited for days waits no longer for a second more.
export function span(seconds) {
  const whole = Math.floor(Math.abs(seconds)), hours = Math.floor(whole / 3600);
  if (hours >= 24) return say('days', {n: Math.floor(hours / 24)});
  const minutes = Math.floor(whole / 60) % 60, rest = String(whole % 60).padStart(2, '0');
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

// A level is announced once for each clock, however often its part is rendered again.
function sayOnce(key, text) {
  if (said.has(key)) return;
  said.add(key);
  announce(text);
}

function waitingLevel(waited, {notice, warn, late}) {
  if (waited >= late) return 'late';
  if (waited >= warn) return 'warn';
  return waited >= notice ? 'notice' : 'ok';
}

function tickWaiting(element) {
  const waited = Math.max(0, now() - element.dataset.since), level = waitingLevel(waited, element.dataset);
  put(element, 'data-level', level);
  write(element.querySelector('time'), span(waited));
  const bar = element.querySelector('progress');
  if (bar) bar.value = Math.min(waited, bar.max);
  if (level === 'ok' || level === 'notice' || element.dataset.quiet !== undefined) return;
  sayOnce(`${element.dataset.since}${level}`, say(`crossed_${level}`));
}

function tickDue(element) {
  const left = element.dataset.due - now(), level = left <= 0 ? 'over' : left <= SOON ? 'soon' : left < FAR ? 'ok' : 'far';
  put(element, 'data-level', level);
  write(element.querySelector('time'), left < 0 ? `${say('overdue')} ${span(left)}` : span(Math.ceil(left)));
  if (level === 'ok' || level === 'far') return;
  const what = say(level === 'over' ? 'crossed_due' : 'left');
  sayOnce(`${element.id}${element.dataset.due}${level}`, `${element.dataset.name} ${what}`);
}

export function tick() {
  $$('[data-since]').forEach(tickWaiting);
  $$('[data-due]').forEach(tickDue);
}

// Four times a second: a whole second is never skipped, and a fast demo clock still runs smoothly.
setInterval(tick, 250);
