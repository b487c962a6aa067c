import { connect, type Socket } from 'node:net';
import { createFrontDoor, type FrontDoor } from '../../../adapters/front/index.ts';
import { isCertopsError } from '../../../src/domain/errors.ts';

const log = { info: () => {}, warn: () => {} };
const doors: FrontDoor[] = [];

async function open(set: (door: FrontDoor) => void = () => {}): Promise<FrontDoor> {
  const door = createFrontDoor({ port: 0, host: '127.0.0.1', log });
  set(door);
  await door.start();
  doors.push(door);
  return door;
}

afterEach(async () => {
  for (const door of doors.splice(0)) await door.stop();
});

test('the handler mounted at a path gets its requests, with the query and the unread body', async () => {
  const heard: string[] = [];
  const { url } = await open((door) =>
    door.mount('/slack/events', async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      heard.push(`${request.method} ${request.url} ${body}`);
      response.end('taken');
    }),
  );
  const response = await fetch(`${url}/slack/events?x=1`, { method: 'POST', body: 'payload=1' });
  expect(await response.text()).toBe('taken');
  expect(heard).toEqual(['POST /slack/events?x=1 payload=1']);
});

test.each(['/', '/slack', '/slack/events/', '/healthz/', '/..%2f', '//healthz', '/favicon.ico'])(
  '%s, where nothing is mounted, answers 404 and says nothing else',
  async (path) => {
    const { url } = await open((door) => door.mount('/slack/events', (_request, response) => response.end()));
    const response = await fetch(`${url}${path}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ code: 'NotThere' });
  },
);

test('no answer reveals what runs here', async () => {
  const { url } = await open();
  for (const path of ['/healthz', '/readyz', '/nowhere']) {
    const { headers } = await fetch(`${url}${path}`);
    expect(headers.get('server')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
    expect([...headers.values()].join(' ')).not.toMatch(/node|certops|\d+\.\d+\.\d+/iu);
  }
});

test('a path can be mounted only once', () => {
  const door = createFrontDoor({ port: 0, host: '127.0.0.1', log });
  door.mount('/api/messages', () => {});
  expect(() => door.mount('/api/messages', () => {})).toThrow(expect.objectContaining({ code: 'PathTaken' }));
});

test('a handler that throws answers 500 without its reason', async () => {
  const { url } = await open((door) =>
    door.mount('/api/messages', () => {
      throw new Error('xoxb-secret');
    }),
  );
  const response = await fetch(`${url}/api/messages`, { method: 'POST', body: '{}' });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('xoxb');
});

test('a body announced as too long is refused without waiting for it', async () => {
  const { url } = await open((door) => door.mount('/api/messages', (_request, response) => response.end('read')));
  const { port } = new URL(url);
  const head = 'POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n';
  expect(await exchange(Number(port), head)).toMatch(/^HTTP\/1\.1 413 /u);
});

test('slow senders do not hold memory for long: whoever has been sending longest is cut off for the newest, who is answered', async () => {
  const warned: object[] = [];
  const door = createFrontDoor({
    port: 0,
    host: '127.0.0.1',
    log: { info: () => {}, warn: (data) => warned.push(data) },
  });
  const arrivals: (() => void)[] = [];
  door.mount('/api/messages', async (request, response) => {
    arrivals.shift()?.();
    let size = 0;
    try {
      for await (const chunk of request) size += chunk.length;
    } catch {
      return;
    }
    response.end(`read ${size}`);
  });
  await door.start();
  doors.push(door);
  const { port } = new URL(door.url);
  const head = 'POST /api/messages HTTP/1.1\r\nHost: x\r\n';
  const stalled: { readonly socket: Socket; isCut: boolean }[] = [];
  for (const framing of ['Transfer-Encoding: chunked', ...Array<string>(15).fill('Content-Length: 1048576')]) {
    const arrived = new Promise<void>((resolve) => arrivals.push(resolve));
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(`${head}${framing}\r\n\r\n`));
    const one = { socket, isCut: false };
    socket
      .on('error', () => {})
      .on('close', () => {
        one.isCut = true;
      });
    stalled.push(one);
    await arrived;
  }
  const cut = () => stalled.map(({ isCut }, at) => (isCut ? at : -1)).filter((at) => at >= 0);
  expect(cut()).toEqual([]);

  const firstGone = new Promise((resolve) => stalled[0]?.socket.once('close', resolve));
  const send = () => fetch(`${door.url}/api/messages`, { method: 'POST', body: 'x'.repeat(40_000) });
  expect(await (await send()).text()).toBe('read 40000');
  await firstGone;
  // What has been read no longer counts.
  for (let time = 0; time < 30; time += 1) expect((await send()).status).toBe(200);
  expect(cut()).toEqual([0]);
  expect(warned).toEqual([{ limit: 16 * 1024 * 1024 }]);
  for (const { socket } of stalled) socket.destroy();
});

test.each(['POST /healthz', 'GET /healthz', 'POST /readyz', 'GET /readyz', 'PUT /api/messages'])(
  '%s, whose body nobody reads, cuts off no other sender, whatever length it announces',
  async (line) => {
    let arrived = (): void => {};
    const isThere = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { url } = await open((door) => {
      door.health('queue', async () => ({ ok: await new Promise<boolean>((resolve) => setImmediate(resolve, true)) }));
      door.mount('/api/messages', async (request, response) => {
        if (request.method !== 'POST') {
          response.writeHead(405, { connection: 'close' }).end();
          return;
        }
        arrived();
        let size = 0;
        for await (const chunk of request) size += chunk.length;
        response.setHeader('connection', 'close').end(`read ${size}`);
      });
    });
    const port = Number(new URL(url).port);
    const socket = connect(port, '127.0.0.1', () =>
      socket.write('POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf '),
    );
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk.toString();
    });
    const isOver = new Promise<void>((resolve) => socket.on('close', () => resolve()).on('error', () => {}));
    await isThere;

    const idle = Array.from({ length: 40 }, () => connect(port, '127.0.0.1').on('error', () => {}));
    await Promise.all(
      idle.map((one) => {
        one.write(`${line} HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n`);
        return new Promise((resolve) => one.once('data', resolve).once('close', resolve));
      }),
    );
    for (const one of idle) one.destroy();
    socket.write('other');
    await isOver;
    expect(heard).toMatch(/read 10/u);
  },
);

test('a request that is not HTTP is refused, and the door stays open', async () => {
  const { url } = await open();
  expect(await exchange(Number(new URL(url).port), '\u0016\u0003\u0001 hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /u);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test('a port that is already in use is named, with the reason', async () => {
  const { url } = await open();
  const port = Number(new URL(url).port);
  const error: unknown = await createFrontDoor({ port, host: '127.0.0.1', log })
    .start()
    .then(
      () => null,
      (reason) => reason,
    );
  expect(isCertopsError(error) && [error.code, error.data]).toEqual([
    'NotListening',
    { listen: '127.0.0.1', port, reason: 'EADDRINUSE' },
  ]);
});

test('an address that this machine does not have is refused, with the reason', async () => {
  const door = createFrontDoor({ port: 0, host: '192.0.2.1', log });
  await expect(door.start()).rejects.toMatchObject({ code: 'NotListening', data: { reason: 'EADDRNOTAVAIL' } });
});

test('stopping waits for the answer in progress and then closes the door', async () => {
  let finish: () => void = () => {};
  let arrived: () => void = () => {};
  const here = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const door = await open((one) =>
    one.mount('/api/messages', (_request, response) => {
      finish = () => response.end('late');
      arrived();
    }),
  );
  const asked = fetch(`${door.url}/api/messages`, { method: 'POST', body: '{}', headers: { connection: 'close' } });
  await here;
  const stopped = door.stop();
  finish();
  expect(await (await asked).text()).toBe('late');
  await stopped;
  await expect(fetch(`${door.url}/healthz`)).rejects.toThrow();
});

/** What a raw socket receives when it sends this. */
function exchange(port: number, says: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(says));
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk.toString();
    });
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}
