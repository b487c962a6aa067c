import type { NeedsPersonView } from '../../src/domain/views/view.ts';
import { leavingSome, leftIn } from '../leave-one.ts';
import type { Despite } from '../wording/en/cards/person-packages.ts';
import { type Draw, nameOf } from './draw.ts';

export type Asked = NonNullable<NeedsPersonView['asked']>;

/** Whether leaving a machine means leaving all of them. */
export const leavesAll = ({ leave }: NeedsPersonView): boolean => leave === 'all-as-it-is';

/** What a master that is left because it is silent does by itself if it comes back; null: another reason. */
export const returnsOf = ({ leave, returns }: NeedsPersonView) => (leave === 'all-as-it-is' ? (returns ?? null) : null);

/**
 * What somebody who chooses to go on agrees to. In a freeze, and outside its change window, an outage begins only by a
 * decision, never because a wait happens to end.
 */
export const despite = ({ packages, cutOffAlready = false }: NeedsPersonView): Despite => ({
  unseen: packages?.unseen === true,
  frozen: packages !== null && packages.frozen !== null,
  late: packages !== null && packages.windowClosed !== null,
  cutOffAlready,
});

/** What somebody who approves a choice agrees to. */
const agreed = (view: NeedsPersonView, choice: Asked['choice']) => ({
  id: view.id,
  choice,
  unknown: leftIn(view),
  toGo: view.packages?.leaveOut?.toGo ?? [],
  all: leavesAll(view),
  returns: returnsOf(view),
  starts: view.needed === 1,
  back: view.back,
  of: view.wish.of,
  ...despite(view),
});

/** Data for the words of an open question. */
const askedOf = (view: NeedsPersonView, { choice, by }: Asked) => ({
  by: nameOf(by),
  choice,
  unknown: leftIn(view),
  toGo: view.packages?.leaveOut?.toGo ?? [],
  all: leavesAll(view),
  returns: returnsOf(view),
  ...despite(view),
});

export const askedLine = (view: NeedsPersonView, asking: Asked, tell: Draw['tell']): string =>
  asking.hosts === undefined
    ? tell('person.asked', askedOf(view, asking))
    : tell('person.asked-one', { by: nameOf(asking.by), ...leavingSome(view, asking.hosts) });

/** What an approver agrees to. */
export const agreedLine = (view: NeedsPersonView, { choice, hosts }: Asked, tell: Draw['tell']): string =>
  hosts === undefined
    ? tell('person.approve-what', agreed(view, choice))
    : tell('person.approve-one', { starts: view.needed === 1, ...leavingSome(view, hosts) });

/** What the second button of an approval says; nothing is closed while other machines are still in question. */
export const agreeing = ({ needed }: NeedsPersonView, { choice, hosts }: Asked) => ({
  choice: hosts === undefined ? choice : ('leave-out' as const),
  starts: needed === 1,
});
