import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, type Server as AnyServer, createServer as createAnyServer } from 'node:net';
import forge from 'node-forge';
import { createHttpOut } from '../../../adapters/http/index.ts';
import { reach } from '../../../adapters/proxy/reach.ts';
import { createWayOut, type WayOutOptions } from '../../../adapters/proxy/way-out.ts';
import { respond } from '../../../adapters/slack/respond.ts';
import { proxyFailureIn } from '../../../src/domain/calls/way-out.ts';
import { isCertopsError } from '../../../src/domain/errors.ts';
import { type FakeProxy, type Manner, startFakeProxy } from '../../fakes/proxy.ts';

let proxy: FakeProxy;
const servers: AnyServer[] = [];
beforeEach(async () => {
  proxy = await startFakeProxy();
});
afterEach(async () => {
  await proxy.close();
  for (const server of servers.splice(0)) {
    (server as Partial<Server>).closeAllConnections?.();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(server: AnyServer): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const plain = () =>
  listen(createServer((request, response) => void response.end(`hello from ${request.headers.host}`)));

const PASSWORD = 'hunter2:%@';
const wayOut = (options: WayOutOptions = {}, user: { name: string; password: string } | null = null) =>
  createWayOut({ host: proxy.host, port: proxy.port, user }, options);

async function failureOf(work: Promise<unknown>): Promise<object | null> {
  const error = await work.then(
    () => null,
    (one: unknown) => one,
  );
  const failure = proxyFailureIn(error);
  expect(JSON.stringify([failure, String(error), (error as Error).stack])).not.toContain('hunter2');
  return failure;
}

test('the proxy is given the host name and resolves it itself', async () => {
  const port = await plain();
  const response = await wayOut().fetch(`http://chat.example:${port}/`);
  expect(await response.text()).toBe(`hello from chat.example:${port}`);
  expect(proxy.asked).toEqual([`chat.example:${port}`]);
});

test('a proxy that wants credentials gets them, whatever characters the password holds', async () => {
  proxy.user = `certops:${PASSWORD}`;
  const port = await plain();
  const { status } = await wayOut({}, { name: 'certops', password: PASSWORD }).fetch(`http://chat.example:${port}/`);
  expect(status).toBe(200);
});

test('this machine, and what NO_PROXY lists, is reached directly', async () => {
  const port = await plain();
  const way = wayOut({ noProxy: 'direct.localhost' });
  expect((await way.fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  // There is no such machine: only a proxy would reach it.
  expect(proxyFailureIn(await way.fetch('http://hooks.invalid:4001/').catch((error: unknown) => error))).not.toBeNull();
  const without = wayOut({ noProxy: '.invalid' });
  const error = await without.fetch('http://hooks.invalid:4001/').catch((one: unknown) => one);
  expect((error as { cause: { syscall: string } }).cause.syscall).toBe('getaddrinfo');
  expect(proxy.asked).toEqual(['hooks.invalid:4001']);
});

test('TLS is made through the proxy with the host asked for, whose certificate is checked', async () => {
  const { key, cert } = certificateOf('chat.example');
  const port = await listen(createSecureServer({ key, cert }, (_request, response) => void response.end('secret')));
  const way = wayOut({ ca: cert });
  expect(await (await way.fetch(`https://chat.example:${port}/`)).text()).toBe('secret');
  expect(proxy.asked).toEqual([`chat.example:${port}`]);
  expect(await failureOf(way.fetch(`https://other.example:${port}/`))).toMatchObject({
    reason: 'proxy-not-secure',
    found: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
  expect(await failureOf(wayOut().fetch(`https://chat.example:${port}/`))).toMatchObject({
    reason: 'proxy-not-secure',
    found: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  });
});

describe('checking whether an address can be reached', () => {
  const SECRET = '/hooks/hunter2?key=hunter2';
  const found = async (work: Promise<void>) => {
    const error = await work.then(
      () => null,
      (one: unknown) => one,
    );
    if (error === null) return 'reached';
    if (!isCertopsError(error)) throw error;
    expect(JSON.stringify([error.message, error.data, error.stack])).not.toContain('hunter2');
    return `${error.code} ${String(error.data.reason)} ${String(error.data.found ?? '')}`;
  };

  test.each([
    ['directly', false],
    ['through the proxy', true],
  ])('works %s and sends no request', async (_how, isThrough) => {
    const name = isThrough ? 'chat.example' : 'localhost';
    const { key, cert } = certificateOf(name);
    let asked = 0;
    const server = createSecureServer({ key, cert }, (_request, response) => {
      asked += 1;
      response.end();
    });
    const port = await listen(server);
    const ended = new Promise<void>((resolve) => {
      server.once('connection', (socket) => socket.once('close', () => resolve()));
    });
    const address = new URL(`https://${name}:${port}${SECRET}`);
    const way = isThrough ? { host: proxy.host, port: proxy.port, user: null } : null;
    expect(await found(reach(address, way, { ca: cert }))).toBe('reached');
    await ended;
    expect([asked, proxy.asked]).toEqual([0, isThrough ? [`chat.example:${port}`] : []]);
    expect(await found(reach(address, way, {}))).toMatch(/SELF_SIGNED_CERT/u);
  });

  test('fails where nothing listens, and where the proxy refuses', async () => {
    expect(await found(reach(new URL(`http://127.0.0.1:1${SECRET}`), null, {}))).toBe('HttpAway ECONNREFUSED ');
    proxy.manner = 403;
    const way = { host: proxy.host, port: proxy.port, user: null };
    expect(await found(reach(new URL(`https://hooks.example${SECRET}`), way, {}))).toBe(
      'HttpAway proxy-refused HTTP 403',
    );
  });
});

describe('a proxy', () => {
  test.each<[string, Manner, object]>([
    ['that refuses', 403, { reason: 'proxy-refused', found: 'HTTP 403' }],
    ['that cannot reach the host', 503, { reason: 'proxy-refused', found: 'HTTP 503' }],
    ['that sends a page', 'page', { reason: 'proxy-refused', found: 'HTTP 200, with a page' }],
    ['that hangs', 'hang', { reason: 'proxy-away', found: 'no-answer-in-time' }],
  ])('%s is named, with the host behind it', async (_which, manner, failure) => {
    proxy.manner = manner;
    const user = { name: 'hunter2', password: 'hunter2' };
    // Only a proxy that hangs gets a short time limit.
    const limit = manner === 'hang' ? { timeLimitMs: 500 } : {};
    expect(await failureOf(wayOut(limit, user).fetch('http://chat.example/'))).toEqual({
      proxy: `http://***@127.0.0.1:${proxy.port}`,
      target: 'chat.example:80',
      ...failure,
    });
  });

  test('that does not accept the user is reported with the ways to authenticate that it offers', async () => {
    proxy.user = 'somebody:else';
    expect(
      await failureOf(wayOut({}, { name: 'hunter2', password: 'hunter2' }).fetch('https://chat.example/')),
    ).toEqual({
      reason: 'proxy-refused',
      proxy: `http://***@127.0.0.1:${proxy.port}`,
      target: 'chat.example:443',
      found: 'HTTP 407, wants Negotiate or Basic',
    });
  });

  test('that does not speak HTTP, or is not there, is reported as such', async () => {
    const port = await listen(createAnyServer((socket) => void socket.resume().end('SSH-2.0-OpenSSH_9.6\r\n')));
    const through = (to: number) =>
      createWayOut({ host: '127.0.0.1', port: to, user: null }, {}).fetch('http://chat.example/');
    expect(await failureOf(through(port))).toMatchObject({ reason: 'proxy-refused', found: 'no HTTP' });
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await failureOf(through(port))).toMatchObject({ reason: 'proxy-away', found: 'ECONNREFUSED' });
  });
});

test('a webhook behind a proxy that refuses names the proxy, and nothing of the address but its host', async () => {
  proxy.manner = 403;
  const out = createHttpOut({ wayOut: wayOut() });
  const error = await out.post('https://hooks.example/T0/hunter2', '{}').catch((one: unknown) => one);
  expect(isCertopsError(error) && error.data).toEqual({
    host: 'hooks.example',
    reason: 'proxy-refused',
    proxy: `http://127.0.0.1:${proxy.port}`,
    target: 'hooks.example:443',
    found: 'HTTP 403',
  });
  expect(isCertopsError(error) && error.code).toBe('HttpAway');
});

test('an answer to a person that the proxy did not let out is known not to have been sent', async () => {
  proxy.manner = 403;
  expect(await respond('https://hooks.slack.com/actions/T0/1/x', {}, wayOut())).toBe('no');
});

test('cutting a line ends its open connections at once, without waiting for the other side', async () => {
  const line = wayOut().line();
  let ended = (): void => {};
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const port = await listen(
    createServer((request) => {
      request.socket.on('close', ended);
      line.cut();
    }),
  );
  const { fetch: send } = await import('undici');
  await expect(send(`http://chat.example:${port}/`, { dispatcher: line.dispatcher as never })).rejects.toThrow();
  await end;
  expect(line.failure()).toBeNull();
});

function certificateOf(name: string): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = forge.pki.rsa.generateKeyPair(2048);
  const cert = forge.pki.createCertificate();
  cert.publicKey = publicKey;
  cert.serialNumber = '01';
  cert.validity.notBefore = new Date(Date.now() - 60_000);
  cert.validity.notAfter = new Date(Date.now() + 3_600_000);
  const subject = [{ name: 'commonName', value: name }];
  cert.setSubject(subject);
  cert.setIssuer(subject);
  cert.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }]);
  cert.sign(privateKey, forge.md.sha256.create());
  return { key: forge.pki.privateKeyToPem(privateKey), cert: forge.pki.certificateToPem(cert) };
}
