import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import tls from 'node:tls';
import { respond } from '../../../adapters/slack/respond.ts';

let server: net.Server | null = null;
afterEach(() => new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve()))));

async function at(scheme: 'http' | 'https', made: net.Server): Promise<string> {
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `${scheme}://127.0.0.1:${(made.address() as AddressInfo).port}/`;
}

describe('An answer to a person in Slack', () => {
  test.each([
    ['that has no route', 'http://224.0.0.1:4001/'],
    ['that the machine does not accept', 'http://[fe80::1]:4001/'],
    ['where nobody listens', 'http://127.0.0.1:1025/'],
  ])('is known not to have been sent to an address %s', async (_what, url) => {
    expect(await respond(url, {})).toBe('no');
  });

  test('is known not to have been sent if the connection ends before it is secure', async () => {
    const url = await at(
      'https',
      net.createServer((socket) => socket.destroy()),
    );
    expect(await respond(url, {})).toBe('no');
  });

  test('is known not to have been sent if the server cannot prove who it is', async () => {
    expect(await respond(await at('https', tls.createServer({})), {})).toBe('no');
  });

  test('may have arrived if the connection ends after it was sent', async () => {
    const url = await at(
      'http',
      http.createServer((request) => request.socket.destroy()),
    );
    expect(await respond(url, {})).toBe('lost');
  });
});
