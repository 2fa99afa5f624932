// The host's end of the neutral protocol: what a chat page does so that the sidebar can live beside it.
export class Host {
  #frame;
  #origin;
  #handlers;
  ready = false;

  // handlers: context() -> what to tell the sidebar; insert({conv, text}) -> true when the text is in the composer.
  constructor(frame, handlers) {
    this.#frame = frame;
    this.#origin = new URL(frame.src, location).origin;
    this.#handlers = handlers;
    addEventListener('message', event => this.#hear(event));
  }

  post(message) {
    this.#frame.contentWindow?.postMessage({v: 1, ...message}, this.#origin);
  }

  tellContext() {
    this.post({type: 'context', ...this.#handlers.context()});
  }

  #isReady() {
    this.ready = true;
    this.tellContext();
  }

  #hear(event) {
    if (event.source !== this.#frame.contentWindow || event.origin !== this.#origin || event.data?.v !== 1) return;
    const {type} = event.data;
    if (type === 'ready') this.#isReady();
    else if (type === 'insert') this.#insert(event.data);
    else this.#handlers[type]?.(event.data);
  }

  // The agent may have gone on to another chat: then the text must not land there.
  #insert({id, conv, text}) {
    const error = conv !== this.#handlers.context().conv ? 'conversation not open' : this.#handlers.insert(text) ? undefined : 'no composer';
    this.post({type: 'ack', id, ...(error && {error})});
  }
}
