import { byTurn } from '../../../src/domain/next/turns.ts';
import type { StageHead } from '../../../src/domain/plan/plan.ts';
import type { OrderState, Planned } from '../../../src/domain/rotation/rotation.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { atWork, IS, orderTo, second, stepAt } from '../at-work.ts';
import { farmOf, Sim } from '../sim.ts';

const sim = new Sim(farmOf(4));
const rotationOf = atWork(sim);
const HOSTS = ['sqlw01', 'sqlw02', 'sqlw03', 'sqlw04'] as HostName[];
/** The master had switched at second 10. */
const LEAD = orderTo('sqlm01', 'master', { switchedAt: second(10) });

interface Case {
  /** Orders of those that do not wait any more. */
  readonly gone?: readonly OrderState[];
  readonly steps?: Planned['steps'];
  readonly places?: number;
  readonly concurrency?: number;
  readonly leads?: readonly OrderState[];
  /** Seconds. */
  readonly since?: number;
  readonly now: number;
}

/** The last digits of those that are told to go, in their order. */
function turns({ gone = [], steps = {}, places = 1, concurrency = 2, leads = [LEAD], since = 0, now }: Case): string {
  const waiting = HOSTS.filter((host) => !gone.some((one) => one.host === host));
  const orders = [...leads, ...gone, ...waiting.map((host) => orderTo(host, 'workers', IS.armed))];
  const stage: StageHead = { name: 'workers', hosts: HOSTS, concurrency, canary: 0 };
  const moment = { ...sim.moment(), now: Date.parse(second(now)), since: Date.parse(second(since)) };
  return byTurn(rotationOf(orders, { steps }), moment, { stage, waiting, places, leads })
    .map((host) => host.slice(-1))
    .join('');
}

const switched = (host: string, at: number) => orderTo(host, 'workers', { ...IS.switched, switchedAt: second(at) });
const steps = (host: string, startedAt: number | null, at: number) => ({
  [host]: { [`${host}/workers/write-setting`]: stepAt(startedAt, at) },
});

test.each<readonly [what: string, how: Case, wanted: string]>([
  ['are told in the order of their stage', { now: 10 }, '1234'],
  ['keep their turn for nine seconds', { now: 18.999 }, '1234'],
  ['make room for the next then', { now: 19 }, '2341'],
  ['make room for as many as have a place', { now: 19, places: 2 }, '3412'],
  ['make room turn by turn, not little by little', { now: 23.5, places: 2 }, '3412'],
  ['get another turn after the others', { now: 46 }, '1234'],
  ['keep their turn while nobody has a place', { now: 46, places: 0 }, '1234'],
  ['are told from the start of this bot on', { now: 30, since: 25 }, '1234'],
  ['and not before it was back for that long', { now: 34, since: 25 }, '2341'],
  ['have a turn from the last move of anybody', { now: 20, gone: [switched('sqlw02', 12)] }, '341'],
  ['are not counted from a move that is to come', { now: 20, leads: [{ ...LEAD, switchedAt: second(90) }] }, '3412'],
  ['are counted from an end too', { now: 28, leads: [{ ...LEAD, finishedAt: second(20) }] }, '1234'],
])('Waiting machines %s', (_what, how, wanted) => {
  expect(turns(how)).toBe(wanted);
});

describe('A machine before one that has gone', () => {
  const gone = [switched('sqlw02', 20)];

  test('has had its turn if the other began long after', () => {
    expect(turns({ now: 20, gone, steps: steps('sqlw02', 11, 20) })).toBe('341');
    // It is still at work: what was heard of it last is a step.
    const atWork = [orderTo('sqlw02', 'workers', IS.armed)];
    expect(turns({ now: 20, gone: atWork, steps: steps('sqlw02', 11, 20) })).toBe('341');
    expect(turns({ now: 20, gone: atWork, steps: steps('sqlw02', 12, 20) })).toBe('134');
  });

  test('may have been told at the same time, where several go at once', () => {
    expect(turns({ now: 20, gone, steps: steps('sqlw02', 12, 20) })).toBe('134');
    expect(turns({ now: 20, gone, concurrency: 1, steps: steps('sqlw02', 12, 20) })).toBe('341');
  });

  test('was not told at the same time as one that began nine seconds after the last move', () => {
    expect(turns({ now: 20, gone, steps: steps('sqlw02', 19, 20) })).toBe('341');
    expect(turns({ now: 20, gone, steps: steps('sqlw02', 18, 20) })).toBe('134');
    // This bot has listened for less than that.
    expect(turns({ now: 20, since: 12, gone, steps: steps('sqlw02', 19, 20) })).toBe('134');
  });

  test('is judged by when the other was heard of, if nobody knows when it began', () => {
    expect(turns({ now: 20, gone, steps: steps('sqlw02', null, 11) })).toBe('341');
    expect(turns({ now: 20, gone, steps: steps('sqlw02', null, 12) })).toBe('134');
  });

  test('is judged by the first step of this stage, not by what was prepared', () => {
    const both = { sqlw02: { ...steps('sqlw02', 15, 16).sqlw02, 'sqlw02/workers/restart-service': stepAt(11, 20) } };
    expect(turns({ now: 20, gone, steps: both })).toBe('341');
    const prepared = { sqlw02: { ...steps('sqlw02', 15, 16).sqlw02, 'sqlw02/trust/trust-certificate': stepAt(2, 3) } };
    expect(turns({ now: 20, gone, steps: prepared })).toBe('134');
  });

  test('has its turn before one that never began, because it is silent or was refused', () => {
    const silent = orderTo('sqlw03', 'workers', IS.silent);
    expect(turns({ now: 10, gone: [silent] })).toBe('124');
    expect(turns({ now: 10, gone: [orderTo('sqlw03', 'workers', IS.refused)] })).toBe('124');
    // A silent one may still hear that it may go.
    const orders = [LEAD, ...HOSTS.map((host) => (host === 'sqlw03' ? silent : orderTo(host, 'workers', IS.armed)))];
    const stage: StageHead = { name: 'workers', hosts: HOSTS, concurrency: 2, canary: 0 };
    const moment = { ...sim.moment(), now: Date.parse(second(10)), since: 0 };
    expect(byTurn(rotationOf(orders), moment, { stage, waiting: HOSTS, places: 1, leads: [LEAD] })).toEqual(HOSTS);
  });

  test('is not passed by others that are after the waiting one alone', () => {
    expect(turns({ now: 20, gone: [switched('sqlw01', 20)], steps: steps('sqlw01', 11, 20) })).toBe('234');
    const all = [switched('sqlw01', 20), switched('sqlw03', 20)];
    expect(turns({ now: 20, gone: all, steps: { ...steps('sqlw01', 11, 20), ...steps('sqlw03', 19, 20) } })).toBe('24');
  });
});

test('a machine that was never told anything has made no move', () => {
  const orders = [LEAD, ...HOSTS.slice(1).map((host) => orderTo(host, 'workers', IS.armed))];
  const stage: StageHead = { name: 'workers', hosts: HOSTS, concurrency: 2, canary: 0 };
  const moment = { ...sim.moment(), now: Date.parse(second(19)), since: 0 };
  const told = byTurn(rotationOf(orders), moment, { stage, waiting: HOSTS.slice(1), places: 1, leads: [LEAD] });
  expect(told).toEqual(['sqlw03', 'sqlw04', 'sqlw02']);
});

test('with nobody waiting there are no turns', () => {
  expect(turns({ now: 40, gone: HOSTS.map((host) => switched(host, 12)) })).toBe('');
});
