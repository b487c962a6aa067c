import { plainWish } from '../../src/domain/plan/wish.ts';
import type { HostName, Message, Thumbprint } from '../../src/domain/values.ts';
import type { ReconnectView } from '../../src/domain/views/reconnect-view.ts';
import type { CardView, ClosedView, HostRow, NoticeView, RunningView } from '../../src/domain/views/view.ts';
import type { Base } from './worker-views.ts';

const host = (name: string): HostName => name as HostName;
const OLD = '3BD91B1E4C6F279B8761F9FC5492FC4BF8EDA498' as Thumbprint;
const PRESENT = 'B8DE98D4E1C57F2A6B30914D7E8F5A6C1D022CBB' as Thumbprint;
const ROOT = '0F1E2D3C4B5A69788796A5B4C3D2E1F00F1E2D3C' as Thumbprint;
const message = (id: string, data: Message['data'] = {}): Message => ({ id, data });
const wish = { ...plainWish('reconnect'), workers: [host('sqlw02')] };
const row = (name: string, role: HostRow['role'], state: HostRow['state'], what: Message): HostRow => ({
  host: host(name),
  role,
  state,
  what,
  ms: [],
  cutOff: false,
});

/** Cards of workers that are brought in line with their master, from those of a master's rotation. */
export function reconnectViews({ plan, running, done, putBack }: Omit<Base, 'serviceDown'>): {
  readonly [name: string]: CardView;
} {
  const { id, farm, digest, dry, by, at, quorum, votes, needed, mayApprove, openUntil, when, ticket, replaces } = plan;
  const reconnect: ReconnectView = {
    ...{ id, farm, digest, dry, by, at, quorum, votes, needed, mayApprove, openUntil, when, ticket, replaces },
    kind: 'reconnect',
    wish,
    reason: 'It was off for a new disk on Tuesday',
    master: host('sqlm01'),
    present: { thumbprint: PRESENT, notAfter: '2027-11-24T14:31:00.000Z', madeBy: 'prod-17', authority: null },
    workers: [{ host: host('sqlw02'), pinned: OLD, trusted: true, restarts: true }],
    changes: [
      {
        hosts: [host('sqlw02')],
        role: 'worker',
        goesFirst: false,
        lines: [
          message('step.trust-certificate', { store: 'Root', thumbprint: PRESENT }),
          message('step.write-setting', {
            role: 'worker',
            key: 'MasterHttpsCertThumbprint',
            thumbprint: PRESENT,
            old: OLD,
          }),
          message('step.restart-service', { role: 'worker', state: 'running' }),
          message('check.service-runs', { role: 'worker' }),
          message('check.worker-connected'),
        ],
      },
    ],
    warnings: [message('warning.worker-not-connected', { host: 'sqlw02', line: 'The remote certificate is invalid' })],
  };
  const reconnecting: RunningView = {
    ...running,
    wish,
    step: 3,
    steps: 4,
    phases: [
      { name: 'cutover', state: 'running', ms: null, from: 1, to: 3 },
      { name: 'prove', state: 'waiting', ms: null, from: 4, to: 4 },
    ],
    rows: [
      row('sqlm01', 'master', 'good', message('row.presents', { thumbprint: 'B8DE98…2CBB' })),
      row('sqlw02', 'worker', 'running', message('row.doing', { kind: 'restart-service', back: false })),
    ],
    stepRows: [
      {
        number: '1–3',
        state: 'running',
        hosts: [host('sqlw02')],
        what: message('progress.reconnect', { count: 1, steps: 3 }),
        atMs: null,
      },
      { number: '4', state: 'waiting', hosts: [], what: message('progress.final-look', { count: 2 }), atMs: null },
    ],
    made: null,
    old: null,
    gapLimitMs: null,
    stop: message('stop.reconnect', { hosts: ['sqlw02'] }),
  };
  const closed: ClosedView = {
    ...done,
    wish,
    tookMs: 12_400,
    presented: { target: 'sqlm01:8391', thumbprint: PRESENT },
    gaps: [],
    hosts: [host('sqlw02')],
    evidence: [
      {
        state: 'good',
        what: message('proof.in-line', { hosts: ['sqlw02'], thumbprint: PRESENT, master: 'sqlm01' }),
      },
      { state: 'good', what: message('proof.workers', { connected: 1, count: 1, witnesses: ['log', 'tcp'] }) },
    ],
    next: [],
    rollBack: undefined,
  };
  const many = ['sqlw02', 'sqlw03', 'sqlw04'].map(host);
  const offer: NoticeView = {
    kind: 'notice',
    messages: [
      message('told.out-of-line', {
        farm: 'prod',
        host: 'sqlw02',
        master: 'sqlm01',
        pinned: OLD,
        presented: PRESENT,
        since: '2026-11-24T14:31:00.000Z',
      }),
    ],
    actions: [
      {
        label: message('button.reconnect', { host: 'sqlw02' }),
        verb: 'ask',
        data: { farm: 'prod', request: 'reconnect sqlw02', reason: '' },
      },
    ],
  };
  return {
    reconnect,
    'reconnect-dry': { ...reconnect, dry: true, votes: [], needed: 2, mayApprove: [], warnings: [] },
    'reconnect-issued': {
      ...reconnect,
      present: {
        ...reconnect.present,
        madeBy: null,
        authority: { thumbprint: ROOT, names: ['Contoso Issuing 2', 'Contoso Root'] },
      },
      changes: reconnect.changes.map((group) => ({
        ...group,
        lines: [message('step.trust-certificate', { store: 'Root', thumbprint: ROOT }), ...group.lines.slice(1)],
      })),
    },
    'reconnect-several': {
      ...reconnect,
      wish: { ...wish, workers: many },
      workers: [
        { host: host('sqlw02'), pinned: OLD, trusted: true, restarts: true },
        { host: host('sqlw03'), pinned: PRESENT, trusted: false, restarts: false },
        { host: host('sqlw04'), pinned: PRESENT, trusted: true, restarts: true },
        { host: host('sqlw05'), pinned: PRESENT, trusted: null, restarts: true },
      ],
      warnings: [
        message('warning.own-certificate-missing', { host: 'sqlw02' }),
        message('warning.service-not-running', { host: 'sqlw03', role: 'worker', state: 'stopped' }),
        message('warning.own-certificate-refused', { host: 'sqlw04' }),
        message('warning.connected-already', { hosts: ['sqlw06'] }),
      ],
    },
    'reconnect-running': reconnecting,
    'reconnect-done': closed,
    'reconnect-partly': {
      ...closed,
      wish: { ...wish, workers: many },
      outcome: 'partly',
      hosts: many,
      why: putBack.why,
      evidence: [
        ...closed.evidence,
        { state: 'unknown', what: message('proof.not-connecting', { hosts: ['sqlw03'] }) },
        { state: 'bad', what: message('proof.cut-off-as-before', { hosts: ['sqlw04'] }) },
        { state: 'bad', what: message('proof.not-begun', { hosts: ['sqlw05'] }) },
        { state: 'good', what: message('proof.connected-already', { hosts: ['sqlw06'] }) },
      ],
      next: [
        message('next.start-service', { hosts: ['sqlw03'] }),
        message('next.reconnect-rest', { hosts: ['sqlw04', 'sqlw05'] }),
      ],
    },
    'reconnect-put-back': {
      ...putBack,
      wish,
      hosts: [host('sqlw02')],
      presented: null,
      goodUntil: null,
      daysLeft: null,
      gaps: [],
      evidence: [{ state: 'good', what: message('proof.cut-off-as-before', { hosts: ['sqlw02'] }) }],
    },
    'reconnect-offer': offer,
  };
}
