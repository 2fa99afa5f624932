// Keyboard: the same names for keys pressed here and keys the host passes on from its composer.
// Physical keys (event.code) are read, since input methods and keyboard layouts change the character.
const NAMED = {Digit0: '0', Numpad0: '0', Digit1: '1', Digit2: '2', Digit3: '3', Numpad1: '1', Numpad2: '2', Numpad3: '3', KeyX: 'X', KeyF: 'F', KeyG: 'G', KeyH: 'H', KeyJ: 'J', KeyK: 'K', KeyN: 'N', KeyZ: 'Z', KeyC: 'C', KeyR: 'R', KeyS: 'S', KeyB: 'B', KeyQ: 'Q', KeyP: 'P', KeyV: 'V', KeyL: 'L', Slash: '/'};
const SLASH = ['/', '／', '、'];
const WRITABLE = 'input, textarea, select, [contenteditable]';

// "Alt+1" and the like, or null. AltGr writes characters on many layouts, so it is left alone.
export function named(event) {
  if (event.isComposing || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  if (event.getModifierState?.('AltGraph')) return null;
  return NAMED[event.code] ? `Alt+${NAMED[event.code]}` : null;
}

export function isSlash(event) {
  if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return false;
  return event.code === 'Slash' || SLASH.includes(event.key);
}

// A question mark asks for the keys only where nobody is writing to a buyer.
const isQuestion = event => ['?', '\uff1f'].includes(event.key) && !event.isComposing && !event.altKey && !event.ctrlKey && !event.metaKey;

export const onlySlash = text => SLASH.includes(text);

export function listen(press, quick) {
  addEventListener('keydown', event => {
    const writing = event.target.closest?.(WRITABLE);
    const name = named(event) ?? (isQuestion(event) && !writing ? 'Alt+/' : null);
    const done = name ? event.repeat || press(name) : isSlash(event) && !writing && quick(); // held down is pressed once
    if (done) event.preventDefault();
  });
}
