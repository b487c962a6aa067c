import type { Moment } from '../../../../src/domain/next/moment.ts';
import { clockOff, isUntold } from '../../../../src/domain/next/start/clock-off.ts';
import type { HostPresence } from '../../../../src/domain/presence/presence.ts';
import { firstSkew } from '../../../../src/domain/presence/skew.ts';
import { farmOf } from '../../sim.ts';

const NOW = Date.parse('2026-11-24T14:00:00.000Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HOSTS = ['sqlm01', 'sqlw01', 'sqlw02'];

/** Machines heard ten seconds ago, their clocks off the bot's by so much; left out: not heard since the bot listens. */
function momentOf(...byMs: readonly (number | null)[]): Moment {
  const at = NOW - 10_000;
  const heard = byMs.flatMap((ms, i) =>
    ms === null ? [] : [[HOSTS[i], { at, clock: at + ms, skew: firstSkew(ms, at, null), notes: [] }]],
  );
  const presence: { [host: string]: HostPresence } = Object.fromEntries(heard);
  return { now: NOW, since: NOW - 20_000, farm: farmOf(2), presence };
}

describe('The clock of a bot is off', () => {
  test('if no machine is near it, and is then held against the nearest', () => {
    expect(clockOff(momentOf(-2 * HOUR - 1_000, -2 * HOUR, -2 * HOUR))).toEqual({
      theirs: NOW - 2 * HOUR,
      host: 'sqlw01',
      hostClock: '2026-11-24T12:00:00.000Z',
      botClock: '2026-11-24T14:00:00.000Z',
      alike: 3,
    });
    expect(clockOff(momentOf(HOUR, 2 * HOUR))).toMatchObject({ theirs: NOW + HOUR, host: 'sqlm01', alike: 0 });
    expect(clockOff(momentOf(null, -6 * MINUTE))).toMatchObject({ host: 'sqlw01', alike: 0 });
  });

  test.each([
    ['one machine agrees with it', [-HOUR, 4 * MINUTE, -HOUR]],
    ['machines would still take its orders', [-5 * MINUTE, -5 * MINUTE, -5 * MINUTE]],
    ['some machines are ahead of it and others behind', [-HOUR, HOUR, HOUR]],
    ['nobody was heard', []],
  ])('but not if %s', (_, byMs) => {
    expect(clockOff(momentOf(...byMs))).toBeNull();
  });

  test('but not by what was heard before it was set', () => {
    expect(clockOff({ ...momentOf(-HOUR, -HOUR, -HOUR), since: NOW - 5_000 })).toBeNull();
    expect(clockOff({ ...momentOf(-HOUR, -HOUR, -HOUR), since: NOW - 10_000 })).toMatchObject({ alike: 3 });
  });
});

test('Nobody has confirmed the clock of a bot until one machine was heard, or silence says something', () => {
  expect(isUntold(momentOf())).toBe(true);
  expect(isUntold(momentOf(null, 0))).toBe(false);
  expect(isUntold({ ...momentOf(), since: NOW - HOUR })).toBe(false);
});
