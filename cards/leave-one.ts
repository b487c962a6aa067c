import type { HostName } from '../src/domain/values.ts';
import type { NeedsPersonView } from '../src/domain/views/view.ts';

/**
 * So many machines have a button of their own, if nothing of their name would be cut there; whoever means another one
 * types its name.
 */
const BUTTONS = 3;
const LONGEST = 40;

/** Whom a choice would leave: machines of which nobody knows, or workers where packages run. */
export const leftIn = ({ unknown, packages }: NeedsPersonView): readonly HostName[] => packages?.workers ?? unknown;

/** Machines that can be left by themselves and have a button for it. */
export const leftAlone = ({ leaveOne = [] }: NeedsPersonView): readonly HostName[] =>
  leaveOne.filter((host) => host.length <= LONGEST).slice(0, BUTTONS);

/** What says that it can be done to one alone; null: it cannot. */
export function oneAlone(view: NeedsPersonView) {
  const { id, quorum, leaveOne = [] } = view;
  const buttons = leftAlone(view).length;
  return leaveOne.length === 0
    ? null
    : {
        id,
        quorum,
        buttons: buttons === 0 ? ('none' as const) : buttons < leaveOne.length ? ('some' as const) : ('all' as const),
      };
}

/** What the words are made of that leave these alone. */
export const leavingSome = (view: NeedsPersonView, hosts: readonly HostName[]) => ({
  hosts,
  rest: leftIn(view).filter((host) => !hosts.includes(host)),
  packages: view.packages !== null,
});

export const leaveVerb = ({ packages }: NeedsPersonView): 'leave' | 'leave-out' =>
  packages === null ? 'leave' : 'leave-out';
