import type { PlanView } from '../src/domain/view.ts';
import type { Draw } from './draw.ts';
import { column, columns, type Node, text } from './elements.ts';

const box = (title: string, lines: readonly Node[], look: Node = {}): Node =>
  column('stretch', [text(title, { size: 'Small', weight: 'Bolder', isSubtle: true }), ...lines], {
    style: 'emphasis',
    ...look,
  });

/** How long the present certificate lasted when the plan was made. */
export function daysLeft({ old, at }: PlanView, { tell }: Draw): { readonly ended: boolean; readonly left: string } {
  const ended = Date.parse(old.notAfter) <= Date.parse(at);
  if (ended) return { ended, left: tell('plan.expired', {}) };
  return {
    ended,
    left: old.daysLeft < 1 ? tell('plan.no-days-left', {}) : tell('plan.days-left', { days: old.daysLeft }),
  };
}

/** The certificate now and after. */
export function certificates(view: PlanView, draw: Draw): Node {
  const { old, next } = view;
  const { tell } = draw;
  const { ended, left } = daysLeft(view, draw);
  const urgent: Node = ended || old.daysLeft <= 30 ? { color: 'Attention', weight: 'Bolder' } : { isSubtle: true };
  return columns(
    [
      box(tell('plan.now', {}), [
        text(tell('plan.thumbprint', { thumbprint: old.thumbprint }), {
          fontType: 'Monospace',
          spacing: 'Small',
          weight: 'Bolder',
        }),
        text(tell(ended ? 'plan.ended' : 'plan.ends', { at: old.notAfter }), { spacing: 'Small' }),
        text(left, { spacing: 'None', ...urgent }),
      ]),
      column('auto', [text('→', { size: 'Large', isSubtle: true })], {
        verticalContentAlignment: 'Center',
        spacing: 'Small',
      }),
      box(
        tell('plan.after', {}),
        [
          text(tell('plan.new-on', { host: next.host }), { weight: 'Bolder', spacing: 'Small' }),
          text(tell('plan.ends', { at: next.notAfter }), { spacing: 'Small' }),
          text(tell('plan.profile', { keyBits: next.keyBits, hash: next.hash, exportable: next.exportable }), {
            spacing: 'None',
            isSubtle: true,
          }),
        ],
        { spacing: 'Small' },
      ),
    ],
    { spacing: 'Medium' },
  );
}

/** Which packages run, or why nobody can tell. */
export const whyPackages = (
  { figure, why }: PlanView['packages'],
  { tell, message }: Pick<Draw, 'tell' | 'message'>,
): string => `${figure.id === 'plan.packages-unseen' ? tell('plan.packages-unseen-why', {}) : ''}${message(why)}`;

/** What it costs: three numbers, measured or said not to be. */
export function costs({ gap, gapLimitMs, leaveBehind, workers, packages }: PlanView, draw: Draw): Node {
  const { tell, message } = draw;
  const number = (big: string, why: string): Node =>
    column('stretch', [
      text(big, { size: 'Large', weight: 'Bolder' }),
      text(why, { isSubtle: true, size: 'Small', spacing: 'None' }),
    ]);
  const cut = { workers: workers.length };
  return columns(
    [
      gap === null
        ? number(tell('plan.gap-unknown', {}), tell('plan.gap-unmeasured', cut))
        : number(tell('plan.gap', gap), tell('plan.gap-measured', cut)),
      number(message(packages.figure), whyPackages(packages, draw)),
      number(tell('plan.limit', { ms: gapLimitMs }), tell('plan.limit-why', { leaveBehind })),
    ],
    { spacing: 'Medium' },
  );
}
