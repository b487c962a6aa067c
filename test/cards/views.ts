import { OWN_APP_ID } from '../../src/domain/plan/own-binding.ts';
import { plainWish } from '../../src/domain/plan/wish.ts';
import type { HostName, Message, Thumbprint } from '../../src/domain/values.ts';
import type { RetireView } from '../../src/domain/views/retire-view.ts';
import type {
  CardView,
  ClosedView,
  HostRow,
  NeedsPersonView,
  NoticeView,
  PersonRef,
  PlanView,
  ReminderView,
  RunningView,
} from '../../src/domain/views/view.ts';
import { asItIsViews } from './as-it-is-views.ts';
import { compromisedViews } from './compromised-views.ts';
import { leaveOneViews } from './leave-one-views.ts';
import { reconnectViews } from './reconnect-views.ts';
import { ASKS, message, OLD } from './view-parts.ts';
import { workerViews } from './worker-views.ts';

export { ASKS, message, OLD } from './view-parts.ts';

/** The farm of the README's pictures, as the bot's views describe it. */
export const NEW = 'B8DE98D4E1C57F2A6B30914D7E8F5A6C1D022CBB' as Thumbprint;
const ORPHAN = '4C7A0E2D19B35F8860CB1E9D7A24F3568E0B91AD' as Thumbprint;
const OTHER = '91F03B7C2DE84A65B0C7E19A3D5F82647CA9E013' as Thumbprint;
const THIRD = 'E2047D5A9B1C36F8D40A7B92C3E5F1806D7B4A29' as Thumbprint;
const UNCLAIMED = '5C1D8E07A4B2936F0E7D51C8A93B64F2087EDA36' as Thumbprint;
const DIGEST = '5c90bb01b8cfbaf0b262c8abec30f7945f6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d';

const person = (id: string, name: string): PersonRef => ({ id, name });
export const mei = person('mei', 'Mei Lin');
const ana = person('ana', 'Ana Ruiz');
const tom = person('tom', 'Tom Becker');
const wei = person('wei', 'Wei Zhang');

export const host = (name: string): HostName => name as HostName;
const workers = ['sqlw01', 'sqlw02', 'sqlw03'].map(host);

const workerLines: readonly Message[] = [
  message('step.trust-certificate', { store: 'Root', thumbprint: null }),
  message('step.write-setting', { role: 'worker', key: 'MasterHttpsCertThumbprint', thumbprint: null, old: OLD }),
  message('step.restart-service', { role: 'worker', state: 'running' }),
  message('check.service-runs', { role: 'worker' }),
  message('check.worker-connected'),
];

const good = (id: string, data: Message['data'] = {}) => ({ state: 'good' as const, what: message(id, data) });

export const plan: PlanView = {
  kind: 'plan',
  wish: plainWish('rotate-master'),
  id: 'prod-17',
  farm: 'prod',
  digest: DIGEST,
  dry: false,
  master: host('sqlm01'),
  port: 8391,
  workers,
  canary: [host('sqlw01')],
  by: mei,
  reason: 'Yearly renewal, CHG0031877',
  at: '2026-11-24T14:05:00.000Z',
  old: { thumbprint: OLD, notAfter: '2026-12-08T09:14:00.000Z', daysLeft: 14 },
  next: {
    host: host('sqlm01'),
    notAfter: '2027-11-24T14:31:00.000Z',
    keyBits: 2048,
    hash: 'SHA-256',
    exportable: false,
    names: ['sqlm01'],
    store: 'Root',
  },
  retireAfterMs: 7 * 86_400_000,
  gap: { minMs: 8400, maxMs: 16_300 },
  gapLimitMs: 60_000,
  aloneWithinMs: 120_000,
  leaveBehind: 0,
  packages: {
    figure: message('plan.packages', { count: 0 }),
    below: message('plan.packages-below', { at: '2026-11-24T14:05:00.000Z' }),
    why: message('plan.packages-none-why', { waitMs: 900_000, each: false }),
  },
  quiet: message('plan.quiet-hours', {
    spans: [
      { from: 5, to: 7 },
      { from: 13, to: 14 },
    ],
    zone: 'Europe/Berlin',
    executions: 3,
  }),
  quorum: 2,
  votes: [{ by: ana, vote: 'approve', at: '2026-11-24T14:21:00.000Z', reason: '' }],
  needed: 1,
  mayApprove: [tom, wei],
  openUntil: '2026-11-25T14:05:00.000Z',
  when: { from: null, until: null, outside: false, waits: null },
  ticket: null,
  changes: [
    {
      hosts: [host('sqlm01')],
      role: 'master',
      goesFirst: true,
      lines: [
        message('step.create-certificate', {
          store: 'Root',
          cn: 'sqlm01',
          names: ['sqlm01'],
          keyBits: 2048,
          hash: 'SHA-256',
          lifetimeDays: 365,
          exportable: false,
          friendlyName: 'certops prod-17',
          readers: ['NT Service\\SSISScaleOutMaster160', 'S-1-5-21-2652535364-2169709536-2857650723-1104'],
        }),
        message('step.rehearse-binding', { binding: '127.0.0.2:8391', thumbprint: null }),
        message('check.rehearsal-presents', { port: 8391, servername: 'sqlm01' }),
        message('step.end-rehearsal', { binding: '127.0.0.2:8391' }),
        message('step.publish-cer', { role: 'master', thumbprint: null, old: OLD }),
        message('step.bind-port', {
          port: 8391,
          bindings: ['0.0.0.0:8391'],
          thumbprint: null,
          old: [OLD],
          store: 'Root',
        }),
        message('step.write-setting', { role: 'master', key: 'SSLCertThumbprint', thumbprint: null, old: OLD }),
        message('step.restart-service', { role: 'master', state: 'running' }),
        message('check.presents', { port: 8391, servername: 'sqlm01' }),
      ],
    },
    { hosts: [host('sqlw01')], role: 'worker', goesFirst: true, lines: workerLines },
    { hosts: [host('sqlw02'), host('sqlw03')], role: 'worker', goesFirst: false, lines: workerLines },
  ],
  warnings: [],
  replaces: null,
};

const row = (name: string, state: HostRow['state'], what: Message, rest: Partial<HostRow> = {}): HostRow => ({
  host: host(name),
  role: 'worker',
  state,
  what,
  ms: [],
  cutOff: false,
  ...rest,
});

const doing = message('row.doing', { kind: 'worker-connected', back: false });

export const running: RunningView = {
  kind: 'running',
  wish: plainWish('rotate-master'),
  id: 'prod-17',
  farm: 'prod',
  digest: DIGEST,
  direction: 'forth',
  why: null,
  approvedBy: [ana, tom],
  startedAt: '2026-11-24T14:31:00.000Z',
  step: 9,
  steps: 13,
  phases: [
    { name: 'prepare', state: 'good', ms: 1100, from: 1, to: 4 },
    { name: 'cutover', state: 'running', ms: null, from: 5, to: 12 },
    { name: 'prove', state: 'waiting', ms: null, from: 13, to: 13 },
  ],
  rows: [
    row('sqlm01', 'good', message('row.presents', { thumbprint: 'B8DE98…2CBB' }), { role: 'master', ms: [3100] }),
    row('sqlw01', 'good', message('row.connected', { thumbprint: 'B8DE98…2CBB' }), { ms: [8400] }),
    row('sqlw02', 'running', doing, { ms: [9000], cutOff: true }),
    row('sqlw03', 'running', doing, { ms: [9000], cutOff: true }),
  ],
  stepRows: [
    { number: '1', state: 'good', hosts: [host('sqlm01')], what: message('progress.create', { count: 1 }), atMs: 400 },
    { number: '2–4', state: 'good', hosts: workers, what: message('progress.trust', { count: 3 }), atMs: 1100 },
    { number: '5–7', state: 'good', hosts: [host('sqlm01')], what: message('progress.master'), atMs: 4600 },
    { number: '8', state: 'good', hosts: [host('sqlw01')], what: message('progress.workers'), atMs: 9900 },
    { number: '9–12', state: 'running', hosts: workers.slice(1), what: message('progress.workers'), atMs: null },
    { number: '13', state: 'waiting', hosts: [], what: message('progress.final-look', { count: 4 }), atMs: null },
  ],
  made: NEW,
  old: OLD,
  gapLimitMs: 60_000,
  leaveBehind: 0,
  stop: message('stop.cutover', {
    master: 'sqlm01',
    workers: 3,
    again: ['sqlw01'],
    stillCut: ['sqlw02', 'sqlw03'],
    begun: 4,
  }),
  stopAsked: null,
  waiting: null,
};

const serviceDown = message('why.host', {
  host: 'sqlw02',
  stage: 'workers',
  step: 'sqlw02/workers/restart-service',
  code: 'ServiceNotRunning',
  data: { found: { state: 'stopped', pid: 0 }, wanted: { state: 'running', pid: 4012 } },
});

export const runningBack: RunningView = {
  ...running,
  direction: 'back',
  why: serviceDown,
  rows: [
    row('sqlm01', 'good', message('row.put-back'), { role: 'master', ms: [3100] }),
    row('sqlw01', 'running', message('row.doing', { kind: 'restart-service', back: true }), {
      ms: [11_000],
      cutOff: true,
    }),
    row('sqlw02', 'running', message('row.doing', { kind: 'write-setting', back: true }), {
      ms: [41_000],
      cutOff: true,
    }),
    row('sqlw03', 'good', message('row.put-back'), { ms: [28_300] }),
  ],
  stepRows: [
    ...running.stepRows.slice(0, -1),
    { number: '↩', state: 'running', hosts: workers, what: message('progress.back', { stage: 'workers' }), atMs: null },
  ],
  stop: null,
};

export const done: ClosedView = {
  kind: 'closed',
  wish: plainWish('rotate-master'),
  id: 'prod-17',
  farm: 'prod',
  outcome: 'proved',
  tookMs: 18_200,
  by: mei,
  reason: 'Yearly renewal, CHG0031877',
  approvedBy: [ana, tom],
  endedBy: null,
  why: null,
  presented: { target: 'sqlm01:8391', thumbprint: NEW },
  goodUntil: '2027-11-24T14:31:00.000Z',
  daysLeft: 365,
  hosts: workers,
  gaps: [
    { host: host('sqlw01'), ms: [8400], failed: false },
    { host: host('sqlw02'), ms: [15_900], failed: false },
    { host: host('sqlw03'), ms: [16_300], failed: false },
  ],
  gapLimitMs: 60_000,
  evidence: [
    { state: 'good', what: message('proof.presents', { count: 4, thumbprint: NEW, target: 'sqlm01:8391' }) },
    { state: 'good', what: message('proof.workers', { connected: 3, count: 3, witnesses: ['log', 'tcp', 'ssisdb'] }) },
    { state: 'good', what: message('proof.ssisdb-thumbprint', { thumbprint: NEW }) },
  ],
  next: [message('next.old-stays', { at: '2026-12-01T14:35:00.000Z', ended: false, of: null })],
  askAgain: false,
  rollBack: 'rollback prod-17',
  asks: ASKS,
};

export const putBack: ClosedView = {
  ...done,
  outcome: 'put-back',
  tookMs: 64_000,
  why: serviceDown,
  presented: { target: 'sqlm01:8391', thumbprint: OLD },
  goodUntil: '2026-12-08T09:14:00.000Z',
  daysLeft: 14,
  gaps: [
    { host: host('sqlw01'), ms: [8400, 11_200], failed: false },
    { host: host('sqlw02'), ms: [53_100], failed: true },
    { host: host('sqlw03'), ms: [16_300, 12_000], failed: false },
  ],
  evidence: [
    { state: 'good', what: message('proof.presents', { count: 4, thumbprint: OLD, target: 'sqlm01:8391' }) },
    { state: 'good', what: message('proof.workers', { connected: 3, count: 3, witnesses: ['log'] }) },
    { state: 'unknown', what: message('proof.ssisdb-late', { hosts: ['sqlw03'] }) },
    { state: 'unknown', what: message('proof.ssisdb-other', { found: NEW }) },
    { state: 'good', what: message('proof.removed', { count: 4 }) },
  ],
  next: [message('next.ask-again')],
  askAgain: true,
  rollBack: undefined,
};

const nothingRan = { tookMs: null, presented: null, approvedBy: [], gaps: [], evidence: [] } as const;

export const closedOtherwise: { readonly [name: string]: ClosedView } = {
  stopped: {
    ...putBack,
    outcome: 'stopped',
    endedBy: tom,
    why: message('why.stop-asked', {
      host: null,
      stage: null,
      step: null,
      code: 'StopAsked',
      data: { by: 'Tom Becker' },
    }),
    evidence: [
      ...putBack.evidence,
      { state: 'bad', what: message('proof.left-as-it-is', { host: 'sqlw03' }) },
      { state: 'bad', what: message('proof.left-over', { host: 'sqlw02', thumbprints: [NEW], unknown: false }) },
      { state: 'bad', what: message('proof.left-over', { host: 'sqlw03', thumbprints: [NEW], unknown: true }) },
    ],
    next: [],
  },
  'left-behind': {
    ...done,
    outcome: 'left-behind',
    why: message('why.left', { hosts: ['sqlw02'] }),
    gaps: done.gaps.map((gap, at) => (at === 1 ? { ...gap, ms: [], failed: true, still: true } : gap)),
    evidence: done.evidence.map(({ state, what }) => ({
      state,
      what: what.id === 'proof.workers' ? { ...what, data: { ...what.data, connected: 2, count: 2 } } : what,
    })),
    next: [
      message('next.old-stays', { at: null, ended: false, of: null }),
      message('next.left-behind', { hosts: ['sqlw02'], thumbprint: NEW }),
    ],
  },
  everywhere: {
    ...done,
    outcome: 'left-behind',
    everywhere: true,
    gaps: done.gaps.map((gap, at) =>
      at === 1
        ? { ...gap, ms: [], failed: true, unmeasured: 'unclocked' }
        : at === 2
          ? { ...gap, ms: [3_725_000], failed: true }
          : gap,
    ),
    evidence: done.evidence.flatMap(({ state, what }) =>
      what.id === 'proof.workers'
        ? [
            {
              state: 'unknown' as const,
              what: { ...what, data: { ...what.data, connected: 1, count: 3, ended: true, unproved: true } },
            },
            {
              state,
              what: message('proof.rejoined', {
                hosts: ['sqlw02', 'sqlw03'],
                thumbprint: NEW,
                at: '2026-11-24T04:40:00.000Z',
              }),
            },
          ]
        : [{ state, what }],
    ),
    next: [message('next.old-stays', { at: null, ended: false, of: null })],
  },
  withdrawn: {
    ...putBack,
    ...nothingRan,
    outcome: 'withdrawn',
    endedBy: mei,
    why: null,
    next: [],
  },
  denied: {
    ...putBack,
    ...nothingRan,
    outcome: 'denied',
    endedBy: tom,
    why: message('why.denied', { by: 'Tom Becker', reason: 'Month-end close runs until Friday.' }),
    next: [],
  },
  lapsed: { ...putBack, ...nothingRan, outcome: 'lapsed', why: null, next: [] },
  refused: {
    ...putBack,
    ...nothingRan,
    outcome: 'refused',
    why: message('why.refused', {
      code: 'ServiceDisabled',
      host: 'sqlw03',
      data: { service: 'SSISScaleOutWorker160' },
    }),
    goodUntil: null,
    daysLeft: null,
    next: [],
  },
  untold: {
    ...putBack,
    ...nothingRan,
    outcome: 'refused',
    untold: true,
    why: message('why.refused', { code: 'BotJournalCutShort', host: 'sqlw02', data: {} }),
    goodUntil: null,
    daysLeft: null,
    next: [],
  },
  missed: {
    ...putBack,
    ...nothingRan,
    outcome: 'refused',
    why: message('why.start-missed', {
      from: '2026-11-28T21:00:00.000Z',
      until: '2026-11-29T01:00:00.000Z',
      hosts: ['sqlw02'],
    }),
    next: [message('next.asked-anew')],
  },
  moved: {
    ...putBack,
    outcome: 'put-back',
    why: message('why.host', {
      host: 'sqlw02',
      stage: 'trust',
      step: null,
      code: 'FactsMoved',
      data: { fact: 'value', found: 'B', wanted: 'A' },
    }),
    gaps: [],
    next: [message('next.asked-anew')],
  },
  outside: {
    ...done,
    wish: { ...done.wish, leaveBehind: ['sqlw09'] },
    next: [...done.next, message('next.left-outside', { hosts: ['sqlw09'], isBack: false })],
  },
  'too-late': {
    ...putBack,
    ...nothingRan,
    outcome: 'refused',
    why: message('why.start-after-end', {
      from: '2026-12-12T21:00:00.000Z',
      notAfter: '2026-12-08T09:14:00.000Z',
      last: { from: '2026-12-05T21:00:00.000Z', to: '2026-12-06T01:00:00.000Z' },
      farm: 'prod',
      frozen: null,
    }),
    next: [],
  },
  'too-late-frozen': {
    ...putBack,
    ...nothingRan,
    outcome: 'refused',
    why: message('why.start-after-end', {
      from: '2026-12-12T21:00:00.000Z',
      notAfter: '2026-12-08T09:14:00.000Z',
      last: null,
      farm: 'prod',
      frozen: '2026-12-07T07:00:00.000Z',
    }),
    next: [],
  },
};

export const unknown: NeedsPersonView = {
  kind: 'needs-person',
  wish: plainWish('rotate-master'),
  id: 'prod-17',
  farm: 'prod',
  digest: DIGEST,
  unknown: [host('sqlw02')],
  paused: false,
  packages: null,
  why: [
    message('why.host', {
      host: 'sqlw02',
      stage: 'workers',
      step: null,
      code: 'RunnerSilent',
      data: { since: '2026-11-24T14:31:12.000Z' },
    }),
  ],
  rows: [
    row('sqlm01', 'good', message('row.presents', { thumbprint: 'B8DE98…2CBB' }), { role: 'master' }),
    row('sqlw01', 'good', message('row.connected'), { ms: [8400] }),
    row('sqlw02', 'unknown', message('row.silent', { since: '2026-11-24T14:31:12.000Z' }), {
      cutOff: true,
      cutAt: '2026-11-24T14:30:58.000Z',
    }),
    row('sqlw03', 'good', message('row.connected'), { ms: [16_300] }),
  ],
  provedOn: 'new',
  against: [],
  silent: true,
  leave: 'cut-off',
  back: 'again',
  asked: null,
  voided: null,
  votes: [],
  needed: 2,
  mayApprove: [ana, tom, wei],
  quorum: 2,
};

/** It went back to a certificate that had ended meanwhile. */
const wentBackToEnded: NeedsPersonView = {
  ...unknown,
  ended: { master: host('sqlm01'), at: '2026-11-24T14:30:00.000Z', clustered: false },
  why: [
    message('why.host', {
      host: 'sqlw02',
      stage: 'workers',
      step: 'sqlw02/workers/worker-connected',
      code: 'WorkerRefused',
      data: {
        found: { presented: OLD, log: 'refused', line: 'The remote certificate is invalid', tcp: false },
        wanted: OLD,
      },
    }),
  ],
  provedOn: 'old',
  silent: false,
  back: 'once-more',
};

/** Nobody is cut off, and all is put back except on a machine whose runner somebody has paused. */
const pausedThere: NeedsPersonView = {
  ...unknown,
  paused: true,
  why: [message('why.host', { host: 'sqlw02', stage: 'trust', step: null, code: 'RunnerPaused', data: {} })],
  rows: [
    row('sqlm01', 'waiting', message('row.prepared', { thumbprint: '' }), { role: 'master' }),
    row('sqlw01', 'waiting', message('row.waiting')),
    row('sqlw02', 'waiting', message('row.trusts', { thumbprint: 'B8DE98…2CBB' })),
  ],
  provedOn: 'mixed',
  silent: false,
  leave: 'as-it-is',
  back: 'prepared',
};

export const unknownAsked: NeedsPersonView = {
  ...unknown,
  asked: { choice: 'leave-behind', by: ana },
  votes: [{ by: tom, vote: 'approve', at: '2026-11-24T14:40:00.000Z', reason: '' }],
  needed: 1,
  mayApprove: [wei],
};

/** The rotation turned back while a decision waited for votes, and now the state of the master is unknown. */
const questionVoid: NeedsPersonView = {
  ...unknown,
  unknown: [host('sqlm01')],
  leave: null,
  why: [
    message('why.host', {
      host: 'sqlm01',
      stage: 'master',
      step: null,
      code: 'RunnerSilent',
      data: unknown.why[0]?.data.data ?? {},
    }),
  ],
  rows: [
    row('sqlm01', 'unknown', message('row.silent', { since: '2026-11-24T14:31:12.000Z' }), { role: 'master' }),
    ...['sqlw01', 'sqlw02', 'sqlw03'].map((name) => row(name, 'good', message('row.connected'), { ms: [8400] })),
  ],
  voided: { choice: 'leave-behind', by: ana },
};

/** A master that was not to change, but has: the workers have their new certificates. */
const masterMoved: NeedsPersonView = {
  ...unknown,
  wish: plainWish('rotate-worker'),
  unknown: [host('sqlm01')],
  leave: 'as-it-is',
  silent: false,
  against: [message('proof.against', { host: 'sqlm01', fact: '10.0.0.5:8391', found: OTHER, wanted: OLD })],
  why: [
    message('why.host', {
      host: 'sqlm01',
      stage: null,
      step: null,
      code: 'NotProved',
      data: { against: [{ fact: '10.0.0.5:8391', found: OTHER, wanted: OLD }] },
    }),
  ],
  rows: [
    row('sqlm01', 'unknown', message('row.presents', { thumbprint: 'B8DE98…2CBB' }), { role: 'master' }),
    ...['sqlw01', 'sqlw02', 'sqlw03'].map((name) => row(name, 'good', message('row.connected'), { ms: [8400] })),
  ],
};

/** Packages run longer than they are waited for; nobody is cut off. */
export const packagesRun: NeedsPersonView = {
  ...unknown,
  unknown: [],
  packages: { waitMs: 900_000, unseen: false, frozen: null, workers: [], windowClosed: null, windowCloses: null },
  why: [
    message('why.host', {
      host: 'sqlm01',
      stage: 'drain',
      step: 'sqlm01/drain/packages-end',
      code: 'PackagesRun',
      data: { found: { count: 3, packages: ['LoadOrders.dtsx (SQLW02)', 'Prices.dtsx (SQLW02)'] }, wanted: 'none' },
    }),
  ],
  rows: [
    row('sqlm01', 'waiting', message('row.prepared', { thumbprint: '' }), { role: 'master' }),
    row('sqlw01', 'waiting', message('row.trusts', { thumbprint: 'B8DE98…2CBB' })),
    row('sqlw02', 'waiting', message('row.trusts', { thumbprint: 'B8DE98…2CBB' })),
  ],
  provedOn: 'mixed',
  silent: false,
  back: 'prepared',
};

const packagesUnseen: NeedsPersonView = {
  ...packagesRun,
  packages: { waitMs: 900_000, unseen: true, frozen: null, workers: [], windowClosed: null, windowCloses: null },
  why: packagesRun.why.map(({ id, data }) =>
    message(id, { ...data, code: 'PackagesUnseen', data: { found: 'login-refused', wanted: 'none' } }),
  ),
};

/** The same where workers go one by one: one has switched, two wait for their own packages. */
const packagesRunThere: NeedsPersonView = {
  ...packagesRun,
  packages: {
    waitMs: 900_000,
    unseen: false,
    frozen: null,
    workers: [host('sqlw02'), host('sqlw03')],
    windowClosed: null,
    windowCloses: null,
    leaveOut: { toGo: [] },
  },
  leaveOne: [host('sqlw02'), host('sqlw03')],
  why: ['sqlw02', 'sqlw03'].map((worker) =>
    message('why.host', {
      host: 'sqlm01',
      stage: 'drain',
      step: `sqlm01/drain/packages-end/${worker}`,
      code: 'PackagesRun',
      data: { found: { count: 1, packages: [`LoadOrders.dtsx (${worker.toUpperCase()})`] }, wanted: 'none' },
    }),
  ),
  rows: [
    row('sqlm01', 'good', message('row.trusts-workers', { count: 3 }), { role: 'master' }),
    row('sqlw01', 'good', message('row.connected', { thumbprint: 'B8DE98…2CBB' })),
    row('sqlw02', 'waiting', message('row.packages-run')),
    row('sqlw03', 'waiting', message('row.packages-run')),
  ],
  provedOn: 'new',
  back: 'again',
};

/** Somebody asks to leave behind the first of them, which holds up all others. */
const packagesLeaveAsked: NeedsPersonView = {
  ...packagesRunThere,
  packages: {
    ...(packagesRunThere.packages as NonNullable<NeedsPersonView['packages']>),
    workers: [host('sqlw01')],
    leaveOut: { toGo: [host('sqlw02'), host('sqlw03')] },
  },
  leaveOne: [],
  why: packagesRunThere.why.slice(0, 1),
  rows: [
    row('sqlm01', 'good', message('row.trusts-workers', { count: 3 }), { role: 'master' }),
    row('sqlw01', 'waiting', message('row.packages-run')),
    row('sqlw02', 'waiting', message('row.prepared', { thumbprint: '' })),
    row('sqlw03', 'waiting', message('row.prepared', { thumbprint: '' })),
  ],
  asked: { choice: 'leave-out', by: ana },
  votes: [{ by: tom, vote: 'approve', at: '2026-11-24T14:50:00.000Z', reason: '' }],
  needed: 1,
  mayApprove: [wei],
};

const packagesAsked: NeedsPersonView = {
  ...packagesRun,
  asked: { choice: 'go-on', by: ana },
  votes: [{ by: tom, vote: 'approve', at: '2026-11-24T14:50:00.000Z', reason: '' }],
  needed: 1,
  mayApprove: [wei],
};

/** Nobody decided before the window closed: nobody waits any longer, and going on needs another agreement. */
const packagesLate: NeedsPersonView = {
  ...packagesRun,
  packages: {
    waitMs: 900_000,
    unseen: false,
    frozen: null,
    workers: [],
    windowClosed: '2026-11-24T02:00:00.000Z',
    windowCloses: null,
  },
};

/** The farm was frozen while it waited: going on needs another agreement. */
const packagesFrozen: NeedsPersonView = {
  ...packagesRun,
  packages: {
    waitMs: 900_000,
    unseen: false,
    frozen: { until: '2026-11-26T08:00:00.000Z', by: 'Tom Becker', reason: 'Month end' },
    workers: [],
    windowClosed: null,
    windowCloses: null,
  },
};

/** It can no longer be seen whether they have ended. */
const unwatchedBy = (view: NeedsPersonView, how: 'silent' | 'paused' | 'unanswered'): NeedsPersonView => ({
  ...view,
  packages: view.packages === null ? null : { ...view.packages, unwatched: { host: host('sqlm01'), how } },
});

/** It closes before a longer wait would have ended. */
const packagesClosing: NeedsPersonView = {
  ...packagesRun,
  packages: {
    waitMs: 900_000,
    unseen: false,
    frozen: null,
    workers: [],
    windowClosed: null,
    windowCloses: '2026-11-24T02:00:00.000Z',
  },
};

export const reminder: ReminderView = {
  kind: 'reminder',
  farm: 'prod',
  day: '2026-11-24',
  owner: mei,
  escalatedTo: [],
  sample: null,
  snooze: { now: null, mostDays: 7 },
  master: host('sqlm01'),
  certificates: [
    { host: host('sqlm01'), role: 'master', thumbprint: OLD, notAfter: '2026-12-08T09:14:00.000Z', days: 14 },
    { host: host('sqlw02'), role: 'worker', thumbprint: NEW, notAfter: '2027-01-04T09:14:00.000Z', days: 41 },
    { host: host('sqlw01'), role: 'worker', thumbprint: NEW, notAfter: '2027-06-15T09:14:00.000Z', days: 203 },
    { host: host('sqlw03'), role: 'worker', thumbprint: NEW, notAfter: '2027-06-15T09:14:00.000Z', days: 203 },
  ],
  asks: ASKS,
  gap: { minMs: 8400, maxMs: 16_300 },
  lastWindows: ['2026-12-05T22:00:00.000Z', '2026-11-28T22:00:00.000Z'],
  nextWord: '2026-12-01',
  nextToApprovers: true,
};

/** Within the days of escalation, snoozed before, and it can be snoozed no more. */
export const reminderEscalated: ReminderView = {
  ...reminder,
  escalatedTo: [ana, tom],
  snooze: { now: { by: mei, untilDay: '2026-11-25', reason: 'The change board meets then' }, mostDays: 0 },
  nextWord: '2026-11-25',
  certificates: reminder.certificates.map((one, at) =>
    at === 0 ? { ...one, notAfter: '2026-11-25T09:14:00.000Z', days: 1 } : one,
  ),
};

/** Two workers' own certificates end before the master's. */
const reminderWorkers: ReminderView = {
  ...reminder,
  lastWindows: null,
  nextToApprovers: false,
  certificates: [
    ...reminder.certificates.slice(1, 3).map((one) => ({ ...one, notAfter: '2026-12-01T09:14:00.000Z', days: 7 })),
    ...reminder.certificates.filter((_, at) => at === 0 || at === 3),
  ],
};

/** With this many days left for the master's; 0: it ended an hour ago, on the day of the card. */
export const reminderAt = (days: number): ReminderView => ({
  ...reminder,
  snooze: { now: null, mostDays: 0 },
  lastWindows: days === 0 ? null : [],
  nextWord: days === 0 ? null : '2026-11-25',
  certificates: reminder.certificates.map((one, at) =>
    at === 0 ? { ...one, notAfter: `2026-11-${24 + days}T08:05:00.000Z`, days } : one,
  ),
});

/** Somebody has asked for a rotation already, and it waits for its window. */
const reminderOpen: ReminderView = {
  ...reminder,
  open: { id: 'prod-17', by: mei, starts: '2026-11-28T22:00:00.000Z' },
};

const reminderSample: ReminderView = { ...reminder, sample: ana };

export const notice: NoticeView = {
  kind: 'notice',
  messages: [message('refused.own-request', { id: 'prod-17', others: ['Ana Ruiz', 'Tom Becker'] })],
  actions: [{ label: message('button.act-as', { name: 'Ana Ruiz' }), verb: 'act-as', data: { person: 'ana' } }],
};

/** What a channel is asked after a compromised key: to write a sentence. */
const noticeAsking: NoticeView = {
  kind: 'notice',
  messages: [message('told.review', { id: 'prod-17', by: 'Mei Lin', dueDay: '2026-11-27', names: ['Wei Zhang'] })],
  actions: [
    {
      label: message('button.review'),
      verb: 'review',
      data: { rotation: 'prod-17' },
      asks: { what: message('review.what'), send: message('review.do') },
    },
  ],
};

const LOOKS = ['start', 'hour', 'day'] as const;
const SATURDAY = {
  from: '2026-11-28T21:00:00.000Z',
  until: '2026-11-29T01:00:00.000Z',
  zone: 'Europe/Berlin',
  outside: false,
};

/** Plans whose work does not begin with the last approval. */
const timed: { readonly [name: string]: PlanView } = {
  'plan-timed': {
    ...plan,
    when: { ...SATURDAY, executions: 400, waits: null },
    ticket: { id: 'CHG0031877', link: 'https://change.example.com/CHG0031877' },
  },
  'plan-in-window': {
    ...plan,
    when: { ...SATURDAY, executions: 0, from: null, waits: null },
    ticket: { id: 'INC-7', link: null },
  },
  'plan-outside': { ...plan, when: { from: null, until: null, outside: true, waits: null } },
  'plan-waiting': {
    ...plan,
    votes: [...plan.votes, { by: tom, vote: 'approve', at: '2026-11-24T14:31:00.000Z', reason: '' }],
    needed: 0,
    mayApprove: [],
    when: {
      ...SATURDAY,
      executions: 1,
      waits: { held: null, looks: LOOKS, looked: '2026-11-27T21:00:04.000Z', unseen: [], failed: [], obstacle: null },
    },
    ticket: { id: 'CHG0031877', link: 'https://change.example.com/CHG0031877' },
  },
  'plan-frozen': {
    ...plan,
    votes: [...plan.votes, { by: tom, vote: 'approve', at: '2026-11-24T14:31:00.000Z', reason: '' }],
    needed: 0,
    mayApprove: [],
    when: {
      from: '2026-11-27T08:00:00.000Z',
      until: '2026-11-27T08:00:00.000Z',
      outside: false,
      waits: {
        held: { until: '2026-11-27T08:00:00.000Z', by: 'Tom Becker', reason: '' },
        looks: LOOKS,
        looked: null,
        unseen: [],
        failed: [],
        obstacle: null,
      },
    },
  },
  'plan-held': {
    ...plan,
    votes: [...plan.votes, { by: tom, vote: 'approve', at: '2026-11-24T14:31:00.000Z', reason: '' }],
    needed: 0,
    mayApprove: [],
    when: {
      ...SATURDAY,
      waits: {
        held: { until: '2026-11-27T08:00:00.000Z', by: 'Tom Becker', reason: 'Quarter end' },
        looks: LOOKS,
        looked: '2026-11-27T21:00:04.000Z',
        unseen: [host('sqlw02')],
        failed: [
          message('why.refused', { code: 'StoreNotReadable', host: 'sqlw02', data: { store: 'Root', code: 0 } }),
        ],
        obstacle: null,
      },
    },
  },
  'plan-too-late': {
    ...plan,
    votes: [...plan.votes, { by: tom, vote: 'approve', at: '2026-11-24T14:31:00.000Z', reason: '' }],
    needed: 0,
    mayApprove: [],
    when: {
      ...SATURDAY,
      until: '2026-12-06T01:00:00.000Z',
      liftBy: '2026-12-06T01:00:00.000Z',
      waits: {
        held: { until: '2026-12-31T07:00:00.000Z', by: 'Tom Becker', reason: 'Quarter end' },
        looks: LOOKS,
        looked: null,
        unseen: [],
        failed: [],
        obstacle: null,
      },
    },
  },
  'plan-too-late-open': {
    ...plan,
    when: { ...SATURDAY, until: '2026-12-06T01:00:00.000Z', liftBy: '2026-12-06T01:00:00.000Z', waits: null },
  },
  'plan-obstacle': {
    ...plan,
    votes: [...plan.votes, { by: tom, vote: 'approve', at: '2026-11-24T14:31:00.000Z', reason: '' }],
    needed: 0,
    mayApprove: [],
    when: {
      ...SATURDAY,
      waits: {
        held: null,
        looks: LOOKS,
        looked: '2026-11-28T21:04:04.000Z',
        unseen: [],
        failed: [],
        obstacle: {
          mark: 'start',
          why: message('why.refused', { code: 'HostNotReady', host: 'sqlw02', data: { problem: 'runner-paused' } }),
        },
      },
    },
  },
};

/** The port had no binding when it was asked for. */
const unboundViews: { readonly [name: string]: CardView } = {
  'running-unbound': {
    ...running,
    cutBefore: 2,
    rows: running.rows.map((one) => ({ ...one, ms: [], cutOff: false })),
    stop: message('stop.unbound', { port: 8391, workers: 3 }),
  },
  'running-unbound-back': {
    ...runningBack,
    cutBefore: 3,
    rows: runningBack.rows.map((one) => ({ ...one, cutOff: false })),
  },
  'closed-unbound': {
    ...putBack,
    unbound: { port: 8391, seen: true },
    presented: null,
    gaps: [],
    evidence: [{ state: 'good', what: message('proof.unbound', { host: 'sqlm01', port: 8391 }) }],
  },
  'packages-unbound': { ...packagesRun, cutOffAlready: true, back: 'unbound' },
};

/** Every card there is, by the name of its golden file; drawn for an approver unless the name says otherwise. */
const gone = [
  message('step.remove-key', { thumbprint: OLD, stores: ['Root'] }),
  message('step.remove-certificate', { thumbprint: OLD, stores: ['Root'] }),
];
export const retire: RetireView = {
  kind: 'retire',
  wish: plainWish('retire'),
  id: 'prod-19',
  farm: 'prod',
  digest: DIGEST,
  dry: false,
  by: mei,
  reason: 'The new one has proved itself',
  at: '2026-12-02T14:05:00.000Z',
  certificates: [
    {
      thumbprint: OLD,
      notAfter: '2026-12-08T09:14:00.000Z',
      madeBy: null,
      lastUsed: '2026-11-24T14:31:00.000Z',
      hosts: [host('sqlm01'), ...workers],
      keyOn: [host('sqlm01')],
      compromised: false,
    },
    {
      thumbprint: ORPHAN,
      notAfter: '2027-11-20T14:31:00.000Z',
      madeBy: 'prod-16',
      lastUsed: null,
      hosts: [host('sqlm01')],
      keyOn: [host('sqlm01')],
      compromised: false,
    },
  ],
  stay: [
    { thumbprint: OTHER, until: '2026-12-09T10:00:00.000Z', where: '', subject: null },
    { thumbprint: THIRD, until: null, where: 'sqlw03 MasterHttpsCertThumbprint', subject: null },
    { thumbprint: UNCLAIMED, until: null, where: 'sqlm01', subject: 'CN=sqlw09' },
    { thumbprint: ORPHAN, until: null, where: 'sqlw01', subject: null, allowed: true },
  ],
  quorum: 2,
  votes: [{ by: ana, vote: 'approve', at: '2026-12-02T14:21:00.000Z', reason: '' }],
  needed: 1,
  mayApprove: [tom, wei],
  openUntil: '2026-12-03T14:05:00.000Z',
  when: plan.when,
  ticket: plan.ticket,
  changes: [
    { hosts: [host('sqlm01')], role: 'master', goesFirst: true, lines: gone },
    { hosts: workers, role: 'worker', goesFirst: false, lines: gone.slice(1) },
  ],
  warnings: [message('warning.frozen', { by: 'Tom Becker', until: '2026-12-05T08:00:00.000Z' })],
  replaces: null,
};

const retiring: RunningView = {
  ...running,
  wish: plainWish('retire'),
  id: 'prod-19',
  step: 2,
  steps: 6,
  phases: [
    { name: 'retire', state: 'running', ms: null, from: 1, to: 5 },
    { name: 'prove', state: 'waiting', ms: null, from: 6, to: 6 },
  ],
  rows: [
    { ...row('sqlm01', 'running', message('row.doing', { kind: 'remove-key', back: false })), role: 'master' },
    row('sqlw01', 'good', message('row.retired')),
    row('sqlw02', 'bad', message('row.failed', { code: 'CertificateRemoveFailed' })),
    row('sqlw03', 'good', message('row.holds-none')),
  ],
  stepRows: [
    { number: '1–5', state: 'running', hosts: workers, what: message('progress.retire', { count: 3 }), atMs: null },
    { number: '6', state: 'waiting', hosts: [], what: message('progress.final-look', { count: 4 }), atMs: null },
  ],
  made: null,
  old: null,
  stop: message('stop.retire'),
};

const notRemoved = {
  ...{ host: 'sqlw02', stage: 'retire', step: null, code: 'CertificateRemoveFailed' },
  data: { store: 'Root', thumbprint: OLD, code: 5 },
};

const retired: ClosedView = {
  ...done,
  wish: plainWish('retire'),
  id: 'prod-19',
  outcome: 'proved',
  rollBack: undefined,
  presented: null,
  goodUntil: null,
  daysLeft: null,
  gaps: [],
  evidence: [
    {
      state: 'good',
      what: message('proof.retired', { thumbprint: OLD, hosts: ['sqlm01', 'sqlw01'], count: 2, keyOn: ['sqlm01'] }),
    },
  ],
  next: [],
};

export const VIEWS: { readonly [name: string]: CardView } = {
  plan,
  'plan-gone': {
    ...plan,
    votes: plan.votes.map((vote) => ({ ...vote, gone: true })),
    needed: 2,
    mayApprove: [tom, wei],
  },
  'plan-first': { ...plan, votes: [], needed: 2, mayApprove: [ana, tom, wei], gap: null },
  'plan-dry': { ...plan, dry: true, votes: [], needed: 2, mayApprove: [] },
  'plan-packages': {
    ...plan,
    packages: {
      figure: message('plan.packages', { count: 3 }),
      below: message('plan.packages-below', { at: '2026-11-24T14:05:00.000Z' }),
      why: message('plan.packages-run-why', {
        waitMs: 900_000,
        each: false,
        unplaced: true,
        packages: ['LoadOrders.dtsx (SQLW02)', 'Prices.dtsx (SQLW02)', 'Nightly.dtsx'],
      }),
    },
    quiet: message('plan.quiet-hours', { spans: [{ from: 22, to: 2 }], zone: 'Asia/Shanghai', executions: 0 }),
  },
  'plan-unseen': {
    ...plan,
    packages: {
      figure: message('plan.packages-unseen'),
      below: message('plan.packages-unseen-below'),
      why: message('unseen.no-role', {
        host: 'sqlm01',
        login: 'CORP\\SQLM01$',
        roles: ['ssis_logreader'],
      }),
    },
    quiet: null,
  },
  ...timed,
  'plan-warnings': {
    ...plan,
    replaces: 'prod-16',
    warnings: [
      message('warning.root-crowded', { host: 'sqlw01', count: 310, limit: 200 }),
      message('warning.password-account', { host: 'sqlw02', role: 'worker', account: 'CORP\\svc_ssis' }),
    ],
  },
  'plan-unbound': {
    ...plan,
    cutOffAlready: true,
    changes: plan.changes.map((group) => ({
      ...group,
      lines: group.lines.map((line) =>
        line.id === 'step.bind-port' ? { ...line, data: { ...line.data, old: [], appId: OWN_APP_ID } } : line,
      ),
    })),
    warnings: [
      message('warning.nothing-bound', { host: 'sqlm01', port: 8391, key: '0.0.0.0:8391', appId: OWN_APP_ID }),
    ],
  },
  'plan-without-old': {
    ...plan,
    retireAfterMs: undefined,
    cutOffAlready: true,
    old: { thumbprint: OLD, notAfter: null, daysLeft: null },
    warnings: [
      message('warning.nothing-bound', { host: 'sqlm01', port: 8391, key: '0.0.0.0:8391', appId: OWN_APP_ID }),
      message('warning.old-gone', { host: 'sqlm01' }),
    ],
  },
  'plan-existing': {
    ...plan,
    wish: { ...plainWish('rotate-master'), use: NEW },
    next: {
      ...plan.next,
      notAfter: '2026-12-01T09:14:00.000Z',
      names: ['sqlm01', 'ssis.contoso.com'],
      store: 'My',
      thumbprint: NEW,
      daysLeft: 6,
    },
    existing: [
      good('existing.there', { subject: 'ssis.contoso.com', store: 'My', host: 'sqlm01' }),
      { state: 'mind', what: message('existing.key-granted', { account: 'NT Service\\SSISScaleOutMaster160' }) },
      { state: 'mind', what: message('existing.in-my') },
      good('existing.names', { names: ['sqlm01', 'ssis.contoso.com'] }),
      {
        state: 'mind',
        what: message('existing.ends-sooner', {
          at: '2026-12-01T09:14:00.000Z',
          days: 6,
          old: '2026-12-08T09:14:00.000Z',
        }),
      },
      good('existing.strong', { keyBits: 3072, hash: 'SHA-256' }),
      good('existing.usages'),
      good('existing.may-not-sign'),
      good('existing.chain', { names: ['Contoso Issuing 2', 'Contoso Root'] }),
      good('existing.allowed', { hosts: ['sqlm01', 'sqlw01', 'sqlw02', 'sqlw03'] }),
    ],
  },
  'plan-rollback': {
    ...plan,
    retireAfterMs: undefined,
    id: 'prod-18',
    wish: { ...plainWish('rotate-master'), of: 'prod-17', use: OLD },
    old: { thumbprint: NEW, notAfter: '2027-11-24T14:31:00.000Z', daysLeft: 365 },
    next: { ...plan.next, notAfter: '2026-12-08T09:14:00.000Z', thumbprint: OLD, daysLeft: 13 },
    existing: [
      good('existing.there', { subject: 'sqlm01', store: 'Root', host: 'sqlm01' }),
      good('existing.key', { account: 'NT Service\\SSISScaleOutMaster160' }),
      { state: 'mind', what: message('existing.weak', { keyBits: 1024, hash: 'SHA-1' }) },
      good('existing.used', { hosts: ['sqlm01', 'sqlw01', 'sqlw02', 'sqlw03'] }),
    ],
  },
  'plan-rollback-workers': {
    ...plan,
    retireAfterMs: undefined,
    id: 'prod-18',
    wish: { ...plainWish('rotate-worker'), of: 'prod-17', workers },
    next: {
      ...plan.next,
      host: host('sqlw01'),
      store: 'My',
      notAfter: '2026-12-08T09:14:00.000Z',
      thumbprint: OLD,
      daysLeft: 13,
    },
    existing: [
      good('existing.before', { hosts: ['sqlw01', 'sqlw02', 'sqlw03'] }),
      {
        state: 'mind',
        what: message('existing.before-ends', {
          hosts: ['sqlw01', 'sqlw03'],
          at: '2026-12-08T09:14:00.000Z',
          days: 13,
        }),
      },
    ],
  },
  'running-rollback': { ...running, wish: { ...plainWish('rotate-master'), of: 'prod-17', use: OLD } },
  'closed-rollback': { ...done, wish: { ...plainWish('rotate-master'), of: 'prod-17', use: OLD } },
  running,
  'running-ticket': { ...running, wish: { ...running.wish, ticket: 'CHG0031877' } },
  'running-back': runningBack,
  'running-stopping': { ...running, stopAsked: tom },
  'running-queue-away': { ...running, waiting: message('waiting.queue', { refuses: null }) },
  'running-unheard': {
    ...running,
    waiting: message('waiting.queue', { refuses: null }),
    unheard: { all: true, master: host('sqlm01') },
  },
  'running-unheard-before': {
    ...running,
    rows: running.rows.map((one) => ({ ...one, cutOff: false })),
    waiting: message('waiting.order', { host: 'sqlm01' }),
    unheard: { all: false, master: host('sqlm01') },
  },
  'running-orders-refused': { ...running, waiting: message('waiting.orders-refused', { hosts: ['sqlw01', 'sqlw02'] }) },
  'running-orders-not-writable': {
    ...running,
    waiting: message('waiting.orders-not-writable', { hosts: ['sqlw01'] }),
  },
  'running-queue-full': { ...running, waiting: message('waiting.queue', { refuses: 'OOM' }) },
  'running-back-stalled': {
    ...runningBack,
    waiting: message('waiting.put-back', { hosts: ['sqlw02'], until: '2026-11-24T14:36:00.000Z', again: false }),
  },
  'running-back-unsure': {
    ...runningBack,
    rows: [
      row('sqlm01', 'running', message('row.doing', { kind: 'publish-cer', back: true }), {
        role: 'master',
        ms: [3100],
      }),
      row('sqlw01', 'good', message('row.put-back'), { ms: [11_000] }),
      row('sqlw02', 'good', message('row.put-back'), { ms: [41_000] }),
      row('sqlw03', 'unknown', message('row.unknown', { code: 'ServiceDidNotStart' })),
    ],
    waiting: message('waiting.unwritable', { hosts: ['sqlm01'], reason: 'ENOSPC', begun: true }),
    unsure: [host('sqlw03')],
  },
  'closed-done': done,
  'closed-ticket': { ...done, wish: { ...done.wish, ticket: 'CHG0031877' } },
  'closed-put-back': putBack,
  ...unboundViews,
  ...Object.fromEntries(Object.entries(closedOtherwise).map(([name, view]) => [`closed-${name}`, view])),
  'needs-person': unknown,
  'needs-person-kept': masterMoved,
  'packages-run': packagesRun,
  'packages-run-there': packagesRunThere,
  'packages-unseen': packagesUnseen,
  'packages-asked': packagesAsked,
  'packages-late': packagesLate,
  'packages-frozen': packagesFrozen,
  'packages-frozen-asked': { ...packagesAsked, packages: packagesFrozen.packages },
  'packages-frozen-late-there': {
    ...packagesRunThere,
    packages: {
      ...packagesFrozen.packages,
      workers: [host('sqlw02'), host('sqlw03')],
      windowClosed: '2026-11-24T02:00:00.000Z',
      leaveOut: { toGo: [host('sqlw01')] },
    } as NonNullable<NeedsPersonView['packages']>,
    // To leave one alone behind would set the rotation going.
    leaveOne: [],
  },
  'packages-unseen-asked': { ...packagesUnseen, asked: packagesAsked.asked, votes: packagesAsked.votes, needed: 1 },
  'packages-leave-asked': packagesLeaveAsked,
  'needs-person-ended': wentBackToEnded,
  'needs-person-paused': pausedThere,
  'needs-person-paused-kept': { ...pausedThere, provedOn: 'new', back: 'again' },
  'packages-closing': packagesClosing,
  'packages-silent': unwatchedBy(packagesRun, 'silent'),
  'packages-paused-asked': unwatchedBy(packagesAsked, 'paused'),
  'packages-unanswered': unwatchedBy(packagesRun, 'unanswered'),
  'packages-late-asked': { ...packagesAsked, packages: packagesLate.packages },
  'needs-person-asked': unknownAsked,
  'needs-person-put-back': {
    ...unknown,
    why: [
      message('why.host', {
        host: 'sqlw02',
        stage: 'workers',
        step: 'sqlw02/workers/write-setting',
        code: 'ToolTimedOut',
        data: { tool: 'reg', limitMs: 60_000 },
      }),
    ],
    rows: [
      row('sqlm01', 'good', message('row.put-back'), { role: 'master' }),
      row('sqlw01', 'good', message('row.put-back')),
      row('sqlw02', 'unknown', message('row.unknown', { code: 'ToolTimedOut' }), {
        cutOff: true,
        cutAt: '2026-11-24T14:30:58.000Z',
      }),
      row('sqlw03', 'good', message('row.put-back')),
    ],
    silent: false,
    provedOn: 'old',
    back: 'once-more',
  },
  'needs-person-void': questionVoid,
  ...asItIsViews({ unknown, done }),
  ...leaveOneViews({ unknown, packages: packagesRunThere }),
  reminder,
  'reminder-escalated': reminderEscalated,
  'reminder-workers': reminderWorkers,
  'reminder-clustered': { ...reminder, clustered: true },
  'reminder-last-day': reminderAt(1),
  'reminder-ended': reminderAt(0),
  'reminder-sample': reminderSample,
  'reminder-open': reminderOpen,
  notice,
  'notice-asking': noticeAsking,
  ...workerViews({ plan, running, done, putBack, serviceDown }),
  ...compromisedViews({ plan, running, done, putBack, retire }),
  ...reconnectViews({ plan, running, done, putBack }),
  retire,
  'retire-dry': { ...retire, dry: true, votes: [], needed: 2, mayApprove: [], warnings: [], stay: [] },
  'retire-running': retiring,
  'retire-stopping': { ...retiring, stopAsked: tom },
  'retire-done': retired,
  'retire-left': {
    ...retired,
    outcome: 'left-behind',
    evidence: [
      {
        state: 'bad',
        what: message('proof.retired', { thumbprint: OLD, hosts: ['sqlm01'], count: 2, keyOn: ['sqlm01'] }),
      },
      {
        state: 'bad',
        what: message('why.host.in-full', notRemoved),
      },
    ],
    next: [message('next.retire-again', { hosts: ['sqlw02'], failed: true }), message('why.host.todo', notRemoved)],
  },
  'retire-stopped': {
    ...retired,
    outcome: 'stopped',
    endedBy: tom,
    evidence: [
      {
        state: 'bad',
        what: message('proof.retired', { thumbprint: OLD, hosts: ['sqlm01'], count: 4, keyOn: ['sqlm01'] }),
      },
    ],
    next: [message('next.retire-again', { hosts: ['sqlw01', 'sqlw02', 'sqlw03'], failed: false })],
  },
  'retire-refused': {
    ...retired,
    outcome: 'refused',
    tookMs: null,
    approvedBy: [],
    evidence: [],
    askAgain: true,
    why: message('why.refused', { code: 'GraceNotOver', host: null, data: { until: '2026-12-09T10:00:00.000Z' } }),
  },
};
