import { type IncomingMessage, request } from 'node:http';

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

interface Sent {
  readonly method?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
}

/** A request over a real socket, with exactly the headers given: `fetch` would not let us lie about Host or Origin. */
export function knock(port: number, path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}

/** What came over the wire; tests look into it with `toMatchObject`. */
type Loose = { readonly [name: string]: unknown };

interface Event {
  readonly event: string;

  readonly data: Loose;
}

/** Listens to the page's stream; `next(event)` resolves with the next event of that name. */
export function listen(port: number, path: string, headers: { readonly [name: string]: string }) {
  const events: Event[] = [];
  const waiting: (() => void)[] = [];
  let status = 0;
  let rest = '';
  const call = request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
    status = response.statusCode ?? 0;
    response.setEncoding('utf8');
    response.on('error', () => undefined);
    response.on('data', (chunk: string) => {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const found = /^event: (.*)\ndata: (.*)$/u.exec(block);
        if (found) events.push({ event: found[1] ?? '', data: JSON.parse(found[2] ?? '') });
      }
      for (const wake of waiting.splice(0)) wake();
    });
  });
  call.on('error', () => undefined);
  call.end();
  return {
    status: () => status,
    next: async (event: string): Promise<Loose> => {
      for (;;) {
        const at = events.findIndex((one) => one.event === event);
        if (at >= 0) return events.splice(at, 1)[0]?.data ?? {};
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    pending: () => events.map(({ event }) => event),
    close: () => call.destroy(),
  };
}
