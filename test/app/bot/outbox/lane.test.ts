import { createLane, type Lane, type Task } from '../../../../src/app/bot/outbox/lane.ts';
import { createTurns } from '../../../../src/domain/calls/rates.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import { createVirtualClock } from '../../runner/virtual-clock.ts';

const MINUTE = 60_000;
const log = { info() {}, warn() {} };
let lane: Lane;
afterEach(() => lane.stop());

/** Cards that change all the time, in a chat that takes one change in two seconds, whichever card's. */
function crowded(cards: readonly string[]) {
  const clock = createVirtualClock();
  const turns = createTurns([{ seconds: 2, calls: 1 }]);
  const done: { readonly key: string; readonly at: number }[] = [];
  const others: Task[] = [];
  const from = clock.now();
  const update = (key: string): Task => ({
    key,
    paceMs: 1_000,
    updates: true,
    run: async () => {
      const retryAfterMs = turns.wait('', clock.now());
      if (retryAfterMs > 0) throw new CertopsError('ChatBusy', { retryAfterMs, updatesOnly: true });
      turns.take('', clock.now());
      done.push({ key, at: clock.now() - from });
    },
  });
  const all = cards.map(update);
  lane = createLane({ name: 'slack C-ops', tasks: () => [...all, ...others], clock, log, failed: () => {} });
  return {
    clock,
    done,
    times: (key: string) => done.filter((one) => one.key === key).length,
    /** Something new that is said once: a note, or another card. */
    say: (key: string, run: () => Promise<void> = async () => {}) => {
      const task: Task = {
        key,
        paceMs: 0,
        updates: false,
        run: async () => {
          await run();
          others.splice(others.indexOf(task), 1);
          done.push({ key, at: clock.now() - from });
        },
      };
      others.push(task);
      lane.poke();
    },
  };
}

describe('Cards that change more often than their chat allows', () => {
  test('take turns, and none is left out', async () => {
    const { clock, times, done } = crowded(['prod-1', 'prod-2', 'prod-3', 'prod-4']);
    await clock.sleep(2 * MINUTE);
    expect(done.length).toBeGreaterThan(55);
    for (const card of ['prod-1', 'prod-2', 'prod-3', 'prod-4']) expect(times(card)).toBeGreaterThan(12);
  });

  test('do not hold up a new message', async () => {
    const { clock, say, done } = crowded(['prod-1', 'prod-2']);
    await clock.sleep(MINUTE + 100);
    say('note');
    await clock.sleep(1);
    expect(done.at(-1)).toMatchObject({ key: 'note' });
  });

  test('do not hold up anything else if a note has to change one of them first', async () => {
    const { clock, say, done } = crowded(['prod-1']);
    let refusals = 3;
    say('note', async () => {
      refusals -= 1;
      if (refusals >= 0) throw new CertopsError('ChatBusy', { retryAfterMs: 2_000, updatesOnly: true });
    });
    say('card');
    await clock.sleep(1);
    expect(done.map(({ key }) => key)).toContain('card');
    expect(refusals).toBe(2);
    await clock.sleep(10_000);
    expect(done.map(({ key }) => key)).toContain('note');
  });
});

test('after an outage the most urgent goes first, however long ago each was last sent', async () => {
  const clock = createVirtualClock();
  const done: string[] = [];
  let away = false;
  const task = (key: string): Task => ({
    key,
    paceMs: 1_000,
    updates: true,
    run: async () => {
      if (away) throw new CertopsError('ChatAway', {});
      done.push(key);
    },
  });
  const open = [task('closed')];
  lane = createLane({ name: 'slack C-ops', tasks: () => open, clock, log, failed: () => {} });
  await clock.sleep(500);
  open.unshift(task('open'));
  lane.poke();
  await clock.sleep(100);
  away = true;
  await clock.sleep(10 * MINUTE);
  const before = done.length;
  away = false;
  await clock.sleep(MINUTE);
  expect(done.slice(before, before + 2)).toEqual(['open', 'closed']);
});

test('a chat that is busy with everything is left alone entirely', async () => {
  const clock = createVirtualClock();
  const done: string[] = [];
  let busy = true;
  const tasks: Task[] = ['card', 'note'].map((key) => ({
    key,
    paceMs: MINUTE,
    updates: false,
    run: async () => {
      done.push(key);
      if (busy) throw new CertopsError('ChatBusy', { retryAfterMs: 30_000 });
    },
  }));
  lane = createLane({ name: 'teams 19:ops', tasks: () => tasks, clock, log, failed: () => {} });
  await clock.sleep(29_000);
  expect(done).toEqual(['card']);
  busy = false;
  await clock.sleep(2_000);
  expect(done.slice(1).sort()).toEqual(['card', 'note']);
});

test('being busy counts as failing only if it lasts: two minutes, counted from the last success', async () => {
  const clock = createVirtualClock();
  const warned: string[] = [];
  let busyMs = 0;
  const task: Task = {
    key: 'card',
    paceMs: 1_000,
    updates: false,
    run: async () => {
      if (busyMs > 0) throw new CertopsError('ChatBusy', { retryAfterMs: busyMs });
    },
  };
  const warn = (_data: object, sentence: string): void => void warned.push(sentence);
  const told = { ...log, warn };
  lane = createLane({ name: 'teams 19:ops', tasks: () => [task], clock, log: told, failed: () => {} });
  for (let times = 0; times < 5; times += 1) {
    busyMs = 50_000;
    await clock.sleep(60_000);
    expect(lane.failingSince()).toBeNull();
    busyMs = 0;
    await clock.sleep(60_000);
  }
  busyMs = 50_000;
  await clock.sleep(3 * MINUTE);
  expect(lane.failingSince()).not.toBeNull();
  expect(warned).toEqual(['a chat keeps asking to be left alone']);
  busyMs = 0;
  await clock.sleep(MINUTE);
  expect(lane.failingSince()).toBeNull();
});

test('being busy twice, hours apart and with nothing wanted between, is not being busy for hours', async () => {
  const clock = createVirtualClock();
  let wanted = true;
  const task: Task = {
    key: 'card',
    paceMs: 1_000,
    updates: false,
    run: async () => {
      throw new CertopsError('ChatBusy', { retryAfterMs: 5_000 });
    },
  };
  lane = createLane({ name: 'teams 19:ops', tasks: () => (wanted ? [task] : []), clock, log, failed: () => {} });
  await clock.sleep(1_000);
  wanted = false;
  await clock.sleep(200 * MINUTE);
  wanted = true;
  lane.poke();
  await clock.sleep(1_000);
  expect(lane.failingSince()).toBeNull();
});
