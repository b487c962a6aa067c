import type { HostName } from '../../src/domain/values.ts';
import type { ClosedView, NeedsPersonView } from '../../src/domain/views/view.ts';
import { message, OLD } from './view-parts.ts';

/** A master that has nothing to go back to, and what its rotation ends with. */
export function asItIsViews({ unknown, done }: { readonly unknown: NeedsPersonView; readonly done: ClosedView }) {
  const gone = message('why.host', {
    host: 'sqlm01',
    stage: 'master',
    step: 'sqlm01/master/bind-port',
    code: 'OldCertificateGone',
    data: { thumbprint: OLD, store: 'Root', missing: 'key' },
  });
  const asked: NeedsPersonView = {
    ...unknown,
    unknown: ['sqlm01' as HostName],
    provedOn: 'mixed',
    leave: 'all-as-it-is',
    back: 'once-imported',
    silent: false,
    against: [],
    why: [gone],
    rows: unknown.rows.map((row) =>
      row.role === 'master'
        ? { ...row, state: 'unknown' as const, what: message('row.unknown', { code: 'OldCertificateGone' }) }
        : {
            host: row.host,
            role: row.role,
            cutOff: row.cutOff,
            state: 'waiting' as const,
            what: message('row.next', {}),
            ms: [],
          },
    ),
  };
  const left: ClosedView = {
    ...done,
    outcome: 'left-behind',
    why: message('why.as-it-is', { host: 'sqlm01' }),
    next: [message('next.left-behind', { hosts: ['sqlw02'] })],
  };
  const silent: NeedsPersonView = {
    ...asked,
    back: 'rest',
    silent: true,
    why: [
      message('why.host', {
        host: 'sqlm01',
        stage: 'master',
        step: null,
        code: 'RunnerSilent',
        data: { since: '2026-11-24T14:00:00.000Z' },
      }),
    ],
    returns: { host: 'sqlm01' as HostName, how: 'goes-back' },
  };
  const leftSilent: ClosedView = {
    ...left,
    unproved: 'master',
    presented: null,
    goodUntil: null,
    daysLeft: null,
    why: message('why.left-silent', { host: 'sqlm01' }),
    next: [
      message('next.master-silent', { host: 'sqlm01', hosts: ['sqlw01', 'sqlw02'], how: 'goes-back' }),
      message('next.not-proved', { hosts: ['sqlw02'] }),
    ],
  };
  return {
    'needs-person-silent-master': silent,
    'needs-person-silent-master-soon': { ...silent, leave: null, leaveFrom: '2026-11-24T14:12:00.000Z' },
    'needs-person-silent-master-asked': { ...silent, asked: { choice: 'leave-behind' as const, by: done.by } },
    'left-silent-master': leftSilent,
    'left-master-came-back': {
      ...leftSilent,
      next: [message('next.master-back', { host: 'sqlm01', hosts: ['sqlw01', 'sqlw02'], on: 'old' })],
    },
    'closed-undone-by-hand': {
      ...done,
      undone: true as const,
      goodUntil: null,
      daysLeft: null,
      next: [
        message('next.undone-by-hand', { hosts: ['sqlm01', 'sqlw01'], sure: true }),
        message('next.pins-new', { hosts: ['sqlw02', 'sqlw03'] }),
      ],
    },
    'closed-changed-since': {
      ...done,
      undone: true as const,
      presented: null,
      goodUntil: null,
      daysLeft: null,
      rollBack: undefined,
      next: [message('next.changed-since', { by: 'prod-18' })],
    },
    'needs-person-as-it-is': asked,
    'needs-person-as-it-is-asked': { ...asked, asked: { choice: 'leave-behind' as const, by: done.by } },
    'left-as-it-is': left,
    'left-unproved': {
      ...left,
      unproved: 'master' as const,
      presented: null,
      goodUntil: null,
      daysLeft: null,
      evidence: [
        {
          state: 'bad' as const,
          what: message('proof.against', { host: 'sqlm01', fact: 'bindings', found: 0, wanted: 1 }),
        },
      ],
      next: [message('next.master-unproved', { host: 'sqlm01' }), message('next.left-behind', { hosts: ['sqlw02'] })],
    },
  };
}
