// Asks the service for JSON. What is wrong with a request comes back as fields to mend, everything else as a failure.
import {bearer} from './live.js';

export async function call(path, body, signal) {
  const headers = {Authorization: `Bearer ${bearer()}`, ...(body && {'Content-Type': 'application/json'})};
  const answer = await fetch(path, {headers, signal, ...(body && {method: 'POST', body: JSON.stringify(body)})});
  const found = await answer.json();
  if (answer.ok) return found;
  throw Object.assign(new Error(found.error?.message), {say: found.error?.say, fields: answer.status === 422 ? found.error.details : null});
}

// The address of something of the open conversation.
export function about({conversation, platform}, what) {
  const query = platform ? `?${new URLSearchParams({platform})}` : '';
  return `/api/v1/conversations/${encodeURIComponent(conversation)}/${what}${query}`;
}
