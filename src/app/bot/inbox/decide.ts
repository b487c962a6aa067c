import {
  approvalsMissing,
  decideVote,
  openGate,
  quorumReachable,
  stillNeeded,
} from '../../../domain/approval/approval.ts';
import { frozenNow, wouldStart } from '../../../domain/approval/freeze.ts';
import { mayApprove, peopleOf, policyFor } from '../../../domain/approval/people.ts';
import type { Person } from '../../../domain/farm/farm.ts';
import type { Resolve, ResolveChoice } from '../../../domain/journal/resolve.ts';
import { asksAboutPackages } from '../../../domain/next/drain.ts';
import { type Assessment, next } from '../../../domain/next/index.ts';
import { inQuestion, leavesAll, refusedChoice } from '../../../domain/next/refused-choice.ts';
import { isKept } from '../../../domain/next/stages.ts';
import { factsDigest, questionDigest } from '../../../domain/next/start/facts-digest.ts';
import { staysSo } from '../../../domain/plan/plan-phases.ts';
import { saysNothing } from '../../../domain/request/grammar.ts';
import { lookedTooOften } from '../../../domain/request/per-hour.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import { isWaiting, type RotationState } from '../../../domain/rotation/rotation.ts';
import { refusedStart } from '../../../domain/rotation/start.ts';
import {
  type HostName,
  type Instant,
  isRefusal,
  type Message,
  type Refusal,
  type RotationId,
  refuse,
} from '../../../domain/values.ts';
import type { Desk } from '../desk.ts';
import { nothing } from '../record-together.ts';
import { arePaused, hostsIn } from '../views/attention.ts';
import { say } from '../views/notices.ts';
import { whenView } from '../views/plan/when-view.ts';

interface Ballot {
  readonly id: RotationId;
  readonly vote: 'approve' | 'deny';
  readonly digest: string;
  readonly reason: string;
  readonly platform: string;
}

/** What an approval leaves missing, and who can give it. */
interface Counted {
  readonly missing: number;
  readonly names: readonly string[];
  /** false if it is about unknown machines. */
  readonly starts: boolean;
  /** When it begins, if it has to wait. */
  readonly from: Instant | null;
  /** It begins only if a freeze is lifted before this; null if no freeze is in its way. */
  readonly liftBy: Instant | null;
}

type Decided = Counted | Refusal;

/** The only way a vote gets into the journal, whatever was clicked and wherever. */
export function vote(desk: Desk, person: Person | Refusal, ballot: Ballot): Promise<Decided> {
  return desk.commit<Decided>((state) => {
    const { now } = desk.moment();
    const rotation = state.rotations[ballot.id];
    const decided = decideVote(desk.farm, rotation, person, ballot, now);
    if (isRefusal(decided)) return nothing(decided);
    if (ballot.vote === 'deny' && saysNothing(ballot.reason))
      return nothing(refuse('reason-needed', { id: ballot.id }));
    const starts = ballot.vote === 'approve' && rotation !== undefined && wouldStart(rotation, decided.gate);
    const frozen =
      starts && rotation !== undefined ? refusedStart(desk.farm, rotation.wish.when, frozenNow(state, now), now) : null;
    if (frozen !== null) return nothing(refusedFor(ballot.id, frozen));
    const by = { id: decided.person.id, name: decided.person.name };
    const { id, platform, reason } = ballot;
    return {
      entries: [{ type: 'voted', id, digest: decided.gate.digest, by, platform, vote: ballot.vote, reason }],
      answer: counted(desk, state, rotation, by.id),
    };
  });
}

/** A freeze says something else to somebody who approves than to somebody who asks. */
const refusedFor = (id: RotationId, refusal: Refusal): Refusal =>
  refusal.code === 'frozen' ? refuse('frozen-vote', { ...refusal.data, id }) : refusal;

/** How the gate stands once this person has approved. */
function counted(desk: Desk, state: FarmState, rotation: RotationState | undefined, voter: string): Counted {
  const gate = rotation === undefined ? null : openGate(desk.farm, rotation);
  if (rotation === undefined || gate === null)
    return { missing: 0, names: [], starts: false, from: null, liftBy: null };
  const left = stillNeeded(desk.farm, rotation, gate).filter((one) => one.id !== voter);
  const when = rotation.gate === null ? whenView(desk.farm, state, rotation, desk.moment().now) : null;
  return {
    missing: Math.max(0, approvalsMissing(rotation, gate) - 1),
    names: left.map((one) => one.name),
    starts: rotation.gate === null,
    from: when?.from ?? null,
    liftBy: when?.liftBy ?? null,
  };
}

interface Stopped {
  readonly withdrawn: boolean;
  /** What stays as it is although the rotation runs; null if everything is put back. */
  readonly stays: ReturnType<typeof staysSo>;
}

/**
 * Before approval it withdraws; once running, everything is put back except what was removed or contained. The
 * requester or any approver can do it alone.
 */
export function stop(
  desk: Desk,
  person: Person | Refusal,
  id: RotationId,
  meant: 'withdraw' | 'stop',
  reason = '',
): Promise<Stopped | Refusal> {
  return desk.commit<Stopped | Refusal>((state) => {
    if (isRefusal(person)) return nothing(person);
    const rotation = openTo(desk, person, state.rotations[id]);
    if (isRefusal(rotation)) return nothing(rotation);
    const ends = endsAlready(desk, rotation);
    if (ends !== null) return nothing(ends);
    const withdrawn = rotation.gate === null || isWaiting(rotation);
    if (meant === 'withdraw' && !withdrawn)
      return nothing(refuse('runs-already', { id, at: rotation.gate?.at ?? null }));
    const by = { id: person.id, name: person.name };
    return {
      entries: [{ type: 'stop-asked', id, by, ...(saysNothing(reason) ? {} : { reason }) }],
      answer: { withdrawn, stays: staying(rotation) },
    };
  });
}

const staying = ({ plan }: RotationState): Stopped['stays'] => (plan === null ? null : staysSo(plan));

/** What the person who stopped it is told. */
export const stoppedLine = (id: RotationId, { withdrawn, stays }: Stopped): Message =>
  withdrawn ? say('withdrawn', { id }) : say('stopping', { id, stays });

/** The rotation if it is open, and this person may stop it or decide about its machines. */
function openTo(desk: Desk, person: Person, rotation: RotationState | undefined): RotationState | Refusal {
  if (rotation === undefined) return refuse('unknown-id', {});
  const { id, closed } = rotation;
  if (closed !== null) return refuse('closed', { id, outcome: closed.outcome, at: closed.at });
  return mayStop(desk, person, rotation) ? rotation : mayNotStop(desk, rotation);
}

/** Why there is nothing left to stop; null: it can be stopped. */
export function endsAlready(desk: Desk, rotation: RotationState): Refusal | null {
  if (rotation.stop === null && rotation.turned === null) return null;
  const assessment = next(rotation, desk.moment());
  const hosts = hostsIn(assessment.attention);
  if (assessment.attention.length > 0)
    return refuse('waits-for-person', { id: rotation.id, hosts, paused: arePaused(rotation, assessment) });
  if (rotation.stop !== null)
    return refuse('stops-already', { id: rotation.id, by: rotation.stop.by.name, at: rotation.stop.at });
  return refuse('goes-back-already', { id: rotation.id, kept: isKept(rotation) || staying(rotation) !== null });
}

function mayNotStop({ farm }: Desk, { id, by, wish }: RotationState): Refusal {
  const approvers = peopleOf(farm, policyFor(farm, wish).approvers);
  const others = approvers.filter((one) => one.id !== by.id).map(({ name }) => name);
  return refuse('may-not-stop', { id, by: by.name, others });
}

/** The requester, and anyone who may approve this request or the farm's requests in general. */
const mayStop = ({ farm }: Desk, { id }: Person, { by, wish }: RotationState): boolean =>
  by.id === id || mayApprove(farm, id) || mayApprove(farm, id, wish);

interface Choice {
  readonly choice: ResolveChoice;
  /** Only these of the machines in question; null for all of them. */
  readonly hosts: readonly HostName[] | null;
  readonly digest: string;
}

interface Resolved {
  readonly said: ResolveChoice | 'wait-longer';
  /** How many votes. */
  readonly needed: number;
}

/**
 * Decides about unknown machines, or about packages that keep running. *Look again* (for packages: wait longer) takes
 * the requester or any approver alone, even while another decision waits for votes; that decision stays unless its
 * facts turn out to have changed. The other choices open a gate on this card, one at a time.
 */
export function resolve(
  desk: Desk,
  person: Person | Refusal,
  id: RotationId,
  { choice, hosts, digest }: Choice,
): Promise<Resolved | Refusal> {
  return desk.commit<Resolved | Refusal>((state) => {
    if (isRefusal(person)) return nothing(person);
    const rotation = openTo(desk, person, state.rotations[id]);
    if (isRefusal(rotation)) return nothing(rotation);
    const now = desk.moment();
    // A freeze recorded in the same write is in `state`, but not yet in `moment()`.
    const moment = { ...now, freeze: frozenNow(state, now.now) };
    const assessment = next({ ...rotation, resolve: null }, moment);
    const barred = refusedChoice(rotation, choice, assessment, hosts);
    if (barred !== null) return nothing(barred);
    const by = { id: person.id, name: person.name };
    if (choice === 'look-again') return lookAgain(rotation, by, assessment, lookedTooOften(state, person.id, now.now));
    if (rotation.resolve !== null && rotation.resolve.choice !== 'look-again')
      return nothing(alreadyDecides(id, rotation.resolve));
    const facts = factsDigest(rotation, assessment);
    if (digest.length < 8 || !facts.startsWith(digest)) return nothing(refuse('stale-plan', { id }));
    const reachable = quorumReachable(desk.farm, [person.id, rotation.by.id], rotation.wish);
    if (reachable !== null) return nothing(reachable);
    const some = ofSome(rotation, assessment, hosts);
    const asked = questionDigest(facts, choice, moment.now, some);
    return {
      entries: [
        { type: 'resolve-asked', id, choice, by, digest: asked, facts, ...(some === null ? {} : { hosts: some }) },
      ],
      answer: { said: choice, needed: policyFor(desk.farm, rotation.wish).quorum },
    };
  });
}

/** One that is under way is not begun anew: asked for again and again it would never end, and no vote counts before. */
function lookAgain(
  { id, resolve }: RotationState,
  by: Resolve['by'],
  { attention }: Assessment,
  tooOften: Refusal | null,
) {
  const answer: Resolved = { said: attention.every(asksAboutPackages) ? 'wait-longer' : 'look-again', needed: 0 };
  if (resolve !== null && resolve.look !== null) return nothing(answer);
  if (tooOften !== null) return nothing(tooOften);
  return { entries: [{ type: 'resolve-asked', id, choice: 'look-again', by, digest: null } as const], answer };
}

/** For whoever comes while another decision waits for its votes: who asked for it, and for what. */
export const alreadyDecides = (id: RotationId, { by, choice, hosts }: Resolve): Refusal =>
  refuse('decides-already', { id, by: by.name, choice, hosts: hosts === null ? null : [...hosts] });

/** null if all are meant: all machines in question were named, or the master with which everything is left as it is. */
function ofSome(
  rotation: RotationState,
  found: Pick<Assessment, 'attention' | 'lost'>,
  hosts: readonly HostName[] | null,
): readonly HostName[] | null {
  const isAll =
    hosts === null ||
    inQuestion(rotation, found.attention).every((host) => hosts.includes(host)) ||
    hosts.some((host) => leavesAll(rotation, found, host));
  return isAll ? null : hosts;
}
