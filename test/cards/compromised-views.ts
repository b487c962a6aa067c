import { plainWish, type Wish } from '../../src/domain/plan/wish.ts';
import type { HostName, Thumbprint } from '../../src/domain/values.ts';
import type { RetireView } from '../../src/domain/views/retire-view.ts';
import type { CardView, ClosedView, PlanView, RunningView } from '../../src/domain/views/view.ts';
import { message, OLD } from './view-parts.ts';

interface Usual {
  readonly plan: PlanView;
  readonly running: RunningView;
  readonly done: ClosedView;
  readonly putBack: ClosedView;
  readonly retire: RetireView;
}

const stolen = (wish: Wish): Wish => ({ ...wish, compromised: true, when: { by: 'now' } });

const WORKERS = ['sqlw02'] as HostName[];
const OWN = '6A3D0C11F2E94B7785D1A0C6E3B2F4198C7D5E02' as Thumbprint;
const ofWorker: Wish = stolen({ ...plainWish('rotate-worker'), workers: WORKERS });

const stolenWorker = (plan: PlanView): PlanView => ({
  ...plan,
  retireAfterMs: undefined,
  wish: ofWorker,
  workers: WORKERS,
  canary: [],
  old: { thumbprint: OWN, notAfter: '2026-12-01T09:14:00.000Z', daysLeft: 7 },
  next: { ...plan.next, host: 'sqlw02' as HostName, store: 'My', names: ['sqlw02'] },
  gap: null,
  aloneWithinMs: null,
  when: { ...plan.when, outside: true },
  // Nothing is waited for.
  packages: {
    figure: message('plan.packages', { count: 0 }),
    below: message('plan.packages-below', { at: '2026-11-24T14:05:00.000Z' }),
    why: null,
  },
  changes: [
    {
      hosts: ['sqlm01' as HostName],
      role: 'master',
      goesFirst: true,
      lines: [
        message('step.distrust-certificate', { store: 'Root', thumbprint: OWN, host: 'sqlw02' }),
        message('step.restart-service', { role: 'master', state: 'running' }),
      ],
    },
  ],
  warnings: [
    message('warning.contain', { masters: ['sqlm01'] }),
    message('warning.contain-workers', { hosts: WORKERS }),
  ],
});

/** A worker that is cut off first, and what becomes of it. */
function contained(plan: PlanView, running: RunningView, done: ClosedView, putBack: ClosedView) {
  const cut = { role: 'worker', state: 'waiting', ms: [9400], cutOff: true } as const;
  const rows: RunningView['rows'] = [
    {
      ...{ host: 'sqlm01' as HostName, role: 'master', state: 'good', ms: [], cutOff: false },
      what: message('row.contained', { count: 1 }),
    },
    { ...cut, host: 'sqlw02' as HostName, what: message('row.doing', { kind: 'create-certificate' }) },
  ];
  const lost: ClosedView = {
    ...putBack,
    wish: ofWorker,
    outcome: 'contained',
    hosts: WORKERS,
    presented: null,
    goodUntil: null,
    daysLeft: null,
    gaps: [{ host: 'sqlw02' as HostName, ms: [64_000], failed: true }],
    evidence: [
      { state: 'good', what: message('proof.contained', { hosts: WORKERS, master: 'sqlm01' }) },
      { state: 'bad', what: message('proof.cut-off', { hosts: WORKERS }) },
    ],
    next: [message('next.contained', { hosts: WORKERS })],
    stillThere: [message('compromised.used', { farm: 'prod', thumbprint: OWN, hosts: WORKERS })],
  };
  return {
    'plan-worker-compromised': plan,
    'running-worker-compromised': {
      ...running,
      wish: ofWorker,
      phases: [
        { name: 'contain' as const, state: 'good' as const, ms: 5200, from: 1, to: 2 },
        { name: 'prepare' as const, state: 'running' as const, ms: null, from: 3, to: 5 },
        { name: 'cutover' as const, state: 'waiting' as const, ms: null, from: 6, to: 7 },
        { name: 'prove' as const, state: 'waiting' as const, ms: null, from: 8, to: 8 },
      ],
      rows,
      stepRows: [
        {
          number: '1–2',
          state: 'good' as const,
          hosts: ['sqlm01'] as HostName[],
          what: message('progress.contain'),
          atMs: 5200,
        },
      ],
      step: 3,
      steps: 8,
      old: null,
      gapLimitMs: null,
      stop: message('stop.contained', { hosts: WORKERS }),
    },
    'closed-worker-compromised': {
      ...done,
      wish: ofWorker,
      hosts: WORKERS,
      presented: null,
      gaps: [{ host: 'sqlw02' as HostName, ms: [21_000], failed: false }],
      evidence: [{ state: 'good' as const, what: message('proof.contained', { hosts: WORKERS, master: 'sqlm01' }) }],
      next: [],
      stillThere: [],
      rollBack: undefined,
    },
    'closed-worker-compromised-left': {
      ...done,
      wish: ofWorker,
      outcome: 'left-behind' as const,
      hosts: WORKERS,
      presented: null,
      gaps: [{ host: 'sqlw02' as HostName, ms: [21_000], failed: false }],
      evidence: [
        { state: 'good' as const, what: message('proof.kept', { hosts: WORKERS, master: 'sqlm01', of: null }) },
        { state: 'bad' as const, what: message('proof.left-as-it-is', { host: 'sqlm01' }) },
      ],
      next: [message('next.left-unproved', { hosts: ['sqlm01'], farm: 'prod' })],
      stillThere: [message('compromised.left', { farm: 'prod', thumbprint: OWN, hosts: ['sqlm01'] })],
      rollBack: undefined,
    },
    'closed-worker-contained': lost,
  };
}

/** The same cards where a key is in the wrong hands. */
export function compromisedViews({ plan, running, done, putBack, retire }: Usual): {
  readonly [name: string]: CardView;
} {
  const there = { farm: 'prod', thumbprint: OLD, hosts: ['sqlm01', 'sqlw01', 'sqlw02', 'sqlw03'] };
  return {
    'plan-compromised': {
      ...plan,
      retireAfterMs: 0,
      wish: stolen(plan.wish),
      reason: 'The key was on a lost backup',
      when: { ...plan.when, outside: true },
    },
    'running-compromised': { ...running, wish: stolen(running.wish) },
    'closed-compromised': {
      ...done,
      wish: stolen(done.wish),
      stillThere: [message('compromised.there', there)],
      next: [],
      rollBack: undefined,
    },
    'closed-compromised-put-back': {
      ...putBack,
      wish: stolen(putBack.wish),
      stillThere: [message('compromised.used', there)],
      next: [...putBack.next, message('next.review', { id: 'prod-17' })],
    },
    ...contained(stolenWorker(plan), running, done, putBack),
    'retire-compromised': {
      ...retire,
      wish: stolen(retire.wish),
      certificates: retire.certificates.map((one, at) => ({ ...one, compromised: at === 0 })),
    },
  };
}
