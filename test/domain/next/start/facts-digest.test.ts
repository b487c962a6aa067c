import type { Cause } from '../../../../src/domain/next/moment.ts';
import { factsDigest, questionDigest } from '../../../../src/domain/next/start/facts-digest.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import { approve, farmOf, Sim } from '../../sim.ts';

const rotation = approve(new Sim(farmOf())).rotation();
const SINCE = '2026-11-24T14:00:00.000Z';
const silent = (over: Partial<Cause> = {}): Cause => ({
  ...{ host: 'sqlw01' as HostName, stage: 'workers', step: null, code: 'RunnerSilent', data: { since: SINCE } },
  ...over,
});
const facts = (...attention: readonly Cause[]) => factsDigest(rotation, { direction: 'forth', attention });

describe('Votes about a machine that does not answer', () => {
  test.each(['RunnerSilent', 'EntryNotUnderstood'])(
    'stay valid when it is only known to be silent since another time: %s',
    (code) => {
      expect(facts(silent({ code, data: { since: '2026-11-24T15:00:00.000Z' } }))).toBe(facts(silent({ code })));
    },
  );

  test.each<readonly [string, Partial<Cause>]>([
    ['machine', { host: 'sqlw02' as HostName }],
    ['stage', { stage: 'trust' }],
    ['reason', { code: 'EntryNotUnderstood' }],
  ])('do not count for another %s', (_, over) => {
    expect(facts(silent(over))).not.toBe(facts(silent()));
  });

  test('do not count once another machine is asked about too, or what a third one reports has changed', () => {
    const failed = (found: string): Cause =>
      silent({ host: 'sqlw03' as HostName, code: 'StateUnknown', data: { found } });
    const all = [facts(silent()), facts(silent(), failed('stopped')), facts(silent(), failed('running'))];
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('Votes about a worker whose log shows no connection', () => {
  const apart = (found: string, fact = 'connection') =>
    facts(silent({ code: 'NotProved', data: { against: [{ fact, found, wanted: 'connected' }] } }));
  const LINE = '2026-12-02T09:11:55.575Z Error: [4256] The remote server returned an error: (403) Forbidden.';

  test('stay valid when it has only tried again since', () => {
    expect(apart(LINE.replace('09:11:55.575', '10:02:01.004').replace('4256', '77'))).toBe(apart(LINE));
  });

  test('do not count when it says something else, or another fact has other numbers', () => {
    expect(apart(LINE.replace('Forbidden', 'Not found'))).not.toBe(apart(LINE));
    expect(apart('8391', 'PortNumber')).not.toBe(apart('8392', 'PortNumber'));
  });
});

test('Votes on one choice about some machines count for no other choice, machines or moment', () => {
  const [one, two] = [['sqlw01'], ['sqlw01', 'sqlw02']] as [HostName[], HostName[]];
  const digests = [
    questionDigest(facts(silent()), 'leave-behind', 0, null),
    questionDigest(facts(silent()), 'leave-behind', 0, one),
    questionDigest(facts(silent()), 'leave-behind', 0, two),
    questionDigest(facts(silent()), 'leave-behind', 1, one),
    questionDigest(facts(silent()), 'go-on', 0, one),
    questionDigest(facts(silent({ code: 'StateUnknown' })), 'leave-behind', 0, one),
  ];
  expect(new Set(digests).size).toBe(digests.length);
});
