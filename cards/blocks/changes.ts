import type { ReconnectView } from '../../src/domain/views/reconnect-view.ts';
import type { RetireView } from '../../src/domain/views/retire-view.ts';
import type { PlanView } from '../../src/domain/views/view.ts';
import { groupWords, hasOld } from '../adaptive/changes.ts';
import type { SlackDraw } from './draw.ts';
import { type Block, context, lines, section } from './elements.ts';

/** *Every change*, machine by machine; machines with the same changes are folded into one group. */
export function changesBlocks(view: PlanView | RetireView | ReconnectView, draw: SlackDraw): readonly Block[] {
  const { tell, room } = draw;
  const shown = view.changes.slice(0, room.rows);
  const machines = view.changes.slice(shown.length).reduce((sum, { hosts }) => sum + hosts.length, 0);
  return [
    section(`*${tell('plan.every', {})}*`),
    ...shown.flatMap((group, at) => {
      const { head, rows } = groupWords(group, shown.slice(0, at), draw);
      return lines([`*${head}*`, ...(rows ?? []).map(({ title, value }) => `${title} · ${value}`)]);
    }),
    ...(machines === 0 ? [] : [section(tell('plan.groups-cut', { machines }))]),
    ...lines(
      [
        view.kind === 'plan' && hasOld(view) ? tell('plan.old-thumbprint', { thumbprint: view.old.thumbprint }) : '',
        tell('plan.digest', { digest: view.digest.slice(0, 32) }),
      ],
      context,
    ),
  ];
}
