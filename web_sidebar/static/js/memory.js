// What this browser remembers: for the person (theme, shortcuts) for good, never anything about buyers; and in this tab
// only, until it is closed or the person signs out, what was half written.
export function remembered(name, otherwise) {
  try {
    return localStorage.getItem(name) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch { /* a frame without storage forgets it, nothing else */ }
}

export function kept(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name)) ?? {};
  } catch {
    return {};
  }
}

export function keep(name, value) {
  try {
    sessionStorage.setItem(name, JSON.stringify(value));
  } catch { /* it lives as long as the page, then */ }
}

export function forget() {
  try {
    sessionStorage.clear();
  } catch { /* nothing was kept */ }
}
