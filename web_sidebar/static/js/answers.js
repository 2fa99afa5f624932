// What the service answers, as values. A refusal is an error with its status, words for people and what is to be mended.
export async function answered(path, {values, headers, ...asked} = {}) {
  const given = values !== undefined && {method: 'POST', body: JSON.stringify(values)};
  const types = {Accept: 'application/json', ...(given && {'Content-Type': 'application/json'})};
  const answer = await fetch(path, {...given, ...asked, headers: {...types, ...headers}});
  const found = await answer.json().catch(() => ({}));
  if (answer.ok) return found;
  const {message, say, details} = found.error ?? {};
  throw Object.assign(new Error(message ?? String(answer.status)), {status: answer.status, say, details});
}
