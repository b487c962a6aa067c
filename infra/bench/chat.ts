import http from 'node:http';
import { cardButtons } from '../../src/app/script/card-text.ts';
import type { SeenMessage } from '../../src/app/script/play.ts';
import type { Json } from '../../src/domain/values.ts';
import { openSession } from '../../src/roots/script/console-session.ts';

interface Button {
  readonly verb: string;
  readonly data: { readonly [name: string]: Json };
}

/** The console of a rehearsal. */
export interface Chat {
  /** Resolves once the server has answered. */
  say(who: string, text: string): Promise<void>;
  click(who: string, button: Button): Promise<void>;
  /**
   * Resolves with the first non-null answer of `fits` to a message that came since `mark()`. Rejects after the limit.
   */
  until<T>(fits: (message: SeenMessage) => T | null, limitMs: number): Promise<T>;
  /** Forgets the messages so far: `until` looks only at later ones. */
  mark(): void;
  close(): void;
}

/** Opens the page at the printed address and listens as `who`, who sees every card with the buttons they may use. */
export async function openChat(address: string, who: string): Promise<Chat> {
  const session = await openSession(address);
  const { origin } = new URL(address);
  const cookie = await cookieOf(address);
  // A connection for each: one that is kept may be closed by the server just as it is used again.
  const agent = new http.Agent({ keepAlive: false });
  let seen = new Map<string, SeenMessage>();
  const waiting = new Set<() => void>();
  await session.listen(who, (event, data) => {
    if (event !== 'message') return;
    const message = data as unknown as SeenMessage;
    seen.set(message.id, message);
    for (const look of [...waiting]) look();
  });
  const post = (path: string, body: Json): Promise<void> =>
    postJson(agent, `${origin}${path}`, { cookie, origin }, body);
  return {
    say: (person, text) => post('/api/say', { as: person, text }),
    click: (person, { verb, data }) => post('/api/act', { as: person, verb, data, inputs: {} }),
    mark: () => {
      seen = new Map();
    },
    until: (fits, limitMs) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          for (const message of seen.values()) {
            const found = fits(message);
            if (found === null) continue;
            clearTimeout(timer);
            waiting.delete(look);
            resolve(found);
            return;
          }
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(
            new Error(
              `not seen in ${limitMs} ms; last: ${JSON.stringify([...seen.values()].at(-1) ?? null).slice(0, 600)}`,
            ),
          );
        }, limitMs);
        waiting.add(look);
        look();
      }),
    close: () => {
      session.close();
      agent.destroy();
    },
  };
}

/** The button with this verb on a card of this kind. */
export const buttonOn =
  (kind: string, verb: string) =>
  ({ body }: SeenMessage): Button | null => {
    if (body.type !== 'card' || body.kind !== kind) return null;
    return cardButtons(body.card).find((one) => one.verb === verb) ?? null;
  };

async function cookieOf(address: string): Promise<string> {
  const answer = await fetch(address, { redirect: 'manual' });
  return answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
}

function postJson(
  agent: http.Agent,
  url: string,
  headers: { readonly [name: string]: string },
  body: Json,
): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const request = http.request(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-type': 'application/json', 'content-length': bytes.length },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      response.resume();
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url} answered ${response.statusCode}`));
      });
    });
    request.end(bytes);
  });
}
