import { createLane, type Lane, type Task } from '../../../../src/app/bot/outbox/lane.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import { createVirtualClock } from '../../runner/virtual-clock.ts';

const MINUTE = 60_000;
const log = { info() {}, warn() {} };
let lane: Lane;
afterEach(() => lane.stop());

/** A place with messages that never get done, each of which fails as told; and when each was tried, in seconds. */
function failing(errors: { readonly [key: string]: CertopsError | Error | null }, updates: readonly string[] = []) {
  const clock = createVirtualClock();
  const from = clock.now();
  const how = new Map(Object.entries(errors));
  const tried: string[] = [];
  const said: object[] = [];
  const say = (data: object, sentence: string): void => void said.push({ ...data, sentence });
  const task = (key: string): Task => ({
    key,
    paceMs: MINUTE,
    updates: updates.includes(key),
    run: async () => {
      tried.push(`${key} ${Math.round((clock.now() - from) / 1_000)}`);
      const error = how.get(key);
      if (error != null) throw error;
    },
  });
  const tasks = (): readonly Task[] => [...how.keys()].map(task);
  lane = createLane({ name: 'slack C-ops', tasks, clock, log: { info: say, warn: say }, failed: () => {} });
  return { clock, from, how, tried, said };
}

const AWAY = new CertopsError('ChatAway', {});
const NO_CHANNEL = new CertopsError('ChannelNotFound', {});
const REFUSED = new CertopsError('ChatRefused', {});

describe('Where nothing gets through,', () => {
  test.each([
    ['half a minute if the chat is away', AWAY, [0, 1, 3, 7, 15, 31, 61, 91], 30_000],
    [
      'five minutes if there is no such channel',
      NO_CHANNEL,
      [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811, 1111],
      300_000,
    ],
  ])(
    'everything waits, twice as long each time, up to %s, and two lines of the log say so',
    async (_, error, at, most) => {
      const { clock, from, tried, said } = failing({ card: error });
      await clock.sleep((at.at(-1) ?? 0) * 1_000 + 500);
      expect(tried).toEqual(at.map((seconds) => `card ${seconds}`));
      expect(said).toMatchObject([{ pauseMs: 1_000 }, { pauseMs: most }]);
      expect([lane.failingSince(), lane.isProved()]).toEqual([from, false]);
    },
  );

  test('a change elsewhere does not shorten the wait', async () => {
    const { clock, tried } = failing({ card: AWAY });
    for (let second = 0; second < 20; second += 1) {
      await clock.sleep(1_000);
      lane.poke();
    }
    expect(tried).toEqual([0, 1, 3, 7, 15].map((seconds) => `card ${seconds}`));
  });

  test('the first that does ends that, and the next failure is the first again', async () => {
    const { clock, how, tried, said } = failing({ card: AWAY });
    await clock.sleep(8_000);
    how.set('card', null);
    await clock.sleep(2 * MINUTE);
    expect(tried.slice(3, 6)).toEqual(['card 7', 'card 15', 'card 75']);
    expect(said.slice(1)).toMatchObject([{ failures: 4, sentence: 'a chat answers again' }]);
    expect([lane.failingSince(), lane.isProved()]).toEqual([null, true]);
    how.set('card', AWAY);
    await clock.sleep(MINUTE);
    expect(tried.slice(6, 8)).toEqual(['card 135', 'card 136']);
    expect(lane.isProved()).toBe(false);
  });
});

describe('A card that is changed', () => {
  test('proves that new ones get through only where nothing did before', async () => {
    const { clock, how } = failing({ card: null }, ['card']);
    await clock.sleep(1_000);
    expect(lane.isProved()).toBe(false);
    how.set('card', AWAY);
    await clock.sleep(MINUTE);
    expect(lane.failingSince()).not.toBeNull();
    how.set('card', null);
    await clock.sleep(MINUTE);
    expect([lane.failingSince(), lane.isProved()]).toEqual([null, true]);
  });

  test('proves nothing where new ones are refused, even once the chat was away', async () => {
    const { clock, from, how } = failing({ word: REFUSED, card: null }, ['card']);
    await clock.sleep(1_500);
    how.set('card', AWAY);
    await clock.sleep(MINUTE);
    how.set('card', null);
    await clock.sleep(MINUTE);
    expect([lane.failingSince(), lane.isProved()]).toEqual([from, false]);
  });
});

describe('A message that is refused', () => {
  test('waits alone, up to five minutes, and while it is wanted nothing new is known to get through', async () => {
    const { clock, from, how, tried } = failing({ word: REFUSED, card: null }, ['card']);
    await clock.sleep(512_000);
    const words = tried.filter((one) => one.startsWith('word'));
    expect(words).toEqual([0, 1, 3, 7, 15, 31, 63, 127, 255, 511].map((seconds) => `word ${seconds}`));
    expect(tried.filter((one) => one.startsWith('card')).length).toBe(9);
    expect([lane.failingSince(), lane.isProved()]).toEqual([from, false]);
    how.delete('word');
    await clock.sleep(MINUTE);
    expect(lane.failingSince()).toBeNull();
  });

  test('and is taken at last proves that the next ones are, and that one waits as little as at first', async () => {
    const { clock, how, tried } = failing({ word: REFUSED });
    await clock.sleep(8_000);
    how.set('word', null);
    await clock.sleep(8_000);
    expect([lane.failingSince(), lane.isProved()]).toEqual([null, true]);
    how.set('word', REFUSED);
    await clock.sleep(MINUTE + 1_500);
    expect(tried.slice(4)).toEqual(['word 15', 'word 75', 'word 76']);
  });

  test.each([
    ['a change of a card that is refused', REFUSED, ['word'], 63],
    ['a failure that says nothing of the chat', new Error('no'), [], 61],
  ])('does not count as one that does not get through if it is %s', async (_, error, updates, last) => {
    const { clock, tried } = failing({ word: error }, updates);
    await clock.sleep(80_000);
    expect(tried).toEqual([0, 1, 3, 7, 15, 31, last].map((seconds) => `word ${seconds}`));
    expect(lane.failingSince()).toBeNull();
  });
});

describe('Where the chat asks again and again to be spared new messages,', () => {
  const SPARED = new CertopsError('ChatBusy', { retryAfterMs: 30_000, newOnly: true });

  test('cards are changed as before, and that does not hide that nothing new gets through', async () => {
    const { clock, from, tried, said } = failing({ word: SPARED, card: null }, ['card']);
    await clock.sleep(3 * MINUTE + 500);
    expect(tried.filter((one) => one.startsWith('word'))).toEqual(
      [0, 30, 60, 90, 120, 150, 180].map((at) => `word ${at}`),
    );
    expect(tried.filter((one) => one.startsWith('card'))).toEqual([0, 60, 120, 180].map((at) => `card ${at}`));
    expect([lane.failingSince(), lane.isProved()]).toEqual([from, false]);
    expect(said).toMatchObject([{ sentence: 'a chat keeps asking to be left alone' }]);
  });

  test('the first that it takes ends that', async () => {
    const { clock, how } = failing({ word: SPARED, card: null }, ['card']);
    await clock.sleep(3 * MINUTE);
    how.set('word', null);
    await clock.sleep(MINUTE);
    expect([lane.failingSince(), lane.isProved()]).toEqual([null, true]);
  });

  test('one that is not wanted any more says nothing about the next, and proves nothing', async () => {
    const { clock, how } = failing({ word: SPARED, card: null }, ['card']);
    await clock.sleep(3 * MINUTE);
    how.delete('word');
    await clock.sleep(MINUTE);
    expect([lane.failingSince(), lane.isProved()]).toEqual([null, false]);
  });

  test('a card whose copies are all gone waits with the new ones', async () => {
    const { clock, tried } = failing({ card: SPARED }, ['card']);
    await clock.sleep(MINUTE + 500);
    expect(tried).toEqual(['card 0', 'card 30', 'card 60']);
  });
});

test('what cannot be listed is listed again at the next change', async () => {
  const clock = createVirtualClock();
  const done: string[] = [];
  let lists = 0;
  const tasks = (): readonly Task[] => {
    lists += 1;
    if (lists === 1) throw new Error('no');
    return [{ key: 'card', paceMs: MINUTE, updates: false, run: async () => void done.push('card') }];
  };
  lane = createLane({ name: 'slack C-ops', tasks, clock, log, failed: () => {} });
  await clock.sleep(MINUTE);
  expect(done).toEqual([]);
  lane.poke();
  await clock.sleep(1_000);
  expect(done).toEqual(['card']);
});

test('whoever ends it waits for a call that does not end, but five seconds at most', async () => {
  const clock = createVirtualClock();
  const tasks = (): readonly Task[] => [{ key: 'card', paceMs: 0, updates: false, run: () => new Promise(() => {}) }];
  lane = createLane({ name: 'slack C-ops', tasks, clock, log, failed: () => {} });
  await clock.sleep(1_000);
  const from = clock.now();
  await lane.stop();
  expect(clock.now() - from).toBe(5_000);
});

test('one that is ended ends at once where nothing is under way, and tries nothing more', async () => {
  const { clock, how, tried } = failing({ card: null });
  await clock.sleep(1_000);
  const from = clock.now();
  await lane.stop();
  expect(clock.now() - from).toBe(0);
  how.set('word', null);
  lane.poke();
  await clock.sleep(2 * MINUTE);
  expect(tried).toEqual(['card 0']);
});
