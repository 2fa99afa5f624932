// Asks the service for what the trainers' pages need, or hands it a file. Refusals come with a code and words for people.
export async function ask(path, body, signal) {
  const post = body !== undefined, file = body instanceof FormData;
  const headers = {Accept: 'application/json', ...(post && !file && {'Content-Type': 'application/json'})};
  const answer = await fetch(path, {headers, signal, ...(post && {method: 'POST', body: file ? body : JSON.stringify(body)})});
  const found = await answer.json().catch(() => ({}));
  if (answer.ok) return found;
  throw Object.assign(new Error(found.error?.message ?? String(answer.status)), {status: answer.status, say: found.error?.say});
}

export const query = values => new URLSearchParams(values).toString();

export const later = seconds => new Promise(done => setTimeout(done, seconds * 1000));

// Only the newest question counts: an answer to an older one is `undefined`.
export class Newest {
  #asking = null;

  async ask(path, body) {
    this.#asking?.abort();
    const mine = this.#asking = new AbortController();
    try {
      const found = await ask(path, body, mine.signal);
      return this.#asking === mine ? found : undefined;
    } catch (error) {
      if (error.name === 'AbortError') return undefined;
      throw error;
    }
  }

  stop() {
    this.#asking?.abort();
    this.#asking = null;
  }
}
