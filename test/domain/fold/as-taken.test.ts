import { asTaken } from '../../../src/domain/fold/as-taken.ts';
import { ENTRY_LIMITS } from '../../../src/domain/fold/entry-limits.ts';
import type { RunnerEntry } from '../../../src/domain/journal/entries.ts';
import { parseRunnerEntry } from '../../../src/domain/journal/runner-entries.ts';
import type { Facts, Json } from '../../../src/domain/values.ts';

const ROTATION = { n: 7, rotation: 'prod-3' as never };
const long = (length: number): Facts => ({ text: 'x'.repeat(length) });
const failed = (code: string, data: Facts): RunnerEntry => ({ type: 'failed', ...ROTATION, step: 'a', code, data });
const proved = (facts: Facts): RunnerEntry => ({ type: 'proved', ...ROTATION, step: 'a', facts });
const ended = (facts: { readonly [step: string]: Facts }, look: unknown = null): RunnerEntry => ({
  ...{ type: 'finished', ...ROTATION, outcome: 'applied' },
  facts,
  look: look as never,
});
let deep: Json = 'x';
for (let at = 0; at < 60; at += 1) deep = { deep };

const isTaken = (entry: RunnerEntry): boolean =>
  !('refused' in parseRunnerEntry(JSON.parse(JSON.stringify(entry)))) &&
  JSON.stringify(entry).length < ENTRY_LIMITS[entry.type];

test.each([failed('ToolFailed', { tool: 'sc' }), proved({ pid: 4 }), ended({ a: { pid: 4 } })])(
  'an entry that the bot accepts is left as it is: $type',
  (entry) => expect(asTaken(entry)).toEqual([entry]),
);

test.each<[what: string, entry: RunnerEntry]>([
  ['whose data is too long', failed('ToolFailed', long(300_000))],
  ['whose data is too deep', failed('ToolFailed', { deep })],
  ['with a mark that is not its own', Object.assign(failed('ToolFailed', {}), { refused: true })],
  ['whose code is too long', failed('X'.repeat(100), {})],
])('a failure %s is reported by its code', (_what, entry) => {
  const told = asTaken(entry);
  const code = entry.type === 'failed' ? entry.code.slice(0, 80) : '';
  expect(told).toMatchObject([{ type: 'failed', n: 7, step: 'a', code: 'NotTold', data: { code } }]);
  expect([told].flat().filter((one) => !('refused' in one) && !isTaken(one as RunnerEntry))).toEqual([]);
});

test.each<[what: string, entry: RunnerEntry, data: object]>([
  ['facts are too long', ended({ a: long(5_000_000) }), { limit: expect.any(Number) }],
  ['look holds what no look may', ended({}, { host: 'sqlw01' }), { path: 'look.at' }],
])('an end whose %s becomes unknown, and says why', (_what, entry, data) => {
  const told = asTaken(entry);
  expect(told).toMatchObject([
    { type: 'failed', n: 7, step: null, code: 'NotTold', data },
    { type: 'finished', n: 7, outcome: 'unknown', look: null, facts: {} },
  ]);
  expect([told].flat().every((one) => isTaken(one as RunnerEntry))).toBe(true);
});

test('a proof that is too long is refused, as nothing else may be said of its step', () => {
  expect(asTaken(proved(long(2_000_000)))).toMatchObject({ refused: true, code: 'NotTold' });
});
