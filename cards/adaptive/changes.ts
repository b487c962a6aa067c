import type { ReconnectView } from '../../src/domain/views/reconnect-view.ts';
import type { RetireView } from '../../src/domain/views/retire-view.ts';
import type { HostChangesView, PlanView } from '../../src/domain/views/view.ts';
import type { Draw } from './draw.ts';
import { container, facts, type Node, small, text } from './elements.ts';
import { ofWorkers } from './plan-numbers.ts';

/** *Every change*, machine by machine; machines with the same changes are folded into one group. */
export function changesPanel(view: PlanView | RetireView | ReconnectView, draw: Draw): Node {
  const old = view.kind === 'plan' && hasOld(view) ? view.old : null;
  const { tell, room } = draw;
  const shown = view.changes.slice(0, room.rows);
  const machines = view.changes.slice(shown.length).reduce((sum, { hosts }) => sum + hosts.length, 0);
  return container(
    [
      text(tell('plan.every', {}), { weight: 'Bolder', spacing: 'None' }),
      ...shown.flatMap((group, at) => groupOf(group, shown.slice(0, at), draw)),
      ...(machines === 0 ? [] : [text(tell('plan.groups-cut', { machines }), { spacing: 'Medium' })]),
      ...(old === null
        ? []
        : [small(tell('plan.old-thumbprint', { thumbprint: old.thumbprint }), { spacing: 'Medium' })]),
      small(tell('plan.digest', { digest: view.digest.slice(0, 32) }), { spacing: old === null ? 'Medium' : 'None' }),
    ],
    { id: 'every', isVisible: false, style: 'emphasis', spacing: 'Medium' },
  );
}

/** Whether there is exactly one old certificate. */
export const hasOld = (view: PlanView): view is PlanView & { readonly old: NonNullable<PlanView['old']> } =>
  view.old !== null && (!ofWorkers(view) || view.workers.length === 1);

interface FactRow {
  readonly title: string;
  readonly value: string;
}

interface Group {
  readonly head: string;
  /** null: the same changes as in an earlier group, which the head names. */
  readonly rows: readonly FactRow[] | null;
}

/** What is changed on machines with the same changes, in words. */
export function groupWords(group: HostChangesView, before: readonly HostChangesView[], draw: Draw): Group {
  const { tell, message, maybe, room } = draw;
  const lines = JSON.stringify(group.lines);
  const like = before.find((one) => one.role === group.role && JSON.stringify(one.lines) === lines);
  const head = tell('plan.group', {
    names: group.hosts,
    role: group.role,
    goesFirst: group.goesFirst,
    as: like?.hosts[0] ?? null,
    limit: room.rows,
  });
  if (like !== undefined) return { head, rows: null };
  const rows = group.lines.map((line) => ({
    title: maybe(`${line.id}.title`, line.data) ?? '·',
    value: message(line),
  }));
  return { head, rows: mergeProofs(rows, draw.between.things) };
}

function groupOf(group: HostChangesView, before: readonly HostChangesView[], draw: Draw): readonly Node[] {
  const { head, rows } = groupWords(group, before, draw);
  const spacing = before.length === 0 ? 'Small' : 'Medium';
  const title = text(head, { spacing, color: 'Accent', weight: 'Bolder' });
  return rows === null ? [title] : [title, facts(rows, { spacing: 'Small' })];
}

/** Merges consecutive lines with the same title into one fact. */
function mergeProofs(rows: readonly FactRow[], between: string): readonly FactRow[] {
  const merged: { title: string; value: string }[] = [];
  for (const row of rows) {
    const last = merged.at(-1);
    if (last?.title === row.title) last.value = `${last.value}${between}${row.value}`;
    else merged.push({ ...row });
  }
  return merged;
}
