// Asks for the sidebar, by its bearer. What is wrong with a request comes back as fields to mend, all else as a failure.
import {answered} from './answers.js';
import {bearer} from './live.js';

export async function call(path, values, signal) {
  try {
    return await answered(path, {values, signal, headers: {Authorization: `Bearer ${bearer()}`}});
  } catch (error) {
    throw Object.assign(error, {fields: error.status === 422 ? error.details : null});
  }
}

// The address of something of the open conversation.
export function about({conversation, platform}, what) {
  const query = platform ? `?${new URLSearchParams({platform})}` : '';
  return `/api/v1/conversations/${encodeURIComponent(conversation)}/${what}${query}`;
}
