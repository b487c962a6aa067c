import { Redis } from 'ioredis';
import { harmless, isLetter, OF_A_RUN } from '../../jobs/harmless.ts';
import { createPostOffice, openMailbox } from '../../jobs/letters.ts';
import { BODY_LIMITS } from '../../src/domain/letters/envelope.ts';
import { collector, letterOf, whenUp } from '../contract/post-office.ts';
import { openTestRedis, PREFIX } from '../infra/redis/test-redis.ts';

const LONGEST = { ...letterOf(1), body: '"'.repeat(Math.max(...Object.values(BODY_LIMITS))) };

describe('What is a letter:', () => {
  test.each([
    ['as it is sent', JSON.stringify(letterOf(1))],
    ['whose texts hold quotation marks and backslashes', JSON.stringify({ body: '{"a":"\\\\\\"}{"}', sig: '\\' })],
    ['of the longest body that is signed, however much of it is written twice', JSON.stringify(LONGEST)],
    ['of nothing', '{}'],
  ])('a letter %s is one', (_what, text) => expect(isLetter(text)).toBe(true));

  test.each([
    ['an array of arrays', '[[],[],[]]'],
    ['an object with an array', '{"body":[[],[]]}'],
    ['an array behind it', '{"body":"a"}[[]]'],
    ['an array before its end', '{"body":"a",[]}'],
    ['a name without a text', '{"body"}'],
    ['a name behind which something else stands than its text', '{"body"["a"}'],
    ['brackets up to a quotation mark', '{"body":[["}'],
    ['a bracket between two texts', '{"body":"a"["sig":"b"}'],
    ['a bracket in place of its brace', '["body":"a"}'],
    ['a text without an end', '{"body":"a\\"}'],
    ['a hundred texts', JSON.stringify(Object.fromEntries(Array.from({ length: 100 }, (_, n) => [n, 'a'])))],
    ['a number', '{"body":1}'],
    ['nothing', ''],
    ['one of 40 MB', JSON.stringify({ body: 'x'.repeat(40_000_000) })],
  ])('%s is not one', (_what, text) => expect(isLetter(text)).toBe(false));
});

test('what is no letter, and everything long beside one, is taken out before it is parsed', () => {
  const long = `[${'[],'.repeat(3000)}[]]`;
  const job = ['name', long, 'data', long, 'defa', long, 'timestamp', '1'];
  expect(harmless([job, '1', 0, 0])).toEqual([
    ['name', undefined, 'data', undefined, 'defa', undefined, 'timestamp', '1'],
    '1',
    0,
    0,
  ]);
  const letter = ['data', JSON.stringify({ ...letterOf(1), body: 'x'.repeat(5000) })];
  expect(harmless([letter, '1'])).toEqual([letter, '1']);
  expect([harmless(0), harmless(null), harmless([false, 0])]).toEqual([0, null, [false, 0]]);
});

test('of a scheduled run, what the next one is planned by is kept, unless it is long', () => {
  const run = ['name', 'daily', 'opts', '{"repeat":{"every":1}}', 'rjk', 'daily', 'parent', '{}'];
  expect(harmless([run, '1'], OF_A_RUN)).toEqual([[...run.slice(0, 7), undefined], '1']);
  expect(harmless([['opts', `[${'[],'.repeat(3000)}[]]`]], OF_A_RUN)).toEqual([['opts', undefined]]);
});

// What BullMQ cannot read it leaves under way, rests, and finds again half a minute later: fifteen such jobs leave no
// time for a letter.
test('jobs that BullMQ cannot read, or would repeat, arrive once and empty like everything that is no letter', async () => {
  const redis = await openTestRedis('memory');
  const direct = new Redis(redis.url);
  const forged = [
    ...[{ opts: 'null' }, { opts: '{' }, { progress: '{' }, { parent: '{' }, { rjk: 'a' }, { rjk: 'a:b:c:d:e' }],
    { rjk: 'every', opts: '{"repeat":{"every":1}}' },
    { rjk: 'never', opts: '{"repeat":{"pattern":"x x"}}' },
  ];
  for (const [n, fields] of forged.entries()) {
    await direct.hset(`{certops}:reports:forged${n}`, { name: 'x', data: '[]', timestamp: '1', ...fields });
    await direct.rpush('{certops}:reports:wait', `forged${n}`);
  }
  const office = createPostOffice({ redis: redis.url, prefix: PREFIX });
  await whenUp(office);
  await office.toBot(letterOf(1));
  const box = collector();
  let isThere: () => void = () => {};
  const last = new Promise<void>((resolve) => {
    isThere = resolve;
  });
  const mailbox = await openMailbox({
    redis: redis.url,
    prefix: PREFIX,
    queue: 'reports',
    handler: async (letter) => {
      await box.handler(letter);
      if ('body' in (letter as object)) isThere();
    },
  });
  await last;
  expect(box.letters).toEqual([...forged.map(() => ({})), letterOf(1)]);
  expect(await direct.exists('{certops}:reports:repeat', '{certops}:reports:delayed')).toBe(0);
  direct.disconnect();
  for (const one of [mailbox, office, redis]) await one.close();
});

test('jobs that somebody wrote into Redis are handed on empty, and the letters behind them arrive', async () => {
  const redis = await openTestRedis('memory');
  const office = createPostOffice({ redis: redis.url, prefix: PREFIX });
  await whenUp(office);
  const direct = new Redis(redis.url);
  const bomb = `[${'[],'.repeat(100_000)}[]]`;
  for (const n of [1, 2, 3, 4]) await office.toHost('sqlm01', letterOf(n));
  await direct.hset('{certops}:orders.sqlm01:1', 'data', bomb);
  await direct.hset('{certops}:orders.sqlm01:2', 'opts', bomb, 'progress', bomb, 'parent', bomb);
  const box = collector();
  const mailbox = await openMailbox({ redis: redis.url, prefix: PREFIX, queue: 'orders.sqlm01', handler: box.handler });
  await box.until(4);
  expect(box.letters).toEqual([{}, letterOf(2), letterOf(3), letterOf(4)]);
  direct.disconnect();
  for (const one of [mailbox, office, redis]) await one.close();
});
