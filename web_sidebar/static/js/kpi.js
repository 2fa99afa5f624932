// Shows a figure's definition beside it on hover and on focus; Esc takes it away. The words stand at the page's foot.
const tip = document.querySelector('#tip');
const GAP = 8;
let pointed = null;

function definition(element) {
  const found = document.getElementById(element.getAttribute('aria-describedby'));
  return found && [found.querySelector('dt').textContent, found.querySelector('dd').textContent];
}

function show(element) {
  const words = definition(element);
  if (!words) return;
  const title = document.createElement('b');
  title.textContent = words[0];
  tip.replaceChildren(title, words[1]);
  tip.showPopover();
  const at = element.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = tip;
  const above = at.bottom + GAP + height > innerHeight;
  tip.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - width - GAP))}px`;
  tip.style.top = `${above ? at.top - GAP - height : at.bottom + GAP}px`;
}

function hide() {
  if (tip.matches(':popover-open')) tip.hidePopover();
}

function point(event) {
  const element = event.target.closest?.('[aria-describedby^=def-]') ?? null;
  if (element === pointed) return;
  pointed = element;
  if (element) show(element);
  else hide();
}

if (tip) {
  for (const name of ['pointerover', 'focusin']) document.addEventListener(name, point);
  document.addEventListener('focusout', () => { pointed = null; hide(); });
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') hide(); });
  document.addEventListener('scroll', hide, { passive: true, capture: true });
}
