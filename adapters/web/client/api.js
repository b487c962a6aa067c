import { refusalOf, word } from './words.js';

/** Sends JSON; resolves with the answer, rejects with an Error whose message can be shown. */
export async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (response === null) throw new Error(word('away-unsent'));
  const answer = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new Error(refusalOf(answer.code, answer.sentence ?? word('trouble', { status: response.status })));
  return answer;
}

export async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(word('trouble', { status: response.status }));
  return response.json();
}

const RETRY_MS = 1500;
/** Nothing on this computer takes this long: whoever accepted the connection is not going to answer. */
const SILENT_MS = 10_000;

/**
 * Listens as `account` until `stop` is called. On each connection the server sends the whole state first, so nothing is
 * lost, however long the page was away.
 */
export function listen(account, { onState, onMessage, onConsole, onAway }) {
  let source = null;
  let timer = null;
  let stopped = false;
  const connect = () => {
    source = new EventSource(`/events?as=${encodeURIComponent(account)}`);
    timer = setTimeout(again, SILENT_MS);
    source.addEventListener('state', (event) => {
      clearTimeout(timer);
      onState(JSON.parse(event.data));
    });
    source.addEventListener('message', (event) => onMessage(JSON.parse(event.data)));
    source.addEventListener('console', (event) => onConsole(JSON.parse(event.data)));
    source.addEventListener('error', again);
  };
  const again = async () => {
    clearTimeout(timer);
    source.close();
    // EventSource cannot tell a refusal from a server that is away; a plain request can.
    const refused = await fetch('/assets/icon.svg', { signal: AbortSignal.timeout(SILENT_MS) }).then(
      ({ status }) => status === 403 || status === 421,
      () => false,
    );
    if (stopped) return;
    onAway(refused);
    timer = setTimeout(connect, RETRY_MS);
  };
  connect();
  return () => {
    stopped = true;
    clearTimeout(timer);
    source.close();
  };
}
