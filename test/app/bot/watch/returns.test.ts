import type { Desk } from '../../../../src/app/bot/desk.ts';
import type { Decide } from '../../../../src/app/bot/record-together.ts';
import { createLookAsker } from '../../../../src/app/bot/watch/fresh-looks.ts';
import { createReturns } from '../../../../src/app/bot/watch/returns.ts';
import { type FarmState, initialFarmState } from '../../../../src/domain/rotation/farm-state.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import { farmOf } from '../../../domain/sim.ts';

const MINUTE = 60_000;
const BEGIN = Date.parse('2026-11-24T12:00:00.000Z');
const at = new Date(BEGIN - 3 * 60 * MINUTE).toISOString();

/** `sqlw01` was seen cut off, with another process at each look since; everybody is heard. */
const CUT_OFF = {
  ...initialFarmState,
  latest: { sqlw01: { host: 'sqlw01', at, master: null, worker: { service: { pid: 7 } } } },
  standings: { sqlw01: { presents: null, pins: null, apart: { since: at, pid: 6 } } },
} as unknown as FarmState;

type Notes = { readonly [host: string]: readonly object[] };
/** As a runner says that it cannot write its journal. */
const full = (reason: string) => [{ code: 'journal-full', data: { reason, ended: [] } }];

/** What is asked of which machine, and after how many minutes. */
function watched(
  state: FarmState = CUT_OFF,
  { silent = [] as readonly string[], notes = {} as Notes, since = BEGIN - 60 * MINUTE } = {},
) {
  let minutes = 0;
  let isFull = false;
  const asked: string[] = [];
  const clock = {
    now: () => BEGIN + minutes * MINUTE,
    steady: () => minutes * MINUTE,
    sleep: async (): Promise<void> => {},
  };
  const hello = (host: string) => ({ at: clock.now(), skew: { ms: 0 }, notes: notes[host] ?? [], version: '1', host });
  const farm = farmOf(2);
  const desk = {
    farm,
    state: () => state,
    get presence() {
      return Object.fromEntries(
        farm.hosts.flatMap(({ name }) => (silent.includes(name) ? [] : [[name, hello(name)] as const])),
      );
    },
    moment: () => ({ now: clock.now(), since, farm, presence: {}, freeze: null, head: null }),
    commit: async <T>(decide: Decide<T>): Promise<T> => {
      if (isFull) throw new Error('ENOSPC');
      const { entries, answer } = decide(state);
      for (const entry of entries) if (entry.type === 'ordered') asked.push(`${entry.host} ${minutes}`);
      return answer;
    },
  } as unknown as Desk;
  const signer = { publicKey: 'k', sign: () => ({ type: 'order', key: 'k', body: '', sig: 's' }) };
  return {
    desk,
    deps: { signer, clock } as unknown as Parameters<typeof createReturns>[1],
    asked,
    full: (is: boolean) => {
      isFull = is;
    },
    /** Calls it each minute. */
    async pass(count: number, tick: () => Promise<void>): Promise<void> {
      for (const end = minutes + count; minutes < end; minutes += 1) await tick().catch(() => {});
    },
  };
}

describe('A worker that was seen cut off, and is another process at each look,', () => {
  test('is looked at less and less often, with its master, down to once in six hours', async () => {
    const { desk, deps, asked, pass } = watched();
    await pass(24 * 60, createReturns(desk, deps));
    const worker = asked.filter((one) => one.startsWith('sqlw01')).map((one) => Number(one.split(' ')[1]));
    expect(worker).toEqual([0, 5, 14, 31, 64, 129, 258, 515, 876, 1237]);
    expect(asked.filter((one) => one.startsWith('sqlm01')).length).toBe(worker.length);
    expect(asked.filter((one) => one.startsWith('sqlw02'))).toEqual([]);
  });

  test('is looked at soon after the bot could write its journal again, however long it could not', async () => {
    const { desk, deps, asked, full, pass } = watched();
    const tick = createReturns(desk, deps);
    full(true);
    await pass(10 * 60, tick);
    full(false);
    await pass(5, tick);
    expect(asked).toContainEqual(expect.stringMatching(/^sqlw01 60[0-3]$/u));
  });
});

describe('Of machines whose runner cannot write its journal,', () => {
  const notes = { sqlw01: full('ENOSPC'), sqlw02: full('') };

  test('the one that gives no reason is looked at every ten minutes, and the other not even when cut off', async () => {
    const { desk, deps, asked, pass } = watched(CUT_OFF, { notes });
    await pass(30, createReturns(desk, deps));
    expect(asked).toEqual(['sqlw02 0', 'sqlw02 11', 'sqlw02 22']);
  });

  test('none is looked at while a rotation is open', async () => {
    const { desk, deps, asked, pass } = watched({ ...initialFarmState, open: 'prod-1' } as FarmState, { notes });
    await pass(30, createReturns(desk, deps));
    expect(asked).toEqual([]);
  });
});

describe('Whoever asks for fresh looks', () => {
  const sleepless = { queueUp: () => true, log: { info() {}, warn() {} } };

  test('while the bot cannot write its journal is told so, and the next one asks at once', async () => {
    const { desk, deps, asked, full } = watched(initialFarmState);
    const looks = createLookAsker({ ...deps, ...sleepless });
    full(true);
    expect(await looks.ask(desk, null)).toEqual({ asked: [], silent: [], held: { by: 'journal' } });
    full(false);
    expect(await looks.ask(desk, 'sqlw01' as HostName)).toMatchObject({ asked: ['sqlw01'], held: null });
    expect(asked).toEqual(['sqlw01 0']);
  });

  test('soon after another has asked is told that they are on their way, and nobody is asked twice', async () => {
    const { desk, deps, asked, pass } = watched(initialFarmState);
    const looks = createLookAsker({ ...deps, ...sleepless });
    await looks.ask(desk, 'sqlw01' as HostName);
    expect(await looks.ask(desk, null)).toMatchObject({ asked: ['sqlm01', 'sqlw01', 'sqlw02'], held: null });
    expect(asked).toEqual(['sqlw01 0', 'sqlm01 0', 'sqlw02 0']);
    await pass(1, async () => {});
    await looks.ask(desk, 'sqlw01' as HostName);
    expect(asked.at(-1)).toBe('sqlw01 1');
  });

  test('asks only machines whose last look is more than an hour old, and names those that are silent', async () => {
    const lookedAt = (minutes: number) => ({ at: new Date(BEGIN - minutes * MINUTE).toISOString() });
    const latest = { sqlm01: lookedAt(60), sqlw01: lookedAt(61), sqlw02: lookedAt(61) };
    const state = { ...initialFarmState, latest } as unknown as FarmState;
    const { desk, deps, asked } = watched(state, { silent: ['sqlw02'] });
    const looks = createLookAsker({ ...deps, ...sleepless });
    expect(await looks.ask(desk, null)).toEqual({ asked: ['sqlw01'], silent: ['sqlw02'], held: null });
    expect(asked).toEqual(['sqlw01 0']);
  });

  const order = (status: string) =>
    ({
      ...initialFarmState,
      ...{ open: 'prod-1', unclosed: ['prod-1'], order: ['prod-1'] },
      rotations: { 'prod-1': { id: 'prod-1', orders: [{ status }], gate: null } },
    }) as unknown as FarmState;
  const EVERYBODY = ['sqlm01', 'sqlw01', 'sqlw02'];
  test.each<[string, FarmState, object, boolean, object]>([
    [
      'of a bot that has just started and heard nobody',
      initialFarmState,
      { silent: EVERYBODY, since: BEGIN - 20_000 },
      true,
      { silent: [], held: { by: 'start' } },
    ],
    [
      'of machines that have said nothing for longer than that',
      initialFarmState,
      { silent: EVERYBODY, since: BEGIN - 20_001 },
      true,
      { silent: EVERYBODY, held: null },
    ],
    ['while letters cannot be sent', initialFarmState, {}, false, { silent: [], held: { by: 'queue' } }],
    [
      'while an order of a rotation is on its way',
      order('sent'),
      {},
      true,
      { silent: [], held: { by: 'rotation', id: 'prod-1' } },
    ],
    [
      'while an order of a rotation is being carried out',
      order('accepted'),
      {},
      true,
      { silent: [], held: { by: 'rotation', id: 'prod-1' } },
    ],
  ])('%s is told so, and nobody is asked', async (_when, state, options, isUp, said) => {
    const { desk, deps, asked } = watched(state, options);
    const looks = createLookAsker({ ...deps, ...sleepless, queueUp: () => isUp });
    expect(await looks.ask(desk, null)).toEqual({ asked: [], ...said });
    expect(asked).toEqual([]);
  });
});
