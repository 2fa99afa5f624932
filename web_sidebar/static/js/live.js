// The socket as hx-ws keeps it: it connects, reconnects and morphs; this file adds the token, the opening and our JSON.
import {$, boot, say, write} from './boot.js';
import {synchronise} from './clock.js';

let token = boot.token;
let online = null;

export const bearer = () => token;

export function connect({ops, opening, html = () => {}, json = () => {}}) {
  addEventListener('htmx:ws:before:connection', event => {
    if (token) event.detail.connection.config.protocols = ['assistant.v1', `bearer.${token}`];
  });
  addEventListener('htmx:ws:after:connection', event => {
    online = true;
    ops.connected(event.detail.connection.socket, opening());
    showNet(ops.waiting);
  });
  addEventListener('htmx:ws:close', event => {
    online = false;
    ops.disconnected();
    if (event.detail.code >= 4400 && event.detail.code < 4500) return expire();
    showNet(ops.waiting);
  });
  addEventListener('htmx:ws:after:message:incoming', event => read(event.detail.message.data, {ops, html, json}));
}

function read(data, {ops, html, json}) {
  if (!data.startsWith('{')) return html();
  const message = JSON.parse(data);
  if (message.token) token = message.token;
  if (message.now) synchronise(message.now, message.speed);
  if (message.acked) ops.settle(message.acked);
  if (message.refused) ops.settle(message.refused, message.say || message.message || ' ');
  json(message);
}

export function showNet(waiting) {
  if (online !== false) return write($('#net'), '');
  const more = waiting ? ` · ${say('pending', {n: waiting})}` : '';
  write($('#net'), say('offline') + more);
}

function expire() {
  write($('#net'), '');
  $('#expired').hidden = false;
}
