import type { PlanView } from '../../src/domain/views/view.ts';
import { isContained } from '../compromised.ts';
import type { Draw } from './draw.ts';
import { column, columns, type Node, text } from './elements.ts';

const box = (title: string, lines: readonly Node[], look: Node = {}): Node =>
  column('stretch', [text(title, { size: 'Small', weight: 'Bolder', isSubtle: true }), ...lines], {
    style: 'emphasis',
    ...look,
  });

/** How long the present certificate still lasts. */
export function daysWords({ old }: PlanView, { tell }: Draw): { readonly ended: boolean; readonly left: string } {
  if (old === null) return { ended: true, left: tell('plan.not-read', {}) };
  const { daysLeft: days } = old;
  return days === null ? { ended: true, left: tell('plan.gone', {}) } : { ended: days === 0, left: lasts(days, tell) };
}

const lasts = (days: number, tell: Draw['tell']): string =>
  days === 0 ? tell('plan.expired', {}) : days === 1 ? tell('plan.no-days-left', {}) : tell('plan.days-left', { days });

/** From here on, how long a certificate lasts is no aside any more. */
const SOON_DAYS = 30;

/** The certificate now and after. */
export function certificates(view: PlanView, draw: Draw): Node {
  const { next } = view;
  const { tell } = draw;
  const { ended, left } = daysWords(view, draw);
  const urgent: Node = isUrgent(view, ended) ? { color: 'Attention', weight: 'Bolder' } : { isSubtle: true };
  const { which, isThumbprint, ends } = nowWords(view, draw);
  const font: Node = isThumbprint ? { fontType: 'Monospace' } : {};
  return columns(
    [
      box(tell('plan.now', {}), [
        text(which, { ...font, spacing: 'Small', weight: 'Bolder' }),
        ...(ends === null ? [] : [text(ends, { spacing: 'Small' })]),
        text(left, { spacing: 'None', ...urgent }),
      ]),
      column('auto', [text('→', { size: 'Large', isSubtle: true })], {
        verticalContentAlignment: 'Center',
        spacing: 'Small',
      }),
      box(
        tell('plan.after', {}),
        [
          ...afterWords(view, draw).map(({ words, isThumbprint = false, isUrgent = false }, at) =>
            text(words, {
              ...(isThumbprint ? { fontType: 'Monospace' } : {}),
              ...(at === 0 || isUrgent ? { weight: 'Bolder' } : {}),
              spacing: 'Small',
              ...(isUrgent ? { color: 'Attention' } : {}),
            }),
          ),
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

/** What is under *now*: the certificate and its end; for several workers, how many there are and the first end. */
export function nowWords(
  view: PlanView,
  draw: Draw,
): { readonly which: string; readonly isThumbprint: boolean; readonly ends: string | null } {
  const { old, workers } = view;
  const { tell } = draw;
  const { ended } = daysWords(view, draw);
  const count = ofWorkers(view) ? workers.length : 1;
  const isThumbprint = count === 1 && old !== null;
  const which =
    count > 1
      ? tell('plan.several', { count })
      : old === null
        ? tell('plan.not-there', {})
        : tell('plan.thumbprint', { thumbprint: old.thumbprint });
  if (old === null || old.notAfter === null) return { which, isThumbprint, ends: null };
  const id = count > 1 ? (ended ? 'plan.first-ended' : 'plan.first-ends') : ended ? 'plan.ended' : 'plan.ends';
  return { which, isThumbprint, ends: tell(id, { at: old.notAfter }) };
}

/** Whether each worker gets a certificate of its own; otherwise the master gets one. */
export const ofWorkers = ({ wish }: Pick<PlanView, 'wish'>): boolean => wish.kind === 'rotate-worker';

interface AfterLine {
  readonly words: string;
  readonly isThumbprint?: boolean;
  readonly isUrgent?: boolean;
}

/** What is under *after*: that a certificate is made, or which one is taken, where it is and how long it lasts. */
export function afterWords(view: PlanView, { tell }: Pick<Draw, 'tell'>): readonly AfterLine[] {
  const { thumbprint, host, store, notAfter, daysLeft } = view.next;
  const several = ofWorkers(view) && view.workers.length > 1;
  if (thumbprint === undefined)
    return [{ words: tell('plan.new-on', newOn(view)) }, { words: tell('plan.ends', { at: notAfter }) }];
  const left = daysLeft === undefined ? [] : [{ words: lasts(daysLeft, tell), isUrgent: daysLeft <= SOON_DAYS }];
  if (!several)
    return [
      { words: tell('plan.thumbprint', { thumbprint }), isThumbprint: true },
      { words: tell('plan.there', { host, store }) },
      { words: tell('plan.ends', { at: notAfter }) },
      ...left,
    ];
  return [
    { words: tell('plan.several', { count: view.workers.length }) },
    { words: tell('plan.there-each', {}) },
    { words: tell('plan.first-ends', { at: notAfter }) },
    ...left,
  ];
}

const newOn = (view: PlanView): { readonly host: string; readonly count: number } => ({
  host: view.next.host,
  count: ofWorkers(view) ? view.workers.length : 1,
});

export const isUrgent = ({ old }: PlanView, ended: boolean): boolean =>
  ended || old === null || old.daysLeft === null || old.daysLeft <= SOON_DAYS;

/** How long workers are cut off: as measured last time, not yet measured, or cut off already. */
export function gapWords(
  { gap, cutOffAlready, workers, wish }: PlanView,
  { tell }: Pick<Draw, 'tell'>,
): { readonly figure: string; readonly why: string } {
  const cut = { workers: workers.length, request: wish.kind, contained: isContained(wish) };
  if (cutOffAlready === true) return { figure: tell('plan.gap-already', {}), why: tell('plan.gap-already-why', {}) };
  return gap === null
    ? { figure: tell('plan.gap-unknown', {}), why: tell('plan.gap-unmeasured', cut) }
    : { figure: tell('plan.gap', gap), why: tell('plan.gap-measured', cut) };
}

/** Whether there is nothing to go back to, since the old certificate or its key is gone; or only one that has ended. */
export const wayBack = ({ leaveBehind, old }: PlanView) => ({
  leaveBehind,
  gone: old !== null && old.notAfter === null,
  ended: old?.daysLeft === 0,
});

/** What it costs: three numbers, each measured or marked as not measured. */
export function costs(view: PlanView, draw: Draw): Node {
  const { gapLimitMs, workers, packages } = view;
  const { tell, message } = draw;
  const gap = gapWords(view, draw);
  const number = (big: string, why: string): Node =>
    column('stretch', [
      text(big, { size: 'Large', weight: 'Bolder' }),
      text(why, { isSubtle: true, size: 'Small', spacing: 'None' }),
    ]);
  const cut = { workers: workers.length, request: view.wish.kind, contained: isContained(view.wish) };
  return columns(
    [
      number(gap.figure, gap.why),
      number(message(packages.figure), message(packages.below)),
      isContained(view.wish)
        ? number(tell('plan.no-way-back', {}), tell('plan.no-way-back-why', {}))
        : ofWorkers(view)
          ? number(tell('plan.stops', cut), tell('plan.stops-why', cut))
          : number(tell('plan.limit', { ms: gapLimitMs }), tell('plan.limit-why', wayBack(view))),
    ],
    { spacing: 'Medium' },
  );
}
