import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { openMessageStore } from '../../../adapters/web/message-store.ts';
import type { NoticeView } from '../../../src/domain/views/notice-view.ts';
import type { ChatIntent, Reply } from '../../../src/ports/chat.ts';
import { calmView, cardView, createFeed, cutView, farm, notice, posting, wording } from './support.ts';
import { closeAll, start, stopOnly } from './visitor.ts';

afterEach(closeAll);

describe('the channel', () => {
  test('a typed line becomes a command without its slash, and everybody sees it', async () => {
    const { chat, send, page } = await start();
    const heard: ChatIntent[] = [];
    await chat.start(async (intent) => {
      heard.push(intent);
      return { type: 'nothing', locale: posting.locale };
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

  test('a click reaches the bot with its verb, data and inputs', async () => {
    const { chat, send } = await start();
    const heard: ChatIntent[] = [];
    await chat.start(async (intent) => {
      heard.push(intent);
      return { type: 'nothing', locale: posting.locale };
    });
    const data = { v: 1, rotation: 'prod-17', digest: '5c90bb01' };
    await send('/api/act', { as: 'web-tom', verb: 'deny', data, inputs: { reason: 'Not today' } });
    const person = { platform: 'web', account: 'web-tom' };
    expect(heard).toEqual([
      { type: 'action', person, channel: 'sql-ops', verb: 'deny', data, inputs: { reason: 'Not today' } },
    ]);
  });

  test('a reply is shown only to the person', async () => {
    const { chat, send, page } = await start();
    await chat.start(async () => ({ type: 'notice', notice: notice('only for you') }) as unknown as Reply);
    const [mei, ana] = [page('web-mei'), page('web-ana')];
    await mei.next('state');
    await ana.next('state');
    await send('/api/act', { as: 'web-mei', verb: 'approve', data: {}, inputs: {} });
    expect(await mei.next('message')).toMatchObject({ only: true, body: { type: 'notice', lines: ['only for you'] } });
    await chat.post('sql-ops', cardView('reminder', 'reminder'), posting);
    expect(await ana.next('message')).toMatchObject({ only: false, body: { type: 'card', kind: 'reminder' } });
    expect(ana.pending()).toEqual([]);
  });

  test('a note stands below its card, for everybody, and still does after the card has changed and the bot was restarted', async () => {
    const { chat, page, time, folder } = await start();
    const id = await chat.post('sql-ops', cardView('plan', 'plan'), posting);
    time.at += 60_000;
    const said = notice('**{prod-17} starts**') as NoticeView;
    expect(await chat.note('sql-ops', id, { notice: said, locale: posting.locale, mention: [] })).toBe(`${id}.1`);
    await chat.update('sql-ops', id, cardView('running', 'running'), posting);
    const below = { id, body: { kind: 'running' }, notes: [{ at: time.at, lines: ['**prod-17 starts**'] }] };
    expect(await page('web-ana').next('state')).toMatchObject({ messages: [below] });
    const { store } = await openMessageStore(folder);
    expect(store.messages()).toMatchObject([{ id, notes: [{ at: time.at, view: said }] }]);
    await store.close();
    await expect(
      chat.note('sql-ops', 'm99', { notice: said, locale: posting.locale, mention: [] }),
    ).rejects.toMatchObject({
      code: 'MessageNotFound',
    });
  });

  test('the channel’s copy of a card has its buttons for everybody the farm knows', async () => {
    const { chat, page } = await start();
    const by = { id: 'ana', name: 'Ana Ruiz' };
    const id = await chat.post('sql-ops', cardView('plan', 'plan', { by }), posting);
    await chat.update('sql-ops', id, cardView('running', 'running'), posting);
    for (const [account, reader] of [
      ['web-ana', 'approver'],
      ['web-tom', 'approver'],
      ['web-mei', 'approver'],
      ['stranger', 'other'],
    ] as const) {
      const state = await page(account).next('state');
      expect(state).toMatchObject({ me: account, messages: [{ body: { card: { reader } } }] });
    }
  });

  test('everybody reads their own language and time zone; a program may ask for English', async () => {
    const wei = { language: 'zh-CN', timeZone: 'Asia/Shanghai' } as const;
    const people = farm.people.map((one) => (one.id === 'wei' ? { ...one, ...wei } : one));
    const { chat, page } = await start({
      farms: [{ ...farm, people }],
      wording: {
        ...wording,
        renderAdaptiveCard: (_view, _reader, language, timeZone) => ({ words: `${language}, ${timeZone}` }),
        say: (_message, language, _quote, timeZone) => `${language}, ${timeZone}`,
      },
    });
    await chat.post('sql-ops', cardView('plan', 'plan'), posting);
    await chat.post('sql-ops', notice('looking'), posting);
    for (const [as, language, timeZone] of [
      ['web-ana', 'en', 'Europe/Berlin'],
      ['web-wei', 'zh-CN', 'Asia/Shanghai'],
      ['web-wei&language=en', 'en', 'Asia/Shanghai'],
    ] as const) {
      const words = `${language}, ${timeZone}`;
      expect(await page(as).next('state')).toMatchObject({
        messages: [
          { language, body: { card: { words } } },
          { language, body: { lines: [words] } },
        ],
        farms: [{ hosts: Array.from({ length: 4 }, () => ({ what: words })) }],
      });
    }
  });

  test('an update changes the card in place and shows when it changed', async () => {
    const { chat, page, time } = await start();
    const id = await chat.post('sql-ops', cardView('plan', 'plan'), posting);
    await chat.post('sql-ops', notice('later'), posting);
    const mei = page('web-mei');
    const first = time.at;
    time.at += 27 * 60_000;
    await mei.next('state');
    await chat.update('sql-ops', id, cardView('running', 'running'), posting);
    expect(await mei.next('message')).toMatchObject({ id, at: first, changed: time.at, body: { kind: 'running' } });
    const again = (await page('web-mei').next('state')) as { messages: { id: string }[] };
    expect(again.messages[0]?.id).toBe(id);
  });

  test('what a value holds is not treated as markup', async () => {
    const { chat, page } = await start();
    await chat.post('sql-ops', notice('**{*}{<b>}**'), posting);
    const state = await page('web-mei').next('state');
    expect(state).toMatchObject({ messages: [{ body: { lines: ['**\\*\\<b\\>**'] } }] });
  });

  test('an unknown message or channel is refused with a code', async () => {
    const { chat } = await start();
    await expect(chat.update('sql-ops', 'm99', cardView('plan', 'plan'), posting)).rejects.toMatchObject({
      code: 'MessageNotFound',
    });
    await expect(chat.post('elsewhere', cardView('plan', 'plan'), posting)).rejects.toMatchObject({
      code: 'ChannelNotFound',
    });
  });

  test('a card that cannot be drawn affects only itself, and is logged', async () => {
    const { chat, page, logged } = await start();
    await chat.post('sql-ops', cardView('plan', 'no-such-fixture'), posting);
    await chat.post('sql-ops', notice('still here'), posting);
    const state = (await page('web-mei').next('state')) as { messages: { body: { type: string } }[] };
    expect(state.messages.map(({ body }) => body.type)).toEqual(['text', 'notice']);
    expect(logged.join()).toContain('cannot be drawn');
  });

  test('the farm is pushed as it changes', async () => {
    const { feed, page } = await start();
    const mei = page('web-mei');
    expect(await mei.next('state')).toMatchObject({
      farms: [{ hosts: [{ what: 'port 8391 bound, service runs' }, {}, {}, {}] }],
    });
    feed.set(calmView);
    expect(await mei.next('console')).toMatchObject({ timeline: null });
  });

  test('each of several farms is pushed as it changes, without the others', async () => {
    const second = createFeed({ ...calmView, farm: 'test' });
    const feeds = [createFeed(calmView), second];
    const { page } = await start({ farms: [farm, { ...farm, name: 'test' }], feeds });
    const mei = page('web-mei');
    expect(await mei.next('state')).toMatchObject({ farms: [{ farm: 'prod' }, { farm: 'test' }] });
    second.set({ ...cutView, farm: 'test' });
    expect(await mei.next('console')).toMatchObject({ farm: 'test', timeline: { nowMs: 10_200 } });
    expect(mei.pending()).toEqual([]);
  });

  test('somebody who approves in any of several farms is offered as an approver, once', async () => {
    const approval = { ...farm.approval, approvers: ['mei', 'tom'] };
    const { page } = await start({ farms: [farm, { ...farm, name: 'test', approval }] });
    const state = (await page('web-mei').next('state')) as { actors: { person: string; part: string }[] };
    expect(state.actors.map(({ person, part }) => `${person} ${part}`)).toEqual([
      'mei approves',
      'ana approves',
      'tom approves',
      'wei approves',
      'null stranger',
    ]);
  });
});

test('a question stays between the bot and whoever asked; a request can be read by everybody', async () => {
  const { chat, page, send } = await start();
  await chat.start(async () => ({ type: 'notice', notice: notice('yours') }) as unknown as Reply);
  await send('/api/say', { as: 'web-mei', text: '/ssis status' });
  await send('/api/say', { as: 'web-mei', text: '/ssis plan rotate-master' });
  await send('/api/say', { as: 'web-mei', text: '/ssis rotate-master because Yearly renewal' });
  const seen = async (as: string) =>
    ((await page(as).next('state')) as { messages: { body: { text?: string } }[] }).messages.flatMap(
      ({ body }) => body.text ?? [],
    );
  expect(await seen('web-mei')).toEqual([
    '/ssis status',
    '/ssis plan rotate-master',
    '/ssis rotate-master because Yearly renewal',
  ]);
  expect(await seen('web-tom')).toEqual(['/ssis plan rotate-master', '/ssis rotate-master because Yearly renewal']);
});

describe('a restart of the bot', () => {
  test('keeps address, key, cookie and messages, including private ones', async () => {
    const first = await start();
    await first.chat.start(async () => ({ type: 'notice', notice: notice('yours') }) as unknown as Reply);
    const id = await first.chat.post(
      'sql-ops',
      cardView('plan', 'plan', { by: { id: 'mei', name: 'Mei Lin' } }),
      posting,
    );
    await first.send('/api/say', { as: 'web-mei', text: '/ssis' });
    await first.chat.update('sql-ops', id, cardView('running', 'running'), posting);
    await stopOnly(first.chat);

    const second = await start({ folder: first.folder });
    expect(second.chat.url).toBe(first.chat.url);
    expect(second.cookie).toBe(first.cookie);
    const mei = (await second.page('web-mei').next('state')) as { messages: object[] };
    expect(mei.messages).toMatchObject([
      { id, body: { kind: 'running', card: { reader: 'approver' } } },
      { body: { text: '/ssis' } },
      { only: true },
    ]);
    const tom = (await second.page('web-tom').next('state')) as { messages: object[] };
    expect(tom.messages).toHaveLength(1);
    expect(await second.chat.post('sql-ops', notice('next'), posting)).toBe('m4');
  });

  test('leaves out a torn last line and logs it', async () => {
    const first = await start();
    await first.chat.post('sql-ops', notice('whole'), posting);
    await stopOnly(first.chat);
    await appendFile(join(first.folder, 'messages.jsonl'), '{"id":"m2","at":1,"bo');
    const second = await start({ folder: first.folder });
    const state = (await second.page('web-mei').next('state')) as { messages: object[] };
    expect(state.messages).toHaveLength(1);
    expect(second.logged.join()).toContain('{"unreadable":1}');
  });

  test('does not fight for the former port when it is taken', async () => {
    const first = await start();
    await stopOnly(first.chat);
    const other = createServer().listen(first.port, '127.0.0.1');
    await once(other, 'listening');
    const second = await start({ folder: first.folder });
    other.close();
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

  test('there is nothing to break without a lab', async () => {
    const { get, page } = await start({ faults: null });
    expect((await get('/api/faults')).status).toBe(404);
    expect(await page('web-mei').next('state')).toMatchObject({ canBreak: false });
  });
});
