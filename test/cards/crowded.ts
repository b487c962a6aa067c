import type { CardView, HostRow, PersonRef, RowState } from '../../src/domain/views/view.ts';
import { done, host, message, NEW, notice, OLD, plan, putBack, reminder, running, unknown } from './views.ts';

const longName = (at: number): string =>
  `sqlw${String(at).padStart(3, '0')}-${'x'.repeat(40)}.corp.example`.slice(0, 63);
const crowd = (name: string): PersonRef[] => Array.from({ length: 60 }, (_, at) => ({ id: `p${at}`, name }));

/** Every list as long as a farm with this many workers makes it, every text as long as people may write it. */
export function crowded(workers: number, name: string, reason: string, state: RowState): readonly CardView[] {
  const names = Array.from({ length: workers }, (_, at) => host(longName(at)));
  const by = { id: 'x', name };
  const people = crowd(name);
  const rows: HostRow[] = names.map((one, at) => ({
    host: one,
    role: 'worker',
    state: at % 3 === 0 ? state : 'good',
    what: message('row.unknown', { code: reason }),
    ms: [59_000],
    cutOff: at % 2 === 0,
  }));
  const why = message('why.host', {
    host: longName(1),
    code: 'Unexpected',
    data: { found: reason, wanted: [reason, name] },
  });
  const lines = (at: number) => [
    message('step.write-setting', {
      role: 'worker',
      key: reason.slice(0, 40),
      thumbprint: null,
      old: at % 2 === 0 ? OLD : reason,
    }),
    message('step.create-certificate', { store: 'Root', names: names, exportable: false, readers: [reason, name] }),
  ];
  const warnings = names.map((one) => message('warning.worker-not-connected', { host: one, line: reason }));
  return [
    {
      ...plan,
      by,
      reason,
      workers: names,
      canary: names.slice(0, 3),
      mayApprove: people,
      votes: people.slice(0, 19).map((one) => ({ by: one, vote: 'approve' as const, at: plan.at, reason })),
      changes: names.map((one, at) => ({ hosts: [one], role: 'worker' as const, goesFirst: false, lines: lines(at) })),
      warnings,
    },
    { ...plan, workers: names, changes: [{ hosts: names, role: 'worker', goesFirst: false, lines: lines(0) }] },
    {
      ...running,
      approvedBy: people,
      rows,
      why,
      waiting: why,
      stop: message('stop.cutover', { master: 'sqlm01', workers, again: names, stillCut: names }),
      stepRows: names.map((one) => ({ number: '1–200', state, hosts: names, what: message(one), atMs: 1 })),
    },
    {
      ...putBack,
      by,
      reason,
      approvedBy: people,
      why,
      gaps: names.map((one) => ({ host: one, ms: [16_300, 123_000], failed: state === 'bad' })),
      evidence: names.map((one) => ({
        state,
        what: message('proof.against', { host: one, fact: reason, found: reason, wanted: name }),
      })),
      next: warnings,
    },
    { ...done, gaps: names.map((one) => ({ host: one, ms: [16_300], failed: false })) },
    {
      ...unknown,
      unknown: names,
      why: names.map(() => why),
      rows,
      asked: { choice: 'leave-behind', by },
      mayApprove: people,
    },
    { ...unknown, unknown: names, why: names.map(() => why), rows },
    {
      ...reminder,
      owner: by,
      certificates: names.map((one, at) => ({
        host: one,
        role: 'worker' as const,
        thumbprint: NEW,
        notAfter: plan.next.notAfter,
        days: at,
      })),
    },
    {
      ...notice,
      messages: warnings,
      actions: people.map((one) => ({
        label: message('button.act-as', { name }),
        verb: 'act-as',
        data: { person: one.id },
      })),
    },
  ];
}
