import { copyFile, mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { listen, mustBeFree } from '../../../adapters/web/server.ts';
import { parseCommand } from '../../../src/domain/request/grammar.ts';
import type { ChatIntent, Reply } from '../../../src/ports/chat.ts';
import { knock } from './http-client.ts';
import { assets, farm, posting, startChat } from './support.ts';
import { closeAll, start } from './visitor.ts';

afterEach(closeAll);

const nothing = async (): Promise<Reply> => ({ type: 'nothing', locale: posting.locale });

describe('the door, over real sockets', () => {
  test('the printed address gives a strict cookie and redirects to an address without the key', async () => {
    const { welcome, get } = await start();
    expect(welcome.status).toBe(303);
    expect(welcome.headers.location).toBe('/');
    expect(welcome.headers['set-cookie']?.[0]).toMatch(/^certops-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/u);
    expect((await get('/')).status).toBe(200);
  });

  test('a page that comes back before the bot can answer is told so, and does not keep the server from closing', async () => {
    const { server, port } = await listen(null, null);
    const { status, headers, text } = await knock(port, '/events');
    expect([status, headers.connection, JSON.parse(text).code]).toEqual([503, 'close', 'BotNotReady']);
    await new Promise((resolve) => server.close(resolve));
  });

  test('it listens on loopback alone', async () => {
    const { chat } = await start();
    expect(new URL(chat.url).hostname).toBe('127.0.0.1');
  });

  test('a wrong host, origin, key or cookie gets nothing but a sentence', async () => {
    const { port, host, cookie, key } = await start();
    const tries: [number, string, Parameters<typeof knock>[2]][] = [
      [421, '/', { headers: { host: `localhost:${port}`, cookie } }],
      [421, `/?key=${key}`, { headers: { host: 'evil.example' } }],
      [403, '/', { headers: { host, cookie, origin: 'http://evil.example' } }],
      [403, '/?key=wrong', { headers: { host } }],
      [403, '/', { headers: { host } }],
      [403, '/', { headers: { host, cookie: `${cookie}x` } }],
      [403, '/events?as=web-mei', { headers: { host } }],
      [403, '/assets/main.js', { headers: { host } }],
      [403, '/api/say', { method: 'POST', headers: { host, cookie, 'content-type': 'application/json' }, body: '{}' }],
      [405, '/', { method: 'OPTIONS', headers: { host, cookie } }],
    ];
    for (const [status, path, sent] of tries) {
      const answer = await knock(port, path, sent);
      expect([path, answer.status]).toEqual([path, status]);
      expect(JSON.parse(answer.text).sentence).not.toBe('');
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.headers.connection).toBe('close');
    }
  });

  test.each([
    ['/nothing'],
    ['/assets/'],
    ['/assets/../package.json'],
    ['/assets/..%2fpackage.json'],
    ['/assets/index.ts'],
    ['/toString'],
    ['/assets/constructor'],
    ['/api/say'],
    ['/index.html/'],
  ])('there is nothing at %p', async (path) => {
    const { get } = await start();
    expect((await get(path)).status).toBe(404);
  });

  test('every answer forbids inline script, framing and caching', async () => {
    const { get } = await start();
    for (const path of ['/', '/assets/main.js', '/assets/adaptivecards.min.js', '/assets/tokens.css', '/nothing']) {
      const { headers, text } = await get(path);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(text).not.toBe('');
    }
  });

  test('a farm that is not for rehearsals is refused', async () => {
    await expect(startChat({ farms: [farm, { ...farm, rehearsal: false }] })).rejects.toMatchObject({
      code: 'ConsoleOnlyForRehearsals',
    });
  });

  test('a single folder with all files works too, as in a bundle', async () => {
    const one = await mkdtemp(join(tmpdir(), 'certops-web-'));
    for (const folder of [...assets].reverse()) {
      for (const name of await readdir(folder)) {
        if (/\.(html|css|js|svg|json)$/u.test(name)) await copyFile(join(folder, name), join(one, basename(name)));
      }
    }
    const { get } = await start({ assets: [one] });
    for (const name of ['main.js', 'adaptivecards.min.js', 'hostconfig.json', 'tokens.css']) {
      expect((await get(`/assets/${name}`)).status).toBe(200);
    }
    await rm(one, { recursive: true });
  });

  /** /proc shows what a process has open. */
  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux('a console that does not open leaves no file open: Node 26 ends a process that forgets one', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const folder = await mkdtemp(join(tmpdir(), 'certops-web-'));
    await expect(startChat({ port, folder })).rejects.toMatchObject({ code: 'ConsolePortTaken' });
    const open = await Promise.all(
      (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
    );
    expect(open.filter((file) => file.startsWith(folder))).toEqual([]);
    await new Promise((resolve) => taken.close(resolve));
  });

  test('a port that was named and is taken is refused; one that is only remembered moves', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    await expect(startChat({ port })).rejects.toMatchObject({ code: 'ConsolePortTaken', data: { port } });
    await expect(mustBeFree(port)).rejects.toMatchObject({ code: 'ConsolePortTaken' });
    const moved = await listen(null, port);
    expect(moved.port).not.toBe(port);
    for (const server of [taken, moved.server]) await new Promise((resolve) => server.close(resolve));
    await mustBeFree(port);
  });

  test('one page too many is told so, and the console stays available', async () => {
    const { get, page } = await start();
    const pages = Array.from({ length: 64 }, () => page('web-mei'));
    for (const one of pages) await one.next('state');
    const answer = await get('/events?as=web-mei');
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([503, 'TooManyPages']);
    expect((await get('/')).status).toBe(200);
  });

  test('a page of somebody who is no longer in the farm file is shown as to a newcomer', async () => {
    const { page } = await start();
    expect(await page('web-gone').next('state')).toMatchObject({ me: 'web-mei' });
  });

  test('a missing file of the page is named', async () => {
    await expect(startChat({ assets: [join(tmpdir(), 'no-such-folder')] })).rejects.toMatchObject({
      code: 'ConsoleFileMissing',
      data: { file: 'index.html' },
    });
  });
});

describe('what a page may send', () => {
  test.each([
    ['no JSON', 'as=web-mei', 415],
    ['a list', [], 400],
    ['an account that is nobody’s', { as: 'root', text: 'status' }, 400],
    ['an empty line', { as: 'web-mei', text: '   ' }, 400],
    ['a line with a line feed in it', { as: 'web-mei', text: 'status\nstop' }, 400],
    ['a line that is too long', { as: 'web-mei', text: 'x'.repeat(20_001) }, 400],
    ['more than was asked for', { as: 'web-mei', text: 'status', admin: true }, 400],
    ['too much data', { as: 'web-mei', text: 'x'.repeat(70_000) }, 413],
  ])('%s is refused, and never reaches the bot', async (_, body, status) => {
    const { chat, send } = await start();
    const heard: ChatIntent[] = [];
    await chat.start(async (intent) => {
      heard.push(intent);
      return { type: 'nothing', locale: posting.locale };
    });
    expect((await send('/api/say', body)).status).toBe(status);
    expect(heard).toEqual([]);
  });

  test('a body that is too large and does not announce its length reaches nobody either', async () => {
    const { chat, send } = await start();
    const heard: ChatIntent[] = [];
    await chat.start(async (intent) => {
      heard.push(intent);
      return { type: 'nothing', locale: posting.locale };
    });
    // The spaces are not part of the line, which by its own length would be taken.
    const body = `{"as":"web-mei",${' '.repeat(70_000)}"text":"status"}`;
    const whole = { 'transfer-encoding': 'chunked' };
    const { status } = await send('/api/say', body, whole).catch(() => ({ status: 413 }));
    expect({ status, heard }).toEqual({ status: 413, heard: [] });
    expect((await send('/api/say', body.replaceAll(' ', ''), whole)).status).toBe(200);
    expect(heard).toHaveLength(1);
  });

  test('a line too long for a command reaches the bot, which can answer with the limit', async () => {
    const { chat, send } = await start();
    const heard: string[] = [];
    await chat.start(async (intent) => {
      if (intent.type === 'command') heard.push(intent.text);
      return { type: 'nothing', locale: posting.locale };
    });
    expect((await send('/api/say', { as: 'web-mei', text: 'x'.repeat(2001) })).status).toBe(200);
    expect(heard.map((text) => parseCommand(text))).toEqual([
      { word: 'wrong', code: 'line-too-long', data: { length: 2001, limit: 2000 } },
    ]);
  });

  test('a post of another content type is refused', async () => {
    const { chat, send } = await start();
    await chat.start(nothing);
    const answer = await send('/api/say', { as: 'web-mei', text: 'status' }, { 'content-type': 'text/plain' });
    expect(answer.status).toBe(415);
  });

  test.each([
    ['a verb with spaces', { verb: 'approve it' }],
    ['an input that is not text', { inputs: { reason: 1 } }],
    ['data that is not a record', { data: 'x' }],
    ['data that is too long', { data: { list: Array.from({ length: 101 }, () => 0) } }],
    ['data that is more than one level deep', { data: { rotation: { id: 'prod-1' } } }],
  ])('an action with %s is refused', async (_, wrong) => {
    const { chat, send } = await start();
    await chat.start(nothing);
    const answer = await send('/api/act', { as: 'web-ana', verb: 'approve', data: {}, inputs: {}, ...wrong });
    expect(answer.status).toBe(400);
  });

  test('an action nested endlessly deep is refused, and is no internal error', async () => {
    const { chat, send } = await start();
    await chat.start(nothing);
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    const answer = await send('/api/act', `{"as":"web-ana","verb":"approve","data":{"rotation":${deep}},"inputs":{}}`);
    expect(answer.status).toBe(400);
  });

  test('a page is told to wait until the bot listens', async () => {
    const { send } = await start();
    expect((await send('/api/say', { as: 'web-mei', text: 'status' })).status).toBe(503);
  });

  test('a bot that fails gives an answer without the error’s text, and a line in the log', async () => {
    const { chat, send, logged } = await start();
    await chat.start(async () => {
      throw new Error('secret');
    });
    const answer = await send('/api/say', { as: 'web-mei', text: 'status' });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret');
    expect(logged.join()).toContain('the console could not answer');
  });
});
