// The picture of a quick reply in its form: chosen, shown, taken away. The service keeps it by its hash.
import {$, say, write} from './boot.js';

export const picture = {
  fill(place, said) {
    put(place, typeof said === 'string' ? said : '');
    write($('.refusal', place), '');
  },
  read: place => place.hash || undefined,
};

function put(place, hash) {
  const image = $('img', place);
  place.hash = hash;
  image.hidden = $('[data-without]', place).hidden = !hash;
  if (!hash) return image.removeAttribute('src');
  image.onerror = () => {
    image.hidden = true;
    write($('.refusal', place), say('picture_gone'));
  };
  image.src = `/api/v1/quick-replies/images/${hash}`;
}

export function without(button) {
  const place = button.closest('[data-kind=picture]');
  put(place, '');
  $('[data-choose]', place).focus();
}

export async function choose(input, changed) {
  const place = input.closest('[data-kind=picture]'), [file] = input.files;
  if (!file) return;
  write($('.refusal', place), '');
  try {
    const answer = await fetch('/scripts/pictures', {method: 'PUT', body: file, headers: {Accept: 'application/json'}});
    const found = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(answer.status), {say: found.error?.say});
    put(place, found.image);
    changed();
  } catch (error) {
    write($('.refusal', place), error.say ?? say('picture_failed'));
  } finally {
    input.value = '';
  }
}
