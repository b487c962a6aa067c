import fc from 'fast-check';
import { foldBot, replayedBot } from '../../../src/domain/fold/bot-fold.ts';
import type { BotEntry } from '../../../src/domain/journal/entries.ts';
import { type FarmState, initialFarmState } from '../../../src/domain/rotation/farm-state.ts';
import type { HostName, RotationId } from '../../../src/domain/values.ts';
import { farmOf, planOf } from '../sim.ts';

const farm = farmOf(2);
const { lines, digest, slices } = planOf(farm);
const by = { id: 'mei', name: 'Mei Lin' };
const steps = Object.fromEntries(
  slices.map(({ host, stages }) => [
    host,
    Object.entries(stages).flatMap(([stage, work]) => work.steps.map(({ id }) => ({ stage, id }))),
  ]),
);

const anyId = fc.constantFrom<RotationId>('prod-1', 'prod-2', 'prod-3');
const anyHost = fc.constantFrom(...farm.hosts.map(({ name }) => name));
const anyN = fc.integer({ min: 1, max: 4 });
const letter = { type: 'order', key: 'k', body: '{"refs":{}}', sig: 's' } as const;

/** What a runner may say of an order, whether or not it was ever given. */
const anySaid = (host: HostName) =>
  fc
    .tuple(anyN, fc.oneof(anyId, fc.constant('scan')), fc.constantFrom(...(steps[host] ?? [])))
    .chain(([n, rotation, { stage, id: step }]) =>
      fc.constantFrom<object>(
        { type: 'accepted', n, rotation, kind: 'apply', stage, digest, order: letter },
        { type: 'started', n, rotation, digest, step, before: {}, made: null, goal: {}, direction: 'forth' },
        { type: 'done', n, rotation, digest, step, facts: {}, made: null, changed: true },
        { type: 'failed', n, rotation, step, code: 'FileBusy', data: {} },
        { type: 'finished', n, rotation, outcome: 'applied', look: null, facts: {} },
        { type: 'refused', n: null, rotation: null, code: 'OrderNotUnderstood', data: {} },
      ),
    );

const anyHeard = anyHost.chain((host) =>
  fc.tuple(fc.integer({ min: 1, max: 60 }), fc.array(anySaid(host), { minLength: 1, maxLength: 4 })).map(
    ([from, said]): BotEntry => ({
      ...{ type: 'heard', host, boot: 'b', skewMs: 0 },
      entries: said.map((entry, at) => {
        const body = JSON.stringify({ stream: host, seq: from + at, prev: '', at: '2026-11-24T14:00:00.000Z', entry });
        return { type: 'entry', key: 'k', body, sig: 's' };
      }),
    }),
  ),
);

const anyEntry = fc.oneof(
  { weight: 6, arbitrary: anyHeard },
  {
    weight: 9,
    arbitrary: fc.tuple(anyId, anyHost, anyN, fc.boolean()).chain(([id, host, n, isDry]) =>
      fc.constantFrom<BotEntry>(
        {
          ...{ type: 'requested', id, kind: 'rotate-master', dry: isDry, by, reason: 'Yearly' },
          origin: { platform: 'web', channel: 'sql-ops' },
        },
        { type: 'planned', id, lines, digest, replaces: null },
        {
          ...{ type: 'ordered', id, host, n, kind: 'apply', stage: 'workers', order: letter, timeLimitMs: 1 },
          startBy: '2026-11-24T14:01:00.000Z',
        },
        { type: 'silent', id, host, since: '2026-11-24T14:00:30.000Z' },
        { type: 'lapsed', id, host, n },
        { type: 'forgotten', host, boot: 'c', seq: n },
        { type: 'cut-short', host, seq: n, epoch: 1, n, rotation: id },
        { type: 'frozen', until: '2026-11-25T14:00:00.000Z', by, reason: 'Audit' },
        { type: 'posted', id, platform: 'web', channel: 'sql-ops', message: String(n) },
        { type: 'closed', id, outcome: 'proved', data: { left: [host] } },
      ),
    ),
  },
);

/** Two requests with orders, for the rest to be about. */
const BEGIN = (['prod-1', 'prod-2'] as const).flatMap((id): readonly BotEntry[] => [
  {
    ...{ type: 'requested', id, kind: 'rotate-master', dry: id === 'prod-2', by, reason: 'Yearly' },
    origin: { platform: 'web', channel: 'sql-ops' },
  },
  { type: 'planned', id, lines, digest, replaces: null },
  ...farm.hosts.map(
    ({ name: host }): BotEntry => ({
      ...{ type: 'ordered', id, host, n: id === 'prod-1' ? 1 : 2, kind: 'apply', stage: 'workers', order: letter },
      ...{ timeLimitMs: 1, startBy: '2026-11-24T14:01:00.000Z' },
    }),
  ),
]);

const linesOf = (entries: readonly BotEntry[]) =>
  entries.map((entry, at) => ({ line: { at: new Date(Date.UTC(2026, 10, 24, 14, at)).toISOString(), entry } }));

test('a journal that is replayed comes to what its entries came to one by one, each leaving the state before as it was', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 40 }), (entries) => {
      const recorded = linesOf([...BEGIN, ...entries]);
      let state: FarmState = initialFarmState;
      for (const one of recorded) {
        Object.freeze(state.rotations);
        state = foldBot(state, one);
      }
      const { initial, fold, replayed } = replayedBot();
      expect(replayed(recorded.reduce<FarmState>(fold, initial))).toEqual(state);
      const open = new Set(state.order.filter((id) => state.rotations[id]?.closed === null));
      expect(new Set(state.unclosed)).toEqual(open);
    }),
  );
});

test('what follows a replay leaves the state before it as it was, because a disk may refuse it', () => {
  const { initial, fold, replayed } = replayedBot();
  const [asked] = fc.sample(
    anyEntry.filter(({ type }) => type === 'requested'),
    1,
  );
  const [one] = linesOf(asked === undefined ? [] : [asked]);
  if (one === undefined) throw new Error('nothing was requested');
  const before = replayed(initial);
  const after = fold(before, one);
  expect(Object.keys(before.rotations)).toEqual([]);
  expect(Object.keys(after.rotations)).toHaveLength(1);
  expect(Object.keys(replayedBot().initial.rotations)).toEqual([]);
});
