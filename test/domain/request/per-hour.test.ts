import { foldEntry } from '../../../src/domain/fold/bot-fold.ts';
import type { BotEntry } from '../../../src/domain/journal/entries.ts';
import { PER_HOUR, toldTooOften, tooOften } from '../../../src/domain/request/per-hour.ts';
import { type FarmState, initialFarmState } from '../../../src/domain/rotation/farm-state.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-11-24T14:00:00.000Z');

test('as many as the limit are welcome within any hour, and then again once the first of them is an hour old', () => {
  const times = Array.from({ length: PER_HOUR }, (_, n) => START + n * MINUTE);
  expect(tooOften(times.slice(1), START + HOUR - 1)).toBeNull();
  expect(tooOften(times, START + HOUR - 1)).toMatchObject({
    code: 'too-many-requests',
    data: { count: PER_HOUR, limit: PER_HOUR, at: '2026-11-24T15:00:00.000Z' },
  });
  expect(tooOften(times, START + HOUR)).toBeNull();
});

const by = { id: 'ana', name: 'Ana Ruiz' };
const WORDS: readonly BotEntry[] = [
  { type: 'frozen', until: '2026-11-25T14:00:00.000Z', by, reason: 'Audit' },
  { type: 'unfrozen', by, reason: '' },
  { type: 'snoozed', thumbprints: [], untilDay: '2026-11-26', by, reason: 'Audit' },
  { type: 'sample-asked', by },
];

test('a freeze, its end, a snooze and a sample count alike, each for whoever caused it, and for an hour', () => {
  const told = (state: FarmState, n: number): FarmState =>
    foldEntry(state, WORDS[n % WORDS.length] as BotEntry, new Date(START + n * MINUTE).toISOString());
  const all = Array.from({ length: PER_HOUR }, (_, n) => n);
  const state = all.reduce(told, initialFarmState);
  const now = START + 30 * MINUTE;
  expect(toldTooOften(all.slice(1).reduce(told, initialFarmState), 'ana', now)).toBeNull();
  expect(toldTooOften(state, 'ana', now)?.code).toBe('too-many-requests');
  expect(toldTooOften(state, 'tom', now)).toBeNull();
  expect(toldTooOften(state, 'ana', START + HOUR)).toBeNull();
  // What is over is forgotten with the next word.
  expect(told(state, 24 * 60).toAll).toHaveLength(1);
});
