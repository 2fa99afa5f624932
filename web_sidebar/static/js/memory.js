// What this browser remembers for the person (theme, shortcuts on or off); never anything about buyers.
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
