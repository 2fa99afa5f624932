// A worked-out sum, line by line: what it was, what comes off, what is left; below it the words for the buyer.
import {$, put, say, write} from './boot.js';

export function show(mode, found, without) {
  $('#sums-result').hidden = !found;
  if (!found) return;
  const whole = mode === 'price' ? found : found.order;
  $('#sums-sum').replaceChildren(...(mode === 'price' ? priceRows(found) : backRows(found)).map(row));
  write($('#sums-text'), found.text);
  list($('#sums-lacking'), found.promotion ? (mode === 'price' ? whole.lacking : []) : [say('sum_no_rules')]);
  list($('#sums-reasons'), [...(found.promotion ? [say('sum_by', found.promotion)] : []), ...found.reasons]);
  rules(found.promotion?.rules ?? [], without);
}

function priceRows({original, steps, freight, total, promotion}) {
  const shown = Number(freight) || promotion;
  return [[say('sum_original'), original], ...steps.map(({label, discount}) => [label, `−${discount}`]),
    ...(shown ? [[say('sum_freight'), Number(freight) ? freight : say('sum_free')]] : []), [say('sum_total'), total]];
}

function backRows({goods, freight, total, before, order}) {
  const parts = Number(freight) ? [[say('sum_goods_back'), goods], [say('sum_freight'), freight]] : [];
  const gone = before.map(each => [say('sum_before'), `−${each.goods}`]);
  return [[say('sum_paid'), order.total], ...gone, ...parts, [say('sum_back'), total]];
}

function row([name, value]) {
  const div = document.createElement('div');
  div.append(element('dt', name), element('dd', value));
  return div;
}

function list(ul, texts) {
  ul.replaceChildren(...texts.map(text => element('li', text)));
}

function element(tag, textContent) {
  return Object.assign(document.createElement(tag), {textContent});
}

// Buttons stay the same elements while the rules are the same, so that the focus stays on them.
function rules(found, without) {
  const box = $('#sums-rules');
  box.hidden = !found.length;
  if ([...box.children].map(({dataset}) => dataset.rule).join() !== found.map(({rule}) => rule).join()) {
    box.replaceChildren(...found.map(({rule}) => Object.assign(element('button', ''), {type: 'button', className: 'choice'})));
    [...box.children].forEach((button, at) => { button.dataset.rule = found[at].rule; });
  }
  [...box.children].forEach((button, at) => {
    write(button, found[at].label);
    put(button, 'aria-pressed', String(!without.includes(found[at].rule)));
  });
}
