import type { NeedsPersonView } from '../../src/domain/views/view.ts';
import { leavingSome, leftIn } from '../leave-one.ts';
import type { Despite } from '../wording/en/cards/person.ts';
import { type Draw, nameOf } from './draw.ts';

type Asked = NonNullable<NeedsPersonView['asked']>;

/** Whether the choice that leaves a machine leaves all of them. */
export const leavesAll = ({ leave }: NeedsPersonView): boolean => leave === 'all-as-it-is';

/** What a master does by itself that is left because it is silent; null: it is another reason. */
export const returnsOf = ({ leave, returns }: NeedsPersonView) => (leave === 'all-as-it-is' ? (returns ?? null) : null);

/**
 * What whoever goes on agrees to. In a freeze, and outside of its change window, an outage begins by a decision alone,
 * never when a wait happens to end.
 */
export const despite = ({ packages, cutOffAlready = false }: NeedsPersonView): Despite => ({
  unseen: packages?.unseen === true,
  frozen: packages !== null && packages.frozen !== null,
  late: packages !== null && packages.windowClosed !== null,
  cutOffAlready,
});

/** What whoever approves a choice agrees to. */
const agreed = (view: NeedsPersonView, choice: Asked['choice']) => ({
  id: view.id,
  choice,
  unknown: leftIn(view),
  toGo: view.packages?.leaveOut?.toGo ?? [],
  all: leavesAll(view),
  returns: returnsOf(view),
  starts: view.needed === 1,
  back: view.back,
  ...despite(view),
});

/** What the words of a question that is open are made of. */
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

/** What whoever approves agrees to. */
export const agreedLine = (view: NeedsPersonView, { choice, hosts }: Asked, tell: Draw['tell']): string =>
  hosts === undefined
    ? tell('person.approve-what', agreed(view, choice))
    : tell('person.approve-one', { starts: view.needed === 1, ...leavingSome(view, hosts) });

/** What the second button says that approves; nothing is closed as long as others are in question. */
export const agreeing = ({ needed }: NeedsPersonView, { choice, hosts }: Asked) => ({
  choice: hosts === undefined ? choice : ('leave-out' as const),
  starts: needed === 1,
});
