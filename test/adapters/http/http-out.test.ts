import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpOut } from '../../../adapters/http/index.ts';
import { isCertopsError } from '../../../src/domain/errors.ts';

interface Heard {
  readonly method: string;
  readonly url: string;
  readonly type: string;
  readonly body: string;
}

interface Place {
  readonly server: Server;
  readonly heard: Heard[];
  readonly port: number;
}

const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(answer: (response: ServerResponse) => void): Promise<Place> {
  const heard: Heard[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    const { method = '', url = '', headers } = request;
    heard.push({ method, url, type: headers['content-type'] ?? '', body });
    answer(response);
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, heard, port: (server.address() as AddressInfo).port };
}

const with_ =
  (status: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, headers).end('a long story');
const at = ({ port }: Place): string => `http://127.0.0.1:${port}/hooks/hunter2?key=hunter2`;
const out = createHttpOut({ plainLoopback: true });

async function failureOf(call: Promise<void>): Promise<{ code: string; data: object }> {
  const error = await call.then(
    () => null,
    (one: unknown) => one,
  );
  if (!isCertopsError(error)) throw new Error('no failure of ours');
  // The address may be a secret: no error repeats it.
  expect(`${error.message} ${JSON.stringify(error.data)} ${error.stack}`).not.toContain('hunter2');
  return { code: error.code, data: error.data };
}

test('a body is posted as JSON, and an address is fetched', async () => {
  const place = await serve(with_(204));
  await out.post(at(place), '{"v":1}');
  await out.get(at(place));
  expect(place.heard).toEqual([
    { method: 'POST', url: '/hooks/hunter2?key=hunter2', type: 'application/json; charset=utf-8', body: '{"v":1}' },
    { method: 'GET', url: '/hooks/hunter2?key=hunter2', type: '', body: '' },
  ]);
});

test.each([
  [500, 'HttpAway'],
  [503, 'HttpAway'],
  [429, 'HttpAway'],
  [408, 'HttpAway'],
  [400, 'HttpRefused'],
  [404, 'HttpRefused'],
  [410, 'HttpRefused'],
])('an answer of %i is %s', async (status, code) => {
  expect(await failureOf(out.post(at(await serve(with_(status))), '{}'))).toMatchObject({ code, data: { status } });
});

test.each([301, 302, 303, 307, 308])('a redirect of %i is refused and not followed', async (status) => {
  const inside = await serve(with_(200));
  const place = await serve(with_(status, { location: `http://127.0.0.1:${inside.port}/metadata` }));
  expect(await failureOf(out.post(at(place), '{}'))).toMatchObject({ code: 'HttpRefused', data: { status } });
  expect(inside.heard).toEqual([]);
});

test('a server that does not answer in time, or is not there, is away', async () => {
  const slow = await serve(() => {});
  const hasty = createHttpOut({ plainLoopback: true, timeLimitMs: 500 });
  expect((await failureOf(hasty.get(at(slow)))).code).toBe('HttpAway');
  const gone = await serve(with_(200));
  await new Promise((resolve) => gone.server.close(resolve));
  expect(await failureOf(out.get(at(gone)))).toMatchObject({ code: 'HttpAway', data: { reason: 'ECONNREFUSED' } });
});

test.each([
  'http://127.0.0.1:1/hunter2',
  'http://example.com/hunter2',
  'ftp://example.com/hunter2',
  'file:///etc/hunter2',
])('%s is refused where only https is allowed', async (address) => {
  expect((await failureOf(createHttpOut({}).post(address, '{}'))).code).toBe('HttpRefused');
});

test.each(['http://localhost:1/', 'http://10.0.0.5/', 'http://[::1]:1/', 'http://169.254.169.254/'])(
  'a rehearsal allows plain http on 127.0.0.1 and nowhere else: %s',
  async (address) => {
    expect((await failureOf(out.get(address))).code).toBe('HttpRefused');
  },
);

test('an address that contains a user name is refused', async () => {
  expect((await failureOf(out.get('https://user:hunter2@example.com/'))).code).toBe('HttpRefused');
});
