// What a change would do with the chats of some days, shown in its place once it is worked out: that takes seconds.
import {boot, say} from './boot.js';
import {piece} from './picker.js';
import {ask} from './script_calls.js';

export async function measured(place, asked) {
  const line = piece('p', 'muted', say('effect_looking'));
  line.dataset.state = 'looking';
  place.replaceChildren(line);
  const told = await ask(`/scripts/gaps/effect?lang=${boot.lang}`, asked);
  place.innerHTML = told.html;
}
