import type { NeedsPersonView } from '../src/domain/views/view.ts';

/** Machines whose state is known to be good. */
const othersOf = (view: NeedsPersonView): readonly string[] =>
  view.rows.filter((row) => row.state === 'good' && !view.unknown.includes(row.host)).map(({ host }) => host);

/** Of those, the ones with the certificate in question: a master keeps its own where only workers are given one. */
export const provedOf = (view: NeedsPersonView): readonly string[] => {
  const masters: readonly string[] = view.rows.filter(({ role }) => role === 'master').map(({ host }) => host);
  const isOfWorkers = ['rotate-worker', 'reconnect'].includes(view.wish.kind);
  return othersOf(view).filter((host) => !isOfWorkers || !masters.includes(host));
};

/** On whom it is over if the unknown ones are left behind; what was put back, on the master too. */
export function doneOn(view: NeedsPersonView) {
  const back = view.provedOn === 'old';
  return { back, others: back ? othersOf(view) : provedOf(view) };
}

/** Those with it that have still to go back; those proved on the old certificate are back already. */
export const goingBack = (view: NeedsPersonView): readonly string[] => (view.provedOn === 'old' ? [] : provedOf(view));

/** What *Put all back* does to whom. */
export const backWhat = (view: NeedsPersonView) => ({
  others: goingBack(view),
  areBack: view.provedOn === 'old',
  unknown: view.unknown,
  back: view.back,
  of: view.wish.of,
});

/** Whether every other machine is proved on the same certificate; a master alone, that keeps its own, shows nothing. */
export const restProved = (view: NeedsPersonView): boolean =>
  view.rows.length > 1 &&
  view.provedOn !== 'mixed' &&
  doneOn(view).others.length > 0 &&
  othersOf(view).length === view.rows.length - view.unknown.length;
