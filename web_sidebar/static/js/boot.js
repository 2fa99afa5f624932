// What the server gave this page. The element is removed at once: a token must not stay readable in the document.
const element = document.getElementById('boot');
export const boot = JSON.parse(element.textContent);
element.remove();

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

export function say(key, values = {}) {
  const text = boot.texts[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function announce(text) {
  $('#say').textContent = text;
}

// Old web views, and pages served over plain http on a local network, have no randomUUID.
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

// Setting an attribute to what it is already would wake observers for nothing.
export function put(element, name, value) {
  if (element && element.getAttribute(name) !== value) element.setAttribute(name, value);
}

export function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}
