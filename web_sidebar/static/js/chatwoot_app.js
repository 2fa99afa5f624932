// Inside Chatwoot's dashboard-app tab, which hides the chat: opens the window beside it and tells that one which chat is
// open. What Chatwoot says here is a hint, not a proof: the window has its own sign-in.
const ASK = 'chatwoot-dashboard-app:fetch-info', EVERY = 2000; // milliseconds; nothing is told by itself
const link = document.getElementById('beside'), which = document.getElementById('which');
const SIZE = 'popup,width=380,height=860';
let open = null, beside = null;

function ask() {
  parent.postMessage(ASK, '*'); // Chatwoot's origin is not known here, and nothing is told but that we ask
}

addEventListener('message', event => {
  if (event.source !== parent || typeof event.data !== 'string') return;
  const conversation = read(event.data);
  if (!conversation?.id) return;
  which.textContent = which.dataset.said.replace('{name}', `${conversation.meta?.sender?.name ?? ''} #${conversation.id}`);
  if (open === conversation.id) return;
  open = conversation.id;
  link.href = `/beside?platform=chatwoot&conversation=${encodeURIComponent(open)}`;
  tell();
});

function read(text) {
  try {
    const {event, data} = JSON.parse(text);
    return event === 'appContext' ? data?.conversation : null;
  } catch {
    return null;
  }
}

function tell() {
  if (beside && !beside.closed) beside.postMessage({v: 1, type: 'context', conv: String(open), platform: 'chatwoot', insert: false}, location.origin);
}

link.addEventListener('click', event => {
  event.preventDefault();
  beside = window.open(link.href, link.target, SIZE);
});

if (parent !== window) {
  ask();
  setInterval(ask, EVERY);
}
