import { createFrontDoor, type FrontDoor } from '../../../adapters/front/index.ts';

const log = { info: () => {}, warn: () => {} };
let door: FrontDoor;

beforeEach(async () => {
  door = createFrontDoor({ port: 0, host: '127.0.0.1', log });
  await door.start();
});
afterEach(() => door.stop());

const ask = async (path: string, method = 'GET') => {
  const response = await fetch(`${door.url}${path}`, { method });
  return { status: response.status, body: await response.text() };
};

test('/healthz says that the bot is alive and nothing more, whatever else is wrong', async () => {
  door.health('redis', () => ({ ok: false }));
  expect(await ask('/healthz')).toEqual({ status: 200, body: '{"alive":true}\n' });
});

test('/readyz is ready when every part is well, with details for a monitor', async () => {
  door.health('redis', () => ({ ok: true }));
  door.health('runners', async () => ({ ok: true, heard: 3, of: 4 }));
  const { status, body } = await ask('/readyz');
  expect(status).toBe(200);
  expect(JSON.parse(body)).toEqual({
    ready: true,
    parts: { redis: { ok: true }, runners: { ok: true, heard: 3, of: 4 } },
  });
});

test('/readyz answers 503 when a part is not well, and names it', async () => {
  door.health('journal', () => ({ ok: true }));
  door.health('slack', () => ({ ok: false }));
  const { status, body } = await ask('/readyz');
  expect(status).toBe(503);
  expect(JSON.parse(body)).toEqual({ ready: false, parts: { journal: { ok: true }, slack: { ok: false } } });
});

test('a part that fails when asked is not well, and its error text stays inside', async () => {
  door.health('redis', () => {
    throw new Error('redis://user:hunter2@host');
  });
  door.health('journal', async () => Promise.reject(new Error('/var/lib/secret')));
  const { status, body } = await ask('/readyz');
  expect(status).toBe(503);
  expect(JSON.parse(body).parts).toEqual({ redis: { ok: false }, journal: { ok: false } });
});

test('many simultaneous requests cost one look', async () => {
  let looks = 0;
  door.health('journal', () => {
    looks += 1;
    return { ok: true };
  });
  await Promise.all(Array.from({ length: 20 }, () => ask('/readyz')));
  expect(looks).toBe(1);
});

test('HEAD is answered without a body, and POST and DELETE are refused', async () => {
  expect(await ask('/healthz', 'HEAD')).toEqual({ status: 200, body: '' });
  expect((await ask('/healthz', 'POST')).status).toBe(405);
  expect((await ask('/readyz', 'DELETE')).status).toBe(405);
});
