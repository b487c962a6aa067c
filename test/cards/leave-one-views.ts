import type { HostName } from '../../src/domain/values.ts';
import type { NeedsPersonView } from '../../src/domain/views/view.ts';

const named = (...names: readonly string[]) => names as readonly HostName[];

/** Several are in question, and one alone can be left behind. */
export function leaveOneViews({ unknown, packages }: { readonly [name in 'unknown' | 'packages']: NeedsPersonView }) {
  const [silent] = unknown.why;
  if (silent === undefined) throw new Error('nothing is unknown');
  const hosts = named('sqlw02', 'sqlw03');
  const several: NeedsPersonView = {
    ...unknown,
    unknown: hosts,
    leaveOne: hosts,
    why: hosts.map((host) => ({ ...silent, data: { ...silent.data, host } })),
    rows: unknown.rows.map((row) =>
      hosts.includes(row.host as HostName) ? { ...row, state: 'unknown' as const } : row,
    ),
  };
  const asked = {
    voted: { votes: [{ by: { id: 'tom', name: 'Tom' }, vote: 'approve', at: '2026-11-24T14:40:00.000Z', reason: '' }] },
    question: { by: { id: 'ana', name: 'Ana Ruiz' }, hosts: named('sqlw03') },
  } as const;
  return {
    'needs-person-several': several,
    'needs-person-one-asked': {
      ...several,
      asked: { choice: 'leave-behind' as const, ...asked.question },
      ...asked.voted,
      needed: 1,
    },
    // The master stays in question.
    'needs-person-beside-master': {
      ...several,
      unknown: named('sqlm01', 'sqlw02'),
      leaveOne: named('sqlw02'),
      leave: null,
    },
    'packages-one-asked': {
      ...packages,
      asked: { choice: 'leave-out' as const, ...asked.question },
      ...asked.voted,
      needed: 2,
    },
  };
}
