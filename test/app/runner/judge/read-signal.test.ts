import { createMemorySigner } from '../../../../adapters/memory/signer.ts';
import type { RunnerDeps } from '../../../../src/app/runner/deps.ts';
import { readSignal } from '../../../../src/app/runner/judge/read-signal.ts';
import { type AcceptedOrder, initialRunnerState, type RunnerState } from '../../../../src/domain/fold/runner-fold.ts';
import type { Signal } from '../../../../src/domain/letters/protocol.ts';
import type { HostName } from '../../../../src/domain/values.ts';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const MINUTE = 60_000;
const DIGEST = 'a'.repeat(64);

const bot = createMemorySigner();
const stranger = createMemorySigner();
const config = { farm: 'prod', host: 'sqlw01', botKeys: [bot.publicKey] } as unknown as RunnerDeps['config'];

const open: AcceptedOrder = {
  n: 7,
  rotation: 'prod-17',
  kind: 'apply',
  stage: 'workers',
  digest: DIGEST,
  seq: 3,
  at: '2026-11-24T11:59:00.000Z',
  bodyHash: 'b'.repeat(64),
  envelope: null,
  armedAt: '2026-11-24T11:59:00.000Z',
  switched: null,
  failed: null,
  outcome: null,
};

function read(how: Partial<Signal>, { clocks = [NOW], order = open, signer = bot } = {}) {
  const signal: Signal = {
    v: 1,
    farm: 'prod',
    host: 'sqlw01' as HostName,
    rotation: 'prod-17',
    n: 7,
    digest: DIGEST,
    say: 'go',
    issued: new Date(NOW).toISOString(),
    ...how,
  };
  const state: RunnerState = { ...initialRunnerState, lastN: 7, orders: [order] };
  const found = readSignal(signer.sign('signal', JSON.stringify(signal)), config, state, clocks);
  return found.is === 'refused' ? found.refusal.code : found.is;
}

describe('a signal to a runner', () => {
  const at = (ms: number): Partial<Signal> => ({ issued: new Date(NOW + ms).toISOString() });
  const cases: readonly [string, string, Partial<Signal>, Parameters<typeof read>[1]?][] = [
    ['is heard about an order that is open here', 'heard', {}],
    ['says nothing about an order that has ended', 'over', {}, { order: { ...open, outcome: 'applied' } }],
    ['says nothing about an order of another number', 'over', { n: 8 }],
    ['says nothing about another rotation', 'over', { rotation: 'prod-18' }],
    ['says nothing about another plan of the same rotation', 'over', { digest: 'c'.repeat(64) }],
    ['is late two minutes after it was sent', 'late', at(-2 * MINUTE - 1)],
    ['is heard until then', 'heard', at(-2 * MINUTE)],
    ['is heard from a bot whose clock goes five minutes ahead', 'heard', at(5 * MINUTE)],
    ['counts as late from a bot whose clock goes further ahead', 'late', at(5 * MINUTE + 1)],
    ['is late by the clock, even if its order has ended', 'late', { ...at(-3 * MINUTE), n: 8 }],
    [
      'is heard if one of the clocks that may be right calls it timely',
      'heard',
      at(0),
      { clocks: [NOW + 60 * MINUTE, NOW] },
    ],
    ['is refused under a key that is not pinned', 'EnvelopeUnknownKey', {}, { signer: stranger }],
    ['is refused if it was meant for another machine', 'OtherHost', { host: 'sqlw02' as HostName }],
    ['is refused if it was meant for another farm', 'OtherFarm', { farm: 'test' }],
    ['is refused if it says what no runner knows', 'SignalNotUnderstood', { say: 'jump' as Signal['say'] }],
    ['is refused before its time is looked at', 'OtherHost', { host: 'sqlw02' as HostName, ...at(-9 * MINUTE) }],
  ];

  for (const [promise, expected, how, more] of cases) {
    test(promise, () => {
      expect(read(how, more)).toBe(expected);
    });
  }
});
