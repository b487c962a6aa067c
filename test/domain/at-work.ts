import { initialFarmState } from '../../src/domain/rotation/farm-state.ts';
import type { OrderState, Planned, StepState } from '../../src/domain/rotation/rotation.ts';
import type { HostName, Instant } from '../../src/domain/values.ts';
import type { Sim } from './sim.ts';

/** A moment so many seconds after the orders of these rotations. */
export const second = (after: number): Instant =>
  new Date(Date.parse('2026-11-24T14:00:00.000Z') + after * 1000).toISOString();

const NOT_YET: Omit<OrderState, 'host' | 'stage'> = {
  n: 1,
  kind: 'apply',
  only: null,
  issued: second(0),
  startBy: second(600),
  timeLimitMs: 120_000,
  envelope: null,
  status: 'accepted',
  acceptedAt: second(0),
  finishedAt: null,
  outcome: null,
  code: null,
  data: {},
  failedStep: null,
  armedAt: null,
  switchedAt: null,
  silentSince: null,
  seen: false,
};

type Is = Partial<OrderState>;

/** How an order can stand: armed, gone and held, and so on. */
export const IS = {
  armed: { armedAt: second(0) },
  switched: { armedAt: second(0), switchedAt: second(10) },
  fallen: { armedAt: second(0), code: 'ServiceNotRunning' },
  released: { armedAt: second(0), status: 'finished', outcome: 'unchanged', finishedAt: second(10) },
  applied: {
    armedAt: second(0),
    switchedAt: second(10),
    status: 'finished',
    outcome: 'applied',
    finishedAt: second(20),
  },
  back: { armedAt: second(0), status: 'finished', outcome: 'put-back', finishedAt: second(20) },
  sent: { status: 'sent', acceptedAt: null },
  lapsed: { status: 'lapsed', acceptedAt: null },
  refused: { status: 'refused', code: 'OrderExpired' },
  silent: { armedAt: second(0), silentSince: second(5) },
  unknown: { armedAt: second(0), status: 'finished', outcome: 'unknown' },
} as const satisfies { readonly [how: string]: Is };

export const orderTo = (host: string, stage: string, is: Is = {}): OrderState => ({
  ...NOT_YET,
  host: host as HostName,
  stage,
  ...is,
});

/** A step of a machine, begun and last heard of at these seconds. */
export const stepAt = (startedAt: number | null, at: number): StepState => ({
  state: 'done',
  direction: 'forth',
  startedAt: startedAt === null ? null : second(startedAt),
  at: second(at),
  backAt: null,
  facts: {},
  made: null,
  changed: true,
  provedAt: null,
  provedBackAt: null,
});

/** A farm's planned rotation, and how it stands with other orders and steps. */
export function atWork(sim: Sim) {
  sim.state = initialFarmState;
  sim.request();
  sim.settle();
  const planned = sim.rotation() as Planned;
  return (orders: readonly OrderState[], more: Partial<Planned> = {}): Planned => ({ ...planned, orders, ...more });
}
