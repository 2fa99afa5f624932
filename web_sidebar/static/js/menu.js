// The administrators' menu: Escape and a click elsewhere close it, as menus do.
for (const menu of document.querySelectorAll('details.menu')) {
  const shut = () => { menu.open = false; };
  menu.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || !menu.open) return;
    shut();
    menu.querySelector('summary').focus();
  });
  document.addEventListener('pointerdown', event => menu.contains(event.target) || shut());
  menu.addEventListener('focusout', event => event.relatedTarget && !menu.contains(event.relatedTarget) && shut());
}
