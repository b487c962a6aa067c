import { unseenCutShort } from '../../../src/domain/next/unseen-since.ts';
import { farmOf, Sim } from '../sim.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A farm whose bot found at `cutShortAt` that its journal is a copy; the gap limit is one minute. */
function unseen(atMs: number, lookedAtMs: number | null = null) {
  const sim = new Sim(farmOf(2, { gap: { ...farmOf().gap, limitMs: MINUTE } }));
  const cutShortAt = new Date(sim.now).toISOString();
  const hosts = Object.fromEntries(sim.farm.hosts.map(({ name }) => [name, { skew: { ms: 0 } }]));
  const latest = lookedAtMs === null ? {} : { sqlw01: { at: new Date(sim.now + lookedAtMs).toISOString() } };
  const state = { ...sim.state, cutShortAt, latest, hosts } as never;
  return unseenCutShort(sim.farm, state, sim.now + atMs);
}

test.each<[string, readonly [number, number?], readonly string[]]>([
  ['none while a cutover may still be ending', [3 * MINUTE - 1], []],
  ['all once it must have ended', [3 * MINUTE], ['sqlm01', 'sqlw01', 'sqlw02']],
  ['those that were looked at before that, too', [5 * MINUTE, 3 * MINUTE], ['sqlm01', 'sqlw01', 'sqlw02']],
  ['not those that were looked at since', [5 * MINUTE, 3 * MINUTE + 1], ['sqlm01', 'sqlw02']],
  ['none an hour later, when looks do not succeed', [3 * MINUTE + HOUR], []],
])('after a bot was restored: %s', (_, [at, lookedAt], wanted) => {
  expect(unseen(at, lookedAt)).toEqual(wanted);
});

test('a bot that was not restored has nobody looked at for that', () => {
  const sim = new Sim(farmOf(2));
  expect(unseenCutShort(sim.farm, sim.state, sim.now + HOUR / 2)).toEqual([]);
});
