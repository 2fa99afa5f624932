// The page of quick replies of one's own: the list beside the form, and spreadsheets brought in after they were seen.
import {$, say, write} from './boot.js';
import {ask} from './own_calls.js';
import * as own from './own_replies.js';
import * as columns from './reply_columns.js';
import * as toast from './toast.js';

const brought = $('#own-brought');
let file = null;

own.start({tell: text => toast.hint(text), turned: on => { $('#own-idle').hidden = on; }});
own.load();

async function look(take) {
  const body = new FormData();
  body.append('file', file, file.name);
  columns.add(body);
  if (take) body.append('take', 'yes');
  try {
    shown(await ask('/own/file', {method: 'POST', body}));
  } catch (error) {
    told(error.say ?? say('own_failed'));
  }
}

function told(text) {
  write($('#own-brought-name'), text);
  $('#own-faults').replaceChildren();
  $('#own-take').disabled = true;
  brought.hidden = false;
}

function shown(found) {
  if (found.kept) {
    brought.hidden = true;
    toast.hint(say('own_file_kept', {n: found.kept}));
    return own.load();
  }
  told(columns.title(file, found));
  $('#own-faults').replaceChildren(...columns.faults(found));
  $('#own-take').disabled = Boolean(found.faulty) || !found.new;
  columns.show(found);
}

$('#own-file').addEventListener('change', event => {
  [file] = event.target.files;
  event.target.value = '';
  if (!file) return;
  columns.clear();
  told(say('own_file_reading', {name: file.name}));
  look(false).then(() => brought.focus());
});
brought.addEventListener('change', () => look(false));
$('#own-take').addEventListener('click', ({target}) => {
  target.disabled = true; // a second click must not bring them in twice
  look(true);
});
$('#own-brought-close').addEventListener('click', () => { brought.hidden = true; });
