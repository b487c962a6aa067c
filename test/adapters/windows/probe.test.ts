import dns from 'node:dns';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import forge from 'node-forge';
import { thumbprintOf } from '../../../adapters/windows/certificates/der.ts';
import { makeCertificate } from '../../../adapters/windows/certificates/maker.ts';
import { openSecret } from '../../../adapters/windows/certificates/secret.ts';
import { insteadOf, listedIn, ownPlace } from '../../../adapters/windows/listened.ts';
import { readHandshake } from '../../../adapters/windows/probe.ts';
import type { Tools } from '../../../adapters/windows/tools.ts';
import { profileOf } from '../../fixtures/profile.ts';
import { fakeContext } from './fake-context.ts';

const profile = (cn: string) => profileOf('sqlm01', { cn, names: [cn] });
const issue = async (cn: string) => {
  const { made, secret } = await makeCertificate(profile(cn), Date.now());
  const { certificatePem: cert, privateKeyPem: key } = openSecret(secret);
  return { thumbprint: made.thumbprint, cert, key };
};
const [plain, named] = [await issue('plain'), await issue('named')];
const tools = {
  run: async () => {
    throw new Error('no tool is needed');
  },
};
const servers: net.Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function listen(server: net.Server): Promise<string> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = (to: string, servername: string | null) =>
  readHandshake(fakeContext(tools, { connect: { 'sqlm01:8391': to } }), { host: 'sqlm01', port: 8391, servername });

test('the presented certificate is reported, with a server name and without', async () => {
  const server = tls.createServer({
    ...plain,
    SNICallback: (name, done) => done(null, name === 'named' ? tls.createSecureContext(named) : undefined),
  });
  const to = await listen(server);
  expect(await ask(to, null)).toEqual({
    target: 'sqlm01:8391',
    servername: null,
    thumbprint: plain.thumbprint,
    error: null,
  });
  expect(await ask(to, 'named')).toMatchObject({ servername: 'named', thumbprint: named.thumbprint, error: null });
  expect(await ask(to, '10.0.0.5')).toMatchObject({ thumbprint: plain.thumbprint, error: null });
});

describe('a host whose name does not resolve', () => {
  // Longer than a label may be, so no name server is asked for it.
  const host = `${'s'.repeat(64)}.corp.example`;
  const target = { host, port: 8391, servername: 'named' };

  test('is asked at its known address, by its own name', async () => {
    const asked: string[] = [];
    const SNICallback: tls.TlsOptions['SNICallback'] = (name, done) => {
      asked.push(name);
      done(null);
    };
    const to = await listen(tls.createServer({ ...plain, SNICallback }));
    const context = fakeContext(tools, { addresses: { [host]: '10.20.0.10' }, connect: { '10.20.0.10:8391': to } });
    expect(await readHandshake(context, target)).toEqual({
      target: `${host}:8391`,
      servername: 'named',
      thumbprint: plain.thumbprint,
      error: null,
    });
    expect(asked).toEqual(['named']);
  });

  test.each(['EAI_AGAIN', 'EAI_FAIL'])('is asked there, too, when the lookup fails: %s', async (code) => {
    const to = await listen(tls.createServer({ ...plain }));
    const { lookup } = dns;
    const names: string[] = [];
    const fails = (name: string, _options: object, done: (error: Error) => void) => {
      names.push(name);
      process.nextTick(done, Object.assign(new Error(code), { code }));
    };
    Object.assign(dns, { lookup: fails });
    const context = fakeContext(tools, { addresses: { [host]: '10.20.0.10' }, connect: { '10.20.0.10:8391': to } });
    const asked = await readHandshake(context, target).finally(() => Object.assign(dns, { lookup }));
    expect(names).toContain(host);
    expect(asked).toMatchObject({ thumbprint: plain.thumbprint, error: null });
  });

  test('is reported as not found if no address is known for it', async () => {
    const context = fakeContext(tools, { addresses: { sqlm01: '10.20.0.10' } });
    expect(await readHandshake(context, target)).toMatchObject({ thumbprint: null, error: 'ENOTFOUND' });
  });
});

test('a host whose name resolves is never asked elsewhere', async () => {
  const to = await listen(tls.createServer({ ...plain }));
  const closed = await listen(net.createServer((socket) => socket.destroy()));
  const context = fakeContext(tools, {
    addresses: { sqlm01: '10.20.0.10' },
    connect: { 'sqlm01:8391': closed, '10.20.0.10:8391': to },
  });
  const asked = await readHandshake(context, { host: 'sqlm01', port: 8391, servername: null });
  expect(asked).toMatchObject({ thumbprint: null, error: 'ECONNRESET' });
});

const LISTED = '\r\nIP-Adressen in der IP-Abh\u00f6rliste:\r\n-----\r\n\r\n    10.0.0.5\r\n    2001:db8::5\r\n\r\n';
const listing = (text: string): Tools => ({
  run: async (tool, args) => {
    expect([tool, ...args]).toEqual(['netsh', 'http', 'show', 'iplisten']);
    return { tool, code: 0, text, bytes: Buffer.from(text), args: [] };
  },
});

test.each([
  ['a list', LISTED, { '127.0.0.1': '10.0.0.5', '::1': '2001:db8::5' }],
  ['a list of one kind', LISTED.replace(/ *2001.*/u, ''), { '127.0.0.1': '10.0.0.5', '::1': null }],
  ['a list that holds the loopback', LISTED.replace('2001:', '127.0.0.1\r\n    2001:'), { '::1': '2001:db8::5' }],
  ['a list of all addresses', LISTED.replace('10.0.0.5', '0.0.0.0').replace('2001:db8::5', '::'), {}],
  ['no list', '\r\nIP addresses present in the IP listen list:\r\n-----\r\n\r\n', {}],
  ['a sentence', 'The system cannot find the file specified.\r\n', {}],
])('what HTTP.SYS listens on instead of the loopback, given %s', (_what, text, instead) => {
  const found = ['127.0.0.1', '::1'].map((loopback) => [loopback, insteadOf(loopback, listedIn(text), () => true)]);
  expect(Object.fromEntries(found.filter(([loopback, at]) => loopback !== at))).toEqual(instead);
});

const HERE = { connect: { '10.0.0.5:8391': '127.0.0.1:1' } };
const list = (...addresses: readonly string[]): string =>
  `\r\nIP addresses present in the IP listen list:\r\n-----\r\n\r\n${addresses.map((one) => `    ${one}\r\n`).join('')}`;
const UNLISTENED = { at: null, why: 'unlistened' };

test.each<[string, readonly string[], string, 'address' | 'name', object]>([
  ['an address of this machine is asked there', [], '10.0.0.5', 'address', { at: '10.0.0.5' }],
  [
    'an address that it has lost is not asked, since another machine may have it',
    [],
    '10.0.0.9',
    'address',
    { at: null, why: 'not-here' },
  ],
  ['the first listed one may be on another node', ['10.0.0.9', '10.0.0.5'], '127.0.0.1', 'address', { at: '10.0.0.5' }],
  ['where it listens on all of IPv4, it listens on none of IPv6', ['0.0.0.0'], '::1', 'address', UNLISTENED],
  ['and on every address of IPv4', ['0.0.0.0'], '10.0.0.5', 'address', { at: '10.0.0.5' }],
  ['what a list does not name is not served', ['10.0.0.6'], '10.0.0.5', 'address', UNLISTENED],
  ['an entry may have a port', ['10.0.0.5:8391'], '127.0.0.1', 'address', { at: '10.0.0.5' }],
  ['an entry may be of IPv6, in any spelling', ['[2001:DB8:0::5]:8391', '[::]:80'], '::1', 'address', { at: '::1' }],
  ['nobody listens here if all listed addresses are elsewhere', ['10.0.0.9'], '127.0.0.1', 'address', UNLISTENED],
  ['a name is bound on every address', ['::'], '127.0.0.1', 'name', { at: '::1' }],
])('where to ask about a binding of this machine: %s', async (_what, listed, host, of, place) => {
  expect(await ownPlace(fakeContext(listing(list(...listed)), HERE), host, of)).toEqual(place);
});

test('a binding that cannot be asked for here is reported as that, and nobody is asked', async () => {
  const own = { port: 8391, servername: null, own: 'address' } as const;
  const context = fakeContext(listing(list('10.0.0.5')), HERE);
  expect(await readHandshake(context, { ...own, host: '::1' })).toEqual({
    target: '::1:8391',
    servername: null,
    thumbprint: null,
    error: 'NOT_LISTENED',
  });
  const bare = fakeContext(listing(list()), HERE);
  expect(await readHandshake(bare, { ...own, host: '10.0.0.9' })).toEqual({
    target: '10.0.0.9:8391',
    servername: null,
    thumbprint: null,
    error: 'EADDRNOTAVAIL',
  });
});

test('a loopback that HTTP.SYS does not listen on is asked where it does', async () => {
  const to = await listen(tls.createServer({ ...plain }));
  const target = { host: '127.0.0.1', port: 8391, servername: null };
  const listed = fakeContext(listing(LISTED), { connect: { '10.0.0.5:8391': to } });
  expect(await readHandshake(listed, target)).toMatchObject({ target: '10.0.0.5:8391', thumbprint: plain.thumbprint });
  const bare = fakeContext(listing(''), { connect: { '127.0.0.1:8391': to } });
  expect(await readHandshake(bare, target)).toMatchObject({ target: '127.0.0.1:8391', thumbprint: plain.thumbprint });
  const blind = fakeContext(tools, { connect: { '127.0.0.1:8391': to } });
  expect(await readHandshake(blind, target)).toMatchObject({ target: '127.0.0.1:8391', thumbprint: plain.thumbprint });
});

test('an old certificate with 1024 bits and SHA-1 over TLS 1.0 is reported too', async () => {
  const keys = forge.pki.rsa.generateKeyPair({ bits: 1024, workers: 0 });
  const old = forge.pki.createCertificate();
  old.publicKey = keys.publicKey;
  old.validity.notAfter = new Date(Date.now() + 1e9);
  old.setSubject([{ name: 'commonName', value: 'old' }]);
  old.setIssuer([{ name: 'commonName', value: 'old' }]);
  old.sign(keys.privateKey, forge.md.sha1.create());
  const server = tls.createServer({
    cert: forge.pki.certificateToPem(old),
    key: forge.pki.privateKeyToPem(keys.privateKey),
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1',
    ciphers: 'ALL:@SECLEVEL=0',
  });
  const der = Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(old)).getBytes(), 'latin1');
  expect(await ask(await listen(server), null)).toMatchObject({ thumbprint: thumbprintOf(der), error: null });
});

test('a refused connection is a result, not an exception', async () => {
  const server = net.createServer();
  const to = await listen(server);
  server.close();
  await once(server, 'close');
  expect(await ask(to, null)).toMatchObject({ thumbprint: null, error: 'ECONNREFUSED' });
});

test('a server that does not speak TLS, or hangs up, is a result, not an exception', async () => {
  const http = await listen(net.createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
  const rude = await listen(net.createServer((socket) => socket.destroy()));
  for (const to of [http, rude])
    expect(await ask(to, null)).toMatchObject({ thumbprint: null, error: expect.any(String) });
});

test('a server that wants a client certificate still shows its own', async () => {
  const server = tls.createServer({ ...plain, requestCert: true, rejectUnauthorized: true, maxVersion: 'TLSv1.2' });
  server.on('tlsClientError', () => {});
  expect(await ask(await listen(server), null)).toMatchObject({ thumbprint: plain.thumbprint });
});

test('a server that refuses us before proving that it has the key is not identified', async () => {
  // With RSA key exchange only the server's last message proves it.
  const wants = { ...plain, requestCert: true, rejectUnauthorized: true, maxVersion: 'TLSv1.2' as const };
  const server = tls.createServer({ ...wants, ciphers: 'AES128-GCM-SHA256' });
  server.on('tlsClientError', () => {});
  expect(await ask(await listen(server), null)).toMatchObject({ thumbprint: null, error: expect.any(String) });
  const open = tls.createServer({ ...plain, maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' });
  expect(await ask(await listen(open), null)).toMatchObject({ thumbprint: plain.thumbprint, error: null });
});

describe('a server that shows another’s certificate without having its key', () => {
  const uint = (bytes: number, value: number): Buffer => {
    const to = Buffer.alloc(bytes);
    to.writeUIntBE(value, 0, bytes);
    return to;
  };
  const vector = (bytes: number, ...parts: readonly Buffer[]): Buffer => {
    const whole = Buffer.concat(parts);
    return Buffer.concat([uint(bytes, whole.length), whole]);
  };
  const message = (type: number, ...parts: readonly Buffer[]) => Buffer.concat([uint(1, type), vector(3, ...parts)]);
  const record = (type: number, ...parts: readonly Buffer[]) =>
    Buffer.concat([uint(1, type), uint(2, 0x0303), vector(2, ...parts)]);
  // OpenSSL does not go on without the renegotiation extension.
  const renegotiation = Buffer.concat([uint(2, 0xff01), vector(2, vector(1))]);
  const hello = (cipher: number) =>
    message(2, uint(2, 0x0303), Buffer.alloc(32, 7), vector(1), uint(2, cipher), uint(1, 0), vector(2, renegotiation));
  const shown = message(11, vector(3, vector(3, derOf(plain.cert))));
  const done = message(14);
  const handshakeFailure = record(21, Buffer.from([2, 40]));

  test.each([
    ['before any exchange of keys', hello(0xc02f), null],
    ['after an exchange in which it proves nothing', hello(0x009c), done],
  ])('is not identified by it when it stops %s', async (_what, first, last) => {
    const to = await listen(
      net.createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => {
          socket.write(record(22, first, shown, ...(last === null ? [] : [last])));
          if (last === null) socket.end(handshakeFailure);
          // The client's half of the exchange.
          else socket.once('data', () => socket.end(handshakeFailure));
        });
      }),
    );
    expect(await ask(to, null)).toMatchObject({ thumbprint: null, error: expect.any(String) });
  });
});

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/gu, ''), 'base64');
}
