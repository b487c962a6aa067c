import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LabControl } from './control.ts';

/** The lab's control over loopback HTTP: `POST /<method>` with a JSON array of arguments and the token of lab.json. */
export async function serveControl(
  control: LabControl,
  token: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const methods: { readonly [name: string]: (...args: never[]) => Promise<unknown> } = {
    break: control.break,
    clear: control.clear,
    armed: control.armed,
    faults: control.faults,
    measure: control.measure,
    change: control.change,
  };
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null));
    };
    const method = Object.hasOwn(methods, (request.url ?? '').slice(1))
      ? methods[(request.url ?? '').slice(1)]
      : undefined;
    if (!isAuthorized(request, token)) return answer(401, { error: 'the token of lab.json is needed' });
    if (request.method !== 'POST' || method === undefined) return answer(404, { error: 'no such call' });
    readJson(request)
      .then((args) => method(...(args as never[])))
      .then(
        (result) => answer(200, result),
        (error: unknown) => answer(400, { error: error instanceof Error ? error.message : String(error) }),
      );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ port: 0, host: '127.0.0.1' }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isAuthorized(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readJson(request: IncomingMessage): Promise<readonly unknown[]> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > 65_536) throw new Error('too long');
  }
  const parsed: unknown = text === '' ? [] : JSON.parse(text);
  if (!Array.isArray(parsed)) throw new Error('arguments are a JSON array');
  return parsed;
}
