import { appendFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChatIntent, Reply } from '../../../src/ports/chat.ts';
import { knock, listen } from './http-client.ts';
import { calmView, cardView, farm, notice, startChat } from './support.ts';

type Started = Awaited<ReturnType<typeof startChat>>;

const open: (Started & { streams: { close(): void }[] })[] = [];
async function start(more: Parameters<typeof startChat>[0] = {}) {
  const started = { ...(await startChat(more)), streams: [] as { close(): void }[] };
  open.push(started);
  const url = new URL(started.chat.url);
  const port = Number(url.port);
  const host = url.host;
  const key = url.searchParams.get('key') ?? '';
  const welcome = await knock(port, `/?key=${key}`, { headers: { host } });
  const cookie = (welcome.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
  const headers = { host, cookie };
  const postHeaders = { ...headers, origin: `http://${host}`, 'content-type': 'application/json' };
  return {
    ...started,
    port,
    host,
    key,
    cookie,
    welcome,
    get: (path: string) => knock(port, path, { headers }),
    send: (path: string, body: unknown, more: { [name: string]: string } = {}) =>
      knock(port, path, {
        method: 'POST',
        headers: { ...postHeaders, ...more },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    page: (as: string) => {
      const stream = listen(port, `/events?as=${as}`, headers);
      started.streams.push(stream);
      return stream;
    },
  };
}

afterEach(async () => {
  for (const { chat, remove, streams } of open.splice(0)) {
    for (const stream of streams) stream.close();
    await chat.stop();
    await remove();
  }
});

const nothing = async (): Promise<Reply> => ({ type: 'nothing' });

describe('the door, over real sockets', () => {
  test('the printed address gives a strict cookie and leads away from the key', async () => {
    const { welcome, get } = await start();
    expect(welcome.status).toBe(303);
    expect(welcome.headers.location).toBe('/');
    expect(welcome.headers['set-cookie']?.[0]).toMatch(/^certops-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/u);
    expect((await get('/')).status).toBe(200);
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

  test('every answer forbids inline script, framing and keeping', async () => {
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

  test('a farm that is not for rehearsals is refused before anything listens', async () => {
    await expect(startChat({ farm: { ...farm, rehearsal: false } })).rejects.toMatchObject({
      code: 'ConsoleOnlyForRehearsals',
    });
  });

  test('a missing file of the page is named', async () => {
    await expect(startChat({ assets: [await mkdtemp(join(tmpdir(), 'certops-web-'))] })).rejects.toMatchObject({
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
    ['a line that is too long', { as: 'web-mei', text: 'x'.repeat(2001) }, 400],
    ['more than was asked for', { as: 'web-mei', text: 'status', admin: true }, 400],
    ['too much', { as: 'web-mei', text: 'x'.repeat(70_000) }, 413],
  ])('%s is refused, and the bot never hears of it', async (_, body, status) => {
    const { chat, send } = await start();
    const heard: ChatIntent[] = [];
    await chat.start(async (intent) => {
      heard.push(intent);
      return { type: 'nothing' };
    });
    expect((await send('/api/say', body)).status).toBe(status);
    expect(heard).toEqual([]);
  });

  test('a form post of another kind is refused', async () => {
    const { chat, send } = await start();
    await chat.start(nothing);
    const answer = await send('/api/say', { as: 'web-mei', text: 'status' }, { 'content-type': 'text/plain' });
    expect(answer.status).toBe(415);
  });

  test.each([
    ['a verb with blanks', { verb: 'approve it' }],
    ['an input that is no text', { inputs: { reason: 1 } }],
    ['data that is no record', { data: 'x' }],
    ['data without end', { data: { list: Array.from({ length: 101 }, () => 0) } }],
  ])('an action with %s is refused', async (_, wrong) => {
    const { chat, send } = await start();
    await chat.start(nothing);
    const answer = await send('/api/act', { as: 'web-ana', verb: 'approve', data: {}, inputs: {}, ...wrong });
    expect(answer.status).toBe(400);
  });

  test('before the bot listens the page is told to wait', async () => {
    const { send } = await start();
    expect((await send('/api/say', { as: 'web-mei', text: 'status' })).status).toBe(503);
  });

  test('a bot that fails is a sentence on the page and a line in the log, without its words', async () => {
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

describe('the channel', () => {
  test('a line becomes a command without its slash, and everybody sees it', async () => {
    const { chat, send, page } = await start();
    const heard: ChatIntent[] = [];
    await chat.start(async (intent) => {
      heard.push(intent);
      return { type: 'nothing' };
    });
    const ana = page('web-ana');
    await ana.next('state');
    await send('/api/say', { as: 'web-mei', text: '/ssis rotate-master because "A & B" | %PATH%' });
    const person = { platform: 'web', account: 'web-mei' };
    expect(heard).toEqual([
      { type: 'command', person, channel: 'sql-ops', text: 'rotate-master because "A & B" | %PATH%' },
    ]);
    expect(await ana.next('message')).toMatchObject({
      from: { name: 'Mei Lin', bot: false },
      only: false,
      body: { type: 'text', text: '/ssis rotate-master because "A & B" | %PATH%' },
    });
  });

  test('a click goes to the bot with verb, data and inputs', async () => {
    const { chat, send } = await start();
    const heard: ChatIntent[] = [];
    await chat.start(async (intent) => {
      heard.push(intent);
      return { type: 'nothing' };
    });
    const data = { v: 1, rotation: 'prod-17', digest: '5c90bb01' };
    await send('/api/act', { as: 'web-tom', verb: 'deny', data, inputs: { reason: 'Not today' } });
    const person = { platform: 'web', account: 'web-tom' };
    expect(heard).toEqual([
      { type: 'action', person, channel: 'sql-ops', verb: 'deny', data, inputs: { reason: 'Not today' } },
    ]);
  });

  test('a reply is shown to the person alone', async () => {
    const { chat, send, page } = await start();
    await chat.start(async () => ({ type: 'notice', notice: notice('only for you') }) as unknown as Reply);
    const [mei, ana] = [page('web-mei'), page('web-ana')];
    await mei.next('state');
    await ana.next('state');
    await send('/api/act', { as: 'web-mei', verb: 'approve', data: {}, inputs: {} });
    expect(await mei.next('message')).toMatchObject({ only: true, body: { type: 'notice', lines: ['only for you'] } });
    await chat.post('sql-ops', cardView('reminder', 'reminder'));
    expect(await ana.next('message')).toMatchObject({ only: false, body: { type: 'card', kind: 'reminder' } });
    expect(ana.pending()).toEqual([]);
  });

  test('a card is drawn for the reader: requester, approver, anybody', async () => {
    const { chat, page } = await start();
    const by = { id: 'ana', name: 'Ana Ruiz' };
    const id = await chat.post('sql-ops', cardView('plan', 'plan', { by }));
    // A running card does not say who asked; it is known from the plan.
    await chat.update('sql-ops', id, cardView('running', 'running'));
    for (const [account, reader] of [
      ['web-ana', 'requester'],
      ['web-tom', 'approver'],
      ['web-mei', 'other'],
      ['stranger', 'other'],
    ] as const) {
      const state = await page(account).next('state');
      expect(state).toMatchObject({ me: account, messages: [{ body: { card: { reader } } }] });
    }
  });

  test('an update changes the card in its place and tells when', async () => {
    const { chat, page, time } = await start();
    const id = await chat.post('sql-ops', cardView('plan', 'plan'));
    await chat.post('sql-ops', notice('later'));
    const mei = page('web-mei');
    const first = time.at;
    time.at += 27 * 60_000;
    await mei.next('state');
    await chat.update('sql-ops', id, cardView('running', 'running'));
    expect(await mei.next('message')).toMatchObject({ id, at: first, changed: time.at, body: { kind: 'running' } });
    const again = (await page('web-mei').next('state')) as { messages: { id: string }[] };
    expect(again.messages[0]?.id).toBe(id);
  });

  test('what a datum holds is not markup', async () => {
    const { chat, page } = await start();
    await chat.post('sql-ops', notice('**{*}{<b>}**'));
    const state = await page('web-mei').next('state');
    expect(state).toMatchObject({ messages: [{ body: { lines: ['**\\*\\<b\\>**'] } }] });
  });

  test('an unknown message or channel is refused by code', async () => {
    const { chat } = await start();
    await expect(chat.update('sql-ops', 'm99', cardView('plan', 'plan'))).rejects.toMatchObject({
      code: 'MessageNotFound',
    });
    await expect(chat.post('elsewhere', cardView('plan', 'plan'))).rejects.toMatchObject({ code: 'ChannelNotFound' });
  });

  test('a card that cannot be drawn costs only itself', async () => {
    const { chat, page, logged } = await start();
    await chat.post('sql-ops', cardView('plan', 'no-such-fixture'));
    await chat.post('sql-ops', notice('still here'));
    const state = (await page('web-mei').next('state')) as { messages: { body: { type: string } }[] };
    expect(state.messages.map(({ body }) => body.type)).toEqual(['text', 'notice']);
    expect(logged.join()).toContain('cannot be drawn');
  });

  test('the farm is pushed as it changes', async () => {
    const { feed, page } = await start();
    const mei = page('web-mei');
    expect(await mei.next('state')).toMatchObject({
      console: { hosts: [{ what: 'port 8391 bound, service runs' }, {}, {}, {}] },
    });
    feed.set(calmView);
    expect(await mei.next('console')).toMatchObject({ timeline: null });
  });
});

describe('a restart of the bot', () => {
  test('keeps address, key, cookie and messages, private ones too', async () => {
    const first = await start();
    await first.chat.start(async () => ({ type: 'notice', notice: notice('yours') }) as unknown as Reply);
    const id = await first.chat.post('sql-ops', cardView('plan', 'plan', { by: { id: 'mei', name: 'Mei Lin' } }));
    await first.send('/api/say', { as: 'web-mei', text: '/ssis' });
    await first.chat.update('sql-ops', id, cardView('running', 'running'));
    await first.chat.stop();
    open.splice(0);

    const second = await start({ folder: first.folder });
    expect(second.chat.url).toBe(first.chat.url);
    expect(second.cookie).toBe(first.cookie);
    const mei = (await second.page('web-mei').next('state')) as { messages: object[] };
    expect(mei.messages).toMatchObject([
      { id, body: { kind: 'running', card: { reader: 'requester' } } },
      { body: { text: '/ssis' } },
      { only: true },
    ]);
    const tom = (await second.page('web-tom').next('state')) as { messages: object[] };
    expect(tom.messages).toHaveLength(2);
    expect(await second.chat.post('sql-ops', notice('next'))).toBe('m4');
  });

  test('a torn last line is left out and told', async () => {
    const first = await start();
    await first.chat.post('sql-ops', notice('whole'));
    await first.chat.stop();
    open.splice(0);
    await appendFile(join(first.folder, 'messages.jsonl'), '{"id":"m2","at":1,"bo');
    const second = await start({ folder: first.folder });
    const state = (await second.page('web-mei').next('state')) as { messages: object[] };
    expect(state.messages).toHaveLength(1);
    expect(second.logged.join()).toContain('{"unreadable":1}');
  });

  test('a port that is taken is not fought for', async () => {
    const first = await start();
    const second = await start({ port: first.port });
    expect(second.port).not.toBe(first.port);
    expect((await second.get('/')).status).toBe(200);
  });
});

describe('breaking something', () => {
  test('a known fault is armed and cleared, an unknown one refused', async () => {
    const { get, send } = await start();
    expect(JSON.parse((await get('/api/faults')).text).armed).toEqual([]);
    const arm = { host: 'sqlw02', fault: 'start-1053' };
    expect(JSON.parse((await send('/api/faults/arm', arm)).text).armed).toEqual([arm]);
    expect((await send('/api/faults/arm', { ...arm, fault: 'format-c' })).status).toBe(400);
    expect(JSON.parse((await send('/api/faults/clear', {})).text).armed).toEqual([]);
  });

  test('without a lab there is nothing to break', async () => {
    const { get, page } = await start({ faults: null });
    expect((await get('/api/faults')).status).toBe(404);
    expect(await page('web-mei').next('state')).toMatchObject({ canBreak: false });
  });
});
