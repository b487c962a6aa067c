import { CertopsError } from '../../domain/errors.ts';
import type { Json } from '../../domain/values.ts';

/** What a browser does at the console: exchanges the key for a cookie, listens as somebody, posts. */
export interface ConsoleSession {
  /** Calls back for every event until `close`, in English; resolves when the first has come. */
  listen(as: string, heard: (event: string, data: Json) => void): Promise<void>;
  post(path: string, body: Json): Promise<void>;
  close(): void;
}

/** `address` is the printed one, with its key. Throws CertopsError `ConsoleRefused`. */
export async function openSession(address: string): Promise<ConsoleSession> {
  const { origin } = new URL(address);
  const answer = await fetch(address, { redirect: 'manual' });
  const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0];
  if (cookie === undefined) throw new CertopsError('ConsoleRefused', { status: answer.status });
  const closing = new AbortController();
  const headers = { cookie, origin };

  return {
    listen: async (as, heard) => {
      const url = `${origin}/events?as=${encodeURIComponent(as)}&language=en`;
      const stream = await fetch(url, { headers, signal: closing.signal });
      if (!stream.ok || stream.body === null) throw new CertopsError('ConsoleRefused', { status: stream.status });
      await new Promise<void>((resolve, reject) => {
        const told = (event: string, data: Json): void => {
          heard(event, data);
          resolve();
        };
        const lost = (): void => reject(new CertopsError('ConsoleRefused', { status: 0 }));
        readEvents(stream.body as ReadableStream<Uint8Array>, told).then(lost, lost);
      });
    },
    post: async (path, body) => {
      const sent = await fetch(`${origin}${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!sent.ok) throw new CertopsError('ConsoleRefused', { status: sent.status, answer: await sent.text() });
    },
    close: () => closing.abort(),
  };
}

/** Server-sent events as this console writes them: one `event:` and one `data:` line each. */
async function readEvents(body: ReadableStream<Uint8Array>, told: (event: string, data: Json) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = /^event: (.*)$/mu.exec(block)?.[1];
      const data = /^data: (.*)$/mu.exec(block)?.[1];
      if (event !== undefined && data !== undefined) told(event, JSON.parse(data));
    }
  }
}
