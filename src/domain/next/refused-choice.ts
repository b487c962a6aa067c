import type { ResolveChoice } from '../journal/resolve.ts';
import type { Plan } from '../plan/plan.ts';
import { CONTAIN, contains, DRAIN, keeps, switchStage } from '../plan/plan-phases.ts';
import { isPlanned, type RotationState } from '../rotation/rotation.ts';
import { type HostName, type Refusal, refuse } from '../values.ts';
import { asksAboutPackages } from './drain.ts';
import { isWayBackLost } from './lost-way-back.ts';
import type { Assessment, Cause } from './moment.ts';
import { heldUp, withoutHeldUp, yetToBegin } from './packages/left-out.ts';
import { leaveAfterMs } from './silent-master.ts';
import { mayHaveSwitched } from './stages.ts';
import { hasNothingLeft, isTriedInVain } from './tried-in-vain.ts';

/** Up to this many machines are named in full wherever people vote on leaving them but not others. */
export const MOST_LEFT = 4;

/** Whom a choice to leave may name: machines in an unknown state, or workers where packages run. */
export const inQuestion = (rotation: RotationState, attention: readonly Cause[]): readonly HostName[] =>
  attention.every(asksAboutPackages)
    ? heldUp(rotation)
    : [...new Set(attention.flatMap(({ host }) => (host === null ? [] : [host])))];

/**
 * Which of several machines in question can be left individually. A lost master can only be left together with all
 * others.
 */
export function leftOneByOne(rotation: RotationState, choice: LeaveChoice, found: Found): readonly HostName[] {
  const hosts = inQuestion(rotation, found.attention);
  if (hosts.length < 2) return [];
  return hosts.filter(
    (host) => !leavesAll(rotation, found, host) && refusedChoice(rotation, choice, found, [host]) === null,
  );
}

/** Whether it is a master without which nobody is moved any more: leaving it leaves all as it is. */
export const leavesAll = (rotation: RotationState, { lost = [] }: Pick<Found, 'lost'>, host: HostName): boolean =>
  lost.includes(host) || isWayBackLost(rotation, host);

type LeaveChoice = Extract<ResolveChoice, 'leave-behind' | 'leave-out'>;
type Found = Pick<Assessment, 'attention' | 'lost' | 'frozen' | 'windowClosed' | 'windowCloses'>;

/**
 * Why a choice does not fit what is unknown now, both when it is asked and when its votes are complete; null: it fits.
 * `hosts`: only these of the machines in question; null: all of them.
 */
export function refusedChoice(
  rotation: RotationState,
  choice: ResolveChoice,
  found: Found,
  hosts: readonly HostName[] | null = null,
): Refusal | null {
  const { id, plan } = rotation;
  const { attention } = found;
  const isAboutPackages = attention.length > 0 && attention.every(asksAboutPackages);
  if (attention.length === 0 || ((choice === 'go-on' || choice === 'leave-out') && !isAboutPackages))
    return refuse('nothing-unknown', { id });
  // No machine is unknown, and nothing needs fixing on the master, which alone sees packages.
  if (isAboutPackages && (choice === 'leave-behind' || (choice === 'leave-out' && !mayLeaveOut(rotation, hosts))))
    return refuse('packages-not-left', { id, alone: heldUp(rotation).length > 0 });
  const refused =
    (hosts === null ? null : refusedHosts(rotation, choice, attention, hosts)) ??
    (choice === 'look-again' ? refusedNow(rotation, found) : null) ??
    (choice === 'leave-behind' ? refusedToLeave(rotation, found, hosts) : null);
  if (refused !== null) return refused;
  if (choice !== 'put-all-back') return null;
  if (plan !== null && contains(plan)) return refuse('nothing-goes-back', { id });
  if (!isTriedInVain(rotation, attention) && !hasNothingLeft(rotation, attention)) return null;
  return refuse('nothing-left-to-undo', { id, hosts: [...inQuestion(rotation, attention)] });
}

/** Of several machines in question, only some are named. */
function refusedHosts(
  rotation: RotationState,
  choice: ResolveChoice,
  attention: readonly Cause[],
  hosts: readonly HostName[],
): Refusal | null {
  const { id } = rotation;
  const asked = inQuestion(rotation, attention);
  const others = hosts.filter((host) => !asked.includes(host));
  if (others.length > 0 || hosts.length === 0)
    return refuse('not-in-question', { id, hosts: others, asked: [...asked] });
  if (asked.every((host) => hosts.includes(host))) return null;
  if (hosts.length > MOST_LEFT) return refuse('too-many-left', { id, most: MOST_LEFT });
  // The next worker after the canaries would replace a left-out canary and begin: nobody was asked about that, and a
  // freeze or a closed window may forbid it. Leaving out all of them says who goes on.
  const { toGo } = withoutHeldUp(rotation);
  if (choice === 'leave-out' && toGo.length > 0) return refuse('others-would-begin', { id, hosts: [...toGo] });
  // Leaving one behind ends the wave, and the question would not mention those that have yet to begin.
  const stay = choice === 'leave-behind' ? yetToBegin(rotation) : [];
  return stay.length > 0 ? refuse('others-would-stay', { id, hosts: [...stay] }) : null;
}

/** A wait ends whenever packages do, and nobody would have agreed to that moment. */
function refusedNow({ id, plan }: RotationState, { frozen, windowClosed, windowCloses }: Found): Refusal | null {
  if (frozen !== undefined)
    return refuse('frozen-meanwhile', { id, farm: plan?.header.farm ?? '', by: frozen.by.name, until: frozen.until });
  if (windowClosed !== undefined) return refuse('window-closed', { id, at: windowClosed });
  return windowCloses === undefined ? null : refuse('window-closes', { id, at: windowCloses });
}

function refusedToLeave(
  rotation: RotationState,
  { attention, lost = [] }: Found,
  hosts: readonly HostName[] | null,
): Refusal | null {
  const { id, plan } = rotation;
  if (plan === null) return null;
  const held = attention
    .filter(({ host }) => hosts === null || (host !== null && hosts.includes(host)))
    .find((one) => needsMaster(rotation, plan, lost, one));
  if (held === undefined) return null;
  const afterMs = isPlanned(rotation) ? leaveAfterMs(rotation) : null;
  const tried = isTriedInVain(rotation, attention) ? { tried: true } : {};
  return refuse('master-not-left', { id, host: held.host, back: !contains(plan), afterMs, ...tried });
}

/** If nobody else is left to switch, it is the same as putting all back. */
function mayLeaveOut(rotation: RotationState, hosts: readonly HostName[] | null): boolean {
  const { plan } = rotation;
  const stay = heldUp(rotation).filter((host) => hosts?.includes(host) === false);
  const others = [...Object.values(withoutHeldUp(rotation)).flat(), ...stay];
  return plan !== null && keeps(plan) && others.length > 0;
}

/**
 * Whether it is about a master without which nothing ends well: one that switches, one that must forget whom it
 * trusted, or the only one that sees packages. A master that only adds trust may be left: workers go on as it is. So
 * may one that was to switch but was never told to, or refused: what became of it is no matter of this rotation, which
 * holds up every other. And so may one with nothing to go back to, or that may never speak again: then nobody is told
 * to go back.
 */
function needsMaster(rotation: RotationState, plan: Plan, lost: readonly HostName[], { host, stage }: Cause): boolean {
  const isMaster = plan.slices.some((slice) => slice.host === host && slice.roles.includes('master'));
  const mayStay = host !== null && (lost.includes(host) || isWayBackLost(rotation, host));
  const switches =
    switchStage(plan) !== undefined && (rotation.turned === null || mayHaveSwitched(rotation)) && !mayStay;
  return isMaster && (switches || stage === CONTAIN || stage === DRAIN);
}
