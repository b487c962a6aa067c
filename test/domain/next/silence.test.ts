import type { Moment } from '../../../src/domain/next/moment.ts';
import { stalledBack, unanswered } from '../../../src/domain/next/silence.ts';
import type { OrderState, RotationState } from '../../../src/domain/rotation/rotation.ts';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();
const SINCE = NOW - 3_600_000;
const LIMIT_MS = 300_000;
/** After its limit, a minute in which a service may still be stopping, and a minute more. */
const dueFrom = (at: string): number => Date.parse(at) + LIMIT_MS + 120_000;

const order = (of: Partial<OrderState> = {}): OrderState =>
  ({
    ...{ host: 'sqlw01', n: 1, kind: 'apply', stage: 'cutover', issued: ago(100), status: 'accepted' },
    ...{ acceptedAt: ago(90), timeLimitMs: LIMIT_MS, code: 'ToolFailed', armedAt: null, switchedAt: null },
    ...{ silentSince: null, ...of },
  }) as unknown as OrderState;

type Host = OrderState['host'];

interface Told {
  /** When each host last reported a step; left out: never. */
  readonly steps?: { readonly [host: string]: string };
  readonly kind?: string;
  readonly phases?: readonly object[];
}

function stalled(orders: readonly OrderState[], { steps = {}, kind = 'rotate-worker', phases = [] }: Told = {}) {
  const told = Object.entries(steps).map(([host, at]) => [host, { s1: { at } }]);
  const rotation = { plan: { header: { phases } }, wish: { kind }, steps: Object.fromEntries(told), orders };
  return stalledBack(rotation as unknown as RotationState, { now: NOW, since: SINCE } as unknown as Moment);
}

describe('A machine that is put back and reports nothing new for 20 s', () => {
  test('is shown with when a person is asked, counted from its last word', () => {
    expect(stalled([order()])).toEqual({ hosts: ['sqlw01'], at: dueFrom(ago(90)), again: true });
    expect(stalled([order()], { steps: { sqlw01: ago(30) } })?.at).toBe(dueFrom(ago(30)));
    expect(stalled([order({ acceptedAt: null })])?.at).toBe(dueFrom(ago(100)));
  });

  test.each([
    ['is not shown before that', order(), { steps: { sqlw01: ago(19) } }],
    ['is not shown when nothing has failed yet', order({ code: null }), {}],
    ['is not shown when its order is only sent', order({ status: 'sent' }), {}],
    ['is not shown once its order has ended', order({ status: 'finished' }), {}],
    [
      'is not shown when it is silent, as a person is asked already',
      order({ silentSince: ago(10) as OrderState['silentSince'] }),
      {},
    ],
    ['is not shown when a certificate is removed for good', order(), { kind: 'retire' }],
    // Its key is in the wrong hands: the old certificate stays untrusted, whatever is put back.
    ['is not shown when a stolen key is contained', order(), { phases: [{ name: 'contain' }] }],
  ])('%s', (_what, one, told) => expect(stalled([one], told)).toBeNull());

  test('is told to go back once more, unless it was already told or the others keep what they proved', () => {
    const keeping = { phases: [{ name: 'cutover', onFailure: 'stop-keep' }] };
    expect(stalled([order({ kind: 'undo', code: null })])?.again).toBe(false);
    expect(stalled([order({ host: 'sqlm01' as Host, kind: 'undo' }), order()])?.again).toBe(true);
    expect(stalled([order()], keeping)?.again).toBe(false);
  });

  test('is named once for each host, and a person is asked when the last of them is due', () => {
    const other = order({ host: 'sqlw02' as Host });
    const at = stalled([order(), order({ n: 2, kind: 'undo' }), other], { steps: { sqlw02: ago(40) } });
    expect(at).toEqual({ hosts: ['sqlw01', 'sqlw02'], at: dueFrom(ago(40)), again: true });
  });
});

interface How {
  /** Seconds since its machine reported a step. */
  readonly step?: number;
  readonly since?: number;
  /** An earlier order of the same machine. */
  readonly before?: OrderState;
}

describe('An order goes unanswered', () => {
  /** How, and seconds from now to since when; null: it is answered. Its machine last spoke `heard` seconds ago. */
  function silent(one: OrderState, heard: number, { step = 0, since = SINCE, before }: How = {}): string | null {
    const steps = step === 0 ? {} : { sqlw01: { s1: { at: ago(step) } } };
    const plan = { slices: [{ host: 'sqlw01', stages: { cutover: { steps: [{ id: 's1' }] } } }] };
    const presence = { sqlw01: { at: NOW - heard * 1000 } };
    const moment = { now: NOW, since, presence } as unknown as Moment;
    const orders = before === undefined ? [one] : [before, one];
    const found = unanswered({ plan, steps, orders } as unknown as RotationState, one, moment);
    return found === null ? null : `${found.isOverdue ? 'overdue' : 'silent'} ${(found.since - NOW) / 1000}`;
  }
  const sent = (issued: number, startBy: number): OrderState =>
    order({ status: 'sent', acceptedAt: null, issued: ago(issued), startBy: ago(startBy) } as Partial<OrderState>);

  const forth = (of: object): OrderState => order({ code: null, ...of });
  const stop = (accepted: number): OrderState =>
    forth({ n: 2, kind: 'stop', acceptedAt: ago(accepted), timeLimitMs: 60_000 });
  const known = (): OrderState =>
    forth({ acceptedAt: ago(900), silentSince: ago(400) as OrderState['silentSince'], isOverdue: true });
  const look = (accepted: number): OrderState => ({ ...stop(accepted), kind: 'look' });
  const back = (accepted: number): OrderState => order({ acceptedAt: ago(accepted), armedAt: ago(800) });
  const held = (accepted: number): OrderState => forth({ acceptedAt: ago(accepted), switchedAt: ago(300) });

  test.each([
    ['when its machine says nothing for more than 45 s', order(), 46, {}, 'silent -46'],
    ['not when its machine spoke within 45 s', order(), 45, {}, null],
    ['not when it was only just sent, however long nothing was heard', sent(40, -20), 600, {}, null],
    ['not when this bot has only just begun to listen', order(), 600, { since: NOW - 40_000 }, null],
    [
      'when its machine speaks, but neither accepted nor refused it 3 min after its start',
      sent(400, 181),
      5,
      {},
      'overdue -400',
    ],
    ['not before that', sent(400, 180), 5, {}, null],
    [
      'when it was accepted and is a minute past the 5 min it may take',
      forth({ acceptedAt: ago(361) }),
      5,
      {},
      'overdue -361',
    ],
    ['not before that', forth({ acceptedAt: ago(360) }), 5, {}, null],
    ['not while its machine reports progress', forth({ acceptedAt: ago(900) }), 5, { step: 30 }, null],
    ['not while it is held armed', forth({ acceptedAt: ago(900), armedAt: ago(890) }), 5, {}, null],
    // On the way back, its runner waits another minute for a service that is still stopping.
    ['when it goes back and is two minutes past its time', order({ acceptedAt: ago(421) }), 5, {}, 'overdue -421'],
    ['not before that', order({ acceptedAt: ago(420) }), 5, {}, null],
    // Its runner does one thing after the other.
    [
      'not while its machine is at an earlier order, which has its own time',
      stop(400),
      5,
      { before: back(900), step: 410 },
      null,
    ],
    ['when that has had its time, too', stop(425), 5, { before: back(900), step: 430 }, 'overdue -425'],
    [
      'at a look, for which its runner waits for nothing',
      look(125),
      5,
      { before: back(900), step: 410 },
      'overdue -125',
    ],
    ['as if alone behind one that is held', stop(125), 5, { before: held(390) }, 'overdue -125'],
    [
      'when it was armed, began and did not end',
      forth({ acceptedAt: ago(900), armedAt: ago(890) }),
      5,
      { step: 361 },
      'overdue -361',
    ],
    // What was recorded of it is not recorded again, unless nothing is heard of it any more either.
    ['not once more while it is known to be overdue', known(), 5, {}, null],
    ['when it was overdue, and its machine falls silent', known(), 50, {}, 'silent -50'],
    ['not yet when the clock was set back by an hour since', sent(-3600, -3700), 5, { since: NOW - 60_000 }, null],
  ] as const)('%s', (_what, one, heard, how, told) => expect(silent(one, heard, how)).toBe(told));
});
