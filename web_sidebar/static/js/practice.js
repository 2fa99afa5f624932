// The page to choose buyers on: no more than can be practised with; without this file the server says so.

const form = document.getElementById('start');

function limit() {
  const boxes = [...form.querySelectorAll('[name=buyer]')], chosen = boxes.filter(box => box.checked).length;
  for (const box of boxes) box.disabled = !box.checked && chosen >= Number(form.dataset.most);
  form.querySelector('[type=submit]').disabled = !chosen;
}

if (form) {
  form.addEventListener('change', limit);
  limit();
}
