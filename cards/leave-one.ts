import type { HostName } from '../src/domain/values.ts';
import type { NeedsPersonView } from '../src/domain/views/view.ts';

/** How many machines get a button of their own, if their names fit whole; for any other one its name is typed. */
const BUTTONS = 3;
const LONGEST = 40;

/** The machines that a choice would leave: those in an unknown state, or workers on which packages run. */
export const leftIn = ({ unknown, packages }: NeedsPersonView): readonly HostName[] => packages?.workers ?? unknown;

/** Machines that can be left on their own and have a button for it. */
export const leftAlone = ({ leaveOne = [] }: NeedsPersonView): readonly HostName[] =>
  leaveOne.filter((host) => host.length <= LONGEST).slice(0, BUTTONS);

/** Data for saying that one machine can be left alone; null: none can. */
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

/** Data for the words about leaving only these machines. */
export const leavingSome = (view: NeedsPersonView, hosts: readonly HostName[]) => ({
  hosts,
  rest: leftIn(view).filter((host) => !hosts.includes(host)),
  packages: view.packages !== null,
});

export const leaveVerb = ({ packages }: NeedsPersonView): 'leave' | 'leave-out' =>
  packages === null ? 'leave' : 'leave-out';
