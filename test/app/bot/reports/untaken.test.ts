import { saysMuch, tooHigh, tooMuch, untaken } from '../../../../src/app/bot/reports/untaken.ts';
import { MUCH_A_DAY, TAKEN_AN_HOUR } from '../../../../src/domain/fold/entry-limits.ts';
import { NEW_HOST } from '../../../../src/domain/journal/host-head.ts';
import type { FarmState } from '../../../../src/domain/rotation/farm-state.ts';
import { type HostName, refuse } from '../../../../src/domain/values.ts';

const NOW = Date.parse('2026-11-24T12:30:00.000Z');
const DAY_MS = 86_400_000;
const HOST = 'sqlw01' as HostName;
const head = { ...NEW_HOST, n: 7, taken: { hour: '2026-11-24T12', characters: 1_000, today: 2_000 } };

/** A farm of which that was told already, so long ago. */
const farm = (code = 'Else', agoMs = 0, host = HOST): FarmState =>
  ({
    hosts: { [HOST]: head },
    untaken: [
      { host, code: 'Other', at: new Date(NOW).toISOString() },
      { host, code, at: new Date(NOW - agoMs).toISOString() },
    ],
  }) as unknown as FarmState;
const told = [{ type: 'untaken', host: HOST, code: 'Code' }];

test.each([
  ['is told', farm(), told],
  ['is not told again within a day', farm('Code', DAY_MS - 1), []],
  ['is told again a day later', farm('Code', DAY_MS), told],
  ['is told even if the same was told of another machine', farm('Code', 0, 'sqlw02' as HostName), told],
])('What is not taken from a machine %s', (_, state, wanted) => {
  expect(untaken(state, HOST, 'Code', NOW)).toEqual(wanted);
});

test.each([
  ['an entry that is too long', refuse('RunnerEntryTooLong'), 0, 'RunnerEntryTooLong'],
  ['more than the hour has room for', [], TAKEN_AN_HOUR - 999, 'RunnerSaysTooMuch'],
  ['as much as the hour has room for', [], TAKEN_AN_HOUR - 1_000, undefined],
  ['what is refused for another reason, which costs nothing', refuse('RunnerJournalGap'), 0, undefined],
])('Whether nothing at all is taken depends on what it is: %s', (_, fresh, weight, code) => {
  expect(tooMuch(fresh, head, weight, NOW)?.code).toBe(code);
});

test('A report without news is never too much, even on a machine whose room is used up', () => {
  const full = { ...head, taken: { ...head.taken, characters: TAKEN_AN_HOUR + 1, today: MUCH_A_DAY + 1 } };
  expect(tooMuch([], full, 0, NOW)).toBeNull();
  const state = { ...farm(), hosts: { [HOST]: full } } as unknown as FarmState;
  expect(saysMuch(state, HOST, 0, NOW)).toEqual([]);
});

test('That a machine says much is told once its day would hold more than usual', () => {
  const much = [{ type: 'untaken', host: HOST, code: 'RunnerSaysMuch' }];
  expect(saysMuch(farm(), HOST, MUCH_A_DAY - 2_000, NOW)).toEqual([]);
  expect(saysMuch(farm(), HOST, MUCH_A_DAY - 1_999, NOW)).toEqual(much);
  expect(saysMuch(farm(), HOST, MUCH_A_DAY - 1_999, NOW + DAY_MS)).toEqual([]);
  expect(saysMuch(farm(), 'new' as HostName, MUCH_A_DAY, NOW)).toEqual([]);
  expect(saysMuch(farm('RunnerSaysMuch'), HOST, MUCH_A_DAY, NOW)).toEqual([]);
});

test('That a machine names a number that no order of ours can have is told, and no other number', () => {
  const report = (lastN: number) => ({ host: HOST, lastN }) as never;
  expect(tooHigh(farm(), report(Number.MAX_SAFE_INTEGER), NOW)).toMatchObject([{ code: 'RunnerNumberTooHigh' }]);
  expect(tooHigh(farm(), report(100_007), NOW)).toEqual([]);
  expect(tooHigh(farm(), report(100_008), NOW)).toHaveLength(1);
});
