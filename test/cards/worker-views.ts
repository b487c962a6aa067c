import { plainWish } from '../../src/domain/plan/wish.ts';
import type { HostName, Message, Thumbprint } from '../../src/domain/values.ts';
import type { CardView, ClosedView, HostRow, PlanView, RunningView } from '../../src/domain/views/view.ts';

const host = (name: string): HostName => name as HostName;
const workers = ['sqlw01', 'sqlw02', 'sqlw03'].map(host);
const OLD = '6A3D0C11F2E94B7785D1A0C6E3B2F4198C7D5E02' as Thumbprint;
const wish = plainWish('rotate-worker');

export interface Base {
  readonly plan: PlanView;
  readonly running: RunningView;
  readonly done: ClosedView;
  readonly putBack: ClosedView;
  readonly serviceDown: Message;
}

const message = (id: string, data: Message['data'] = {}): Message => ({ id, data });
const row = (name: string, state: HostRow['state'], what: Message, rest: Partial<HostRow> = {}): HostRow => ({
  host: host(name),
  role: 'worker',
  state,
  what,
  ms: [],
  cutOff: false,
  ...rest,
});

/** Cards of rotations of workers' own certificates, made from those of a master's. */
export function workerViews({ plan, running, done, putBack, serviceDown }: Base): {
  readonly [name: string]: CardView;
} {
  const lines = (own: string) => [
    message('step.create-certificate', {
      store: 'My',
      cn: own,
      names: [own],
      keyBits: 2048,
      hash: 'SHA-256',
      lifetimeDays: 365,
      exportable: false,
      friendlyName: 'certops prod-21',
      readers: ['NT Service\\SSISScaleOutWorker160'],
    }),
    message('step.trust-certificate', { store: 'Root', thumbprint: null }),
    message('step.write-setting', { role: 'worker', key: 'WorkerHttpsCertThumbprint', thumbprint: null, old: OLD }),
    message('step.restart-service', { role: 'worker', state: 'running' }),
    message('check.service-runs', { role: 'worker' }),
    message('check.worker-connected'),
  ];

  /** Three workers, one plan, the first of them as canary. */
  const workerPlan: PlanView = {
    ...plan,
    wish,
    id: 'prod-21',
    workers,
    canary: workers.slice(0, 1),
    old: { thumbprint: OLD, notAfter: '2026-12-01T09:14:00.000Z', daysLeft: 7 },
    next: { ...plan.next, host: host('sqlw01'), store: 'My', names: ['sqlw01'] },
    gap: { minMs: 1200, maxMs: 2100 },
    packages: {
      figure: message('plan.packages', { count: 2 }),
      below: message('plan.packages-below', { at: '2026-11-24T14:05:00.000Z' }),
      why: message('plan.packages-run-why', {
        waitMs: 900_000,
        each: true,
        unplaced: true,
        packages: ['LoadOrders.dtsx (SQLW02)', 'Prices.dtsx'],
      }),
    },
    changes: [
      {
        hosts: [host('sqlm01')],
        role: 'master',
        goesFirst: true,
        lines: [message('step.trust-workers', { store: 'Root', hosts: workers })],
      },
      ...workers.map((one, at) => ({ hosts: [one], role: 'worker' as const, goesFirst: at === 0, lines: lines(one) })),
    ],
    warnings: [],
  };

  /** One worker, whose certificate nobody could read. */
  const oneWorkerPlan: PlanView = {
    ...workerPlan,
    wish: { ...wish, workers: workers.slice(1, 2) },
    workers: workers.slice(1, 2),
    canary: [],
    old: null,
    gap: null,
    next: { ...workerPlan.next, host: host('sqlw02'), names: ['sqlw02'] },
    changes: workerPlan.changes.slice(2, 3),
  };

  const workerRunning: RunningView = {
    ...running,
    wish,
    id: 'prod-21',
    rows: [
      row('sqlm01', 'good', message('row.trusts-workers', { count: 3 }), { role: 'master' }),
      row('sqlw01', 'good', message('row.connected', { thumbprint: '3BD91B…A498' }), { ms: [1400] }),
      row('sqlw02', 'running', message('row.doing', { kind: 'restart-service' }), { ms: [900], cutOff: true }),
      row('sqlw03', 'waiting', message('row.prepared', { thumbprint: '' })),
    ],
    stepRows: [
      {
        number: '1–3',
        state: 'good',
        hosts: workers,
        what: message('progress.worker-create', { count: 3 }),
        atMs: 900,
      },
      { number: '4–6', state: 'good', hosts: workers, what: message('progress.worker-trust'), atMs: 1300 },
      {
        number: '7–9',
        state: 'good',
        hosts: [host('sqlm01')],
        what: message('progress.master-trust', { steps: 3 }),
        atMs: 1800,
      },
      {
        number: '10–11',
        state: 'good',
        hosts: workers.slice(0, 1),
        what: message('progress.worker-switch'),
        atMs: 3400,
      },
      {
        number: '12–15',
        state: 'running',
        hosts: workers.slice(1),
        what: message('progress.worker-switch'),
        atMs: null,
      },
    ],
    made: null,
    old: null,
    gapLimitMs: null,
    stop: message('stop.workers', { again: ['sqlw01'], stillCut: ['sqlw02'] }),
  };

  const workersDone: ClosedView = {
    ...done,
    wish,
    id: 'prod-21',
    hosts: workers,
    rollBack: 'rollback prod-21',
    presented: null,
    gaps: workers.map((one, at) => ({ host: one, ms: [1200 + at * 400], failed: false })),
    evidence: [
      { state: 'good', what: message('proof.kept', { hosts: workers, master: 'sqlm01', of: null }) },
      { state: 'good', what: message('proof.workers', { connected: 3, count: 3, witnesses: ['log'] }) },
    ],
    next: [message('next.old-stays', { at: '2026-12-01T14:35:00.000Z', ended: false, of: null, several: true })],
  };

  /** The canary is proved, the second failed and was put back, the third never began. */
  const workersPartly: ClosedView = {
    ...workersDone,
    outcome: 'partly',
    why: serviceDown,
    gaps: [
      { host: host('sqlw01'), ms: [1400], failed: false },
      { host: host('sqlw02'), ms: [31_400], failed: true },
    ],
    evidence: [
      { state: 'good', what: message('proof.kept', { hosts: ['sqlw01'], master: 'sqlm01', of: null }) },
      { state: 'bad', what: message('proof.back-on-old', { hosts: ['sqlw02'], of: null }) },
      { state: 'bad', what: message('proof.never-began', { hosts: ['sqlw03'], of: null }) },
      { state: 'good', what: message('proof.workers', { connected: 3, count: 3, witnesses: ['log'] }) },
      { state: 'good', what: message('proof.removed', { count: 3, several: true }) },
    ],
    next: [
      message('next.rest-ends', { hosts: ['sqlw02', 'sqlw03'], at: plan.old?.notAfter ?? '', days: 14 }),
      message('next.ask-rest', { hosts: ['sqlw02', 'sqlw03'], of: null }),
    ],
  };

  /** Packages on the second and the third did not end, and people left those workers behind. */
  const workersLeft: ClosedView = {
    ...workersPartly,
    why: message('why.host', {
      host: 'sqlw02',
      stage: 'worker-switch',
      step: null,
      code: 'LeftForPackages',
      data: { by: 'Ana Ruiz', hosts: ['sqlw02', 'sqlw03'] },
    }),
    gaps: [{ host: host('sqlw01'), ms: [1400], failed: false }],
    evidence: [
      { state: 'good', what: message('proof.kept', { hosts: ['sqlw01'], master: 'sqlm01', of: null }) },
      { state: 'bad', what: message('proof.never-began', { hosts: ['sqlw02', 'sqlw03'], of: null }) },
      { state: 'good', what: message('proof.workers', { connected: 3, count: 3, witnesses: ['log'] }) },
      { state: 'good', what: message('proof.removed', { count: 3, several: true }) },
    ],
    next: [message('next.ask-rest', { hosts: ['sqlw02', 'sqlw03'], of: null })],
  };

  const workersPutBack: ClosedView = {
    ...putBack,
    wish: { ...wish, workers: workers.slice(1, 2) },
    id: 'prod-22',
    hosts: workers.slice(1, 2),
    presented: null,
    gaps: [{ host: host('sqlw02'), ms: [31_400], failed: true }],
    evidence: [
      { state: 'good', what: message('proof.back-on-old', { hosts: ['sqlw02'], of: null }) },
      { state: 'good', what: message('proof.workers', { connected: 1, count: 1, witnesses: ['log'] }) },
      { state: 'good', what: message('proof.removed', { count: 2 }) },
    ],
  };

  /** The same for a rollback, which returns workers to their previous certificates. */
  const workersBackPartly: ClosedView = {
    ...workersPartly,
    wish: { ...wish, of: 'prod-17' },
    id: 'prod-23',
    rollBack: 'rollback prod-23',
    evidence: [
      { state: 'good', what: message('proof.kept', { hosts: ['sqlw01'], master: 'sqlm01', of: 'prod-17' }) },
      { state: 'bad', what: message('proof.back-on-old', { hosts: ['sqlw02'], of: 'prod-17' }) },
      { state: 'bad', what: message('proof.never-began', { hosts: ['sqlw03'], of: 'prod-17' }) },
      { state: 'good', what: message('proof.workers', { connected: 3, count: 3, witnesses: ['log'] }) },
    ],
    next: [message('next.ask-rest', { hosts: ['sqlw02', 'sqlw03'], of: 'prod-17' })],
  };

  return {
    'plan-workers': workerPlan,
    'plan-worker': oneWorkerPlan,
    'plan-workers-dry': { ...workerPlan, dry: true, votes: [], needed: 2, mayApprove: [] },
    'running-workers': workerRunning,
    'closed-workers-done': workersDone,
    'closed-workers-partly': workersPartly,
    'closed-workers-left': workersLeft,
    'closed-workers-back-partly': workersBackPartly,
    'closed-worker-put-back': workersPutBack,
  };
}
