import { roomOf, saidToday, TAKEN_A_DAY, TAKEN_AN_HOUR, withTaken } from '../../../src/domain/fold/entry-limits.ts';
import type { RunnerEntry } from '../../../src/domain/journal/entries.ts';
import { NEW_HOST } from '../../../src/domain/journal/host-head.ts';
import type { Envelope } from '../../../src/domain/letters/protocol.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { farmOf, ID, Sim } from '../sim.ts';

const MASTER = 'sqlm01' as HostName;
const WORKERS = 200;
const KI = 1024;

/** As long as a wait order for this many workers. */
const orderOf = (n: number): Envelope => ({
  ...{ type: 'order', key: 'k', sig: 's' },
  body: JSON.stringify({ n, slice: JSON.stringify({ text: 'x'.repeat(235 * KI) }) }),
});

const accepted = (n: number, order = orderOf(n)): RunnerEntry => ({
  ...{ type: 'accepted', n, rotation: ID, kind: 'apply', stage: 'drain', digest: null, order },
});

/** A master that was given an order for each worker. */
function wave(): Sim {
  const sim = new Sim(farmOf());
  sim.request();
  const at = new Date(sim.now).toISOString();
  for (let n = 1; n <= WORKERS; n += 1)
    sim.put({
      ...{ type: 'ordered', id: ID, host: MASTER, n, kind: 'apply', stage: 'drain' },
      ...{ startBy: at, timeLimitMs: 60_000, order: orderOf(n) },
    });
  return sim;
}

/** How much of an hour's room was used. */
const used = (sim: Sim): number =>
  TAKEN_AN_HOUR - roomOf(sim.state.hosts[MASTER] ?? NEW_HOST, new Date(sim.now).toISOString());

describe('What counts of what a machine says in an hour', () => {
  test('does not include our own orders, however many the master of a large farm is given', () => {
    const sim = wave();
    for (let n = 1; n <= WORKERS; n += 1) sim.speak(MASTER, accepted(n));
    expect(used(sim)).toBeLessThan(2 * KI * WORKERS);
  });

  test.each<[string, readonly RunnerEntry[]]>([
    ['one that was accepted already', [accepted(1), accepted(1)]],
    ['one that is not what was given', [accepted(1, orderOf(2))]],
  ])('includes an accepted order: %s', (_what, entries) => {
    const apart = wave();
    for (const entry of entries) apart.speak(MASTER, entry);
    expect(used(apart)).toBeGreaterThan(235 * KI);
    expect(used(apart)).toBeLessThan(2 * 235 * KI);
    const together = wave();
    together.put({
      ...{ type: 'heard', host: MASTER, boot: 'b', skewMs: 0 },
      entries: entries.map((entry, at) => ({
        ...{ type: 'entry', key: 'k', sig: 's' },
        body: JSON.stringify({
          stream: MASTER,
          seq: at + 1,
          prev: '',
          at: new Date(together.now).toISOString(),
          entry,
        }),
      })),
    });
    expect(used(together)).toBeGreaterThan(235 * KI);
    expect(used(together)).toBeLessThan(2 * 235 * KI);
  });
});

describe('An order that a bot lost with its journal', () => {
  const heard = (sim: Sim, seqs: readonly number[], foreign?: readonly number[]): void =>
    sim.put({
      ...{ type: 'heard', host: MASTER, boot: 'b', skewMs: 0, ...(foreign === undefined ? {} : { foreign }) },
      entries: seqs.map((seq) => ({
        ...{ type: 'entry', key: 'k', sig: 's' },
        body: JSON.stringify({
          ...{ stream: MASTER, seq, prev: '', at: new Date(sim.now).toISOString() },
          entry: accepted(WORKERS + 1),
        }),
      })),
    });

  test('does not count when it comes back, if this bot has signed it', () => {
    const sim = wave();
    heard(sim, [1]);
    expect(used(sim)).toBeLessThan(2 * KI);
  });

  test.each<[string, readonly (readonly number[])[], readonly number[] | undefined]>([
    ['again', [[1], [2]], undefined],
    ['again, in one report', [[1, 2]], undefined],
    ['for the first time, but was not signed here', [[1]], [1]],
  ])('counts when it comes back %s', (_what, reports, foreign) => {
    const sim = wave();
    for (const seqs of reports) heard(sim, seqs, foreign);
    expect(used(sim)).toBeGreaterThan(235 * KI);
    expect(used(sim)).toBeLessThan(2 * 235 * KI);
  });
});

describe('What a machine may say in a day', () => {
  const at = (hour: number, day = 3): string => new Date(Date.UTC(2026, 2, day, hour, 30)).toISOString();
  const said = (hours: number, each: number) =>
    Array.from({ length: hours }, (_, hour) => hour).reduce((head, hour) => withTaken(head, each, at(hour)), NEW_HOST);

  test('is limited to what four hours have room for, however it is spread, and the next day has room again', () => {
    const head = said(16, TAKEN_A_DAY / 16 - 1000);
    expect(saidToday(head, at(15))).toBe(TAKEN_A_DAY - 16_000);
    expect(roomOf(head, at(16))).toBe(16_000);
    expect(roomOf(head, at(0, 4))).toBe(TAKEN_AN_HOUR);
    expect(saidToday(head, at(0, 4))).toBe(0);
  });

  test('is limited in each hour as before, however little was said that day', () => {
    const head = withTaken(said(3, 1000), TAKEN_AN_HOUR - 500, at(3));
    expect(roomOf(head, at(3))).toBe(500);
    expect(roomOf(head, at(4))).toBe(TAKEN_AN_HOUR);
  });
});
