import type { CompromisedPolicy, Farm, Person } from '../farm/farm.ts';
import { refusedTicket } from '../farm/ticket.ts';
import type { Plan } from '../plan/plan.ts';
import type { Wish } from '../plan/wish.ts';
import { isWaiting, type RotationState, type Vote } from '../rotation/rotation.ts';
import { startOf } from '../rotation/start.ts';
import { sha256 } from '../sha256.ts';
import { type Digest, isRefusal, type Refusal, refuse } from '../values.ts';
import { mayApprove, peopleOf, policyFor, unreadGroups } from './people.ts';

/**
 * Digest of what an approval rests on besides the machines: the plan is stale once policy or people change in the farm
 * file. Changes to a chat's own group do not make it stale: the plan names its approvers, and only those of them who
 * are still in the group may approve. How long a certificate is kept counts for removals only.
 */
export const policyDigest = (farm: Farm, wish: Pick<Wish, 'kind' | 'compromised'>): Digest =>
  // `concurrency: all` has become the number of machines: that there is one more is no change of the policy.
  digestWith(farm, wish, farm.gap.concurrency >= farm.hosts.length ? 'all' : farm.gap.concurrency);

/**
 * Also as an earlier version reckoned it, for what is open while the bot is updated; and with the number that the plan
 * was made with, which was as good as `all` on a smaller farm.
 */
function isPolicyOf(digest: Digest, farm: Farm, { wish, plan }: Pick<RotationState, 'wish' | 'plan'>): boolean {
  const { concurrency } = farm.gap;
  const isAs = (what: number | 'all'): boolean => digest === digestWith(farm, wish, what);
  return (
    digest === policyDigest(farm, wish) ||
    isAs(concurrency) ||
    (plan?.header.gap.concurrency === concurrency && isAs('all'))
  );
}

function digestWith(
  farm: Farm,
  { kind, compromised: isUrgent }: Pick<Wish, 'kind' | 'compromised'>,
  concurrency: number | 'all',
): Digest {
  const { quorum, approvers, groups, fed = [], lapsesAfterMs, compromised } = farm.approval;
  return sha256(
    JSON.stringify([
      { quorum, approvers: approvers.filter((id) => !fed.includes(id)), groups, lapsesAfterMs },
      { ...farm.gap, concurrency },
      farm.certificate,
      farm.people.map((person) => [person.id, person.accounts]),
      // Left out when empty: a still-open plan from an earlier version has no windows in its digest either.
      ...(farm.windows.length === 0 ? [] : [farm.windows]),
      ...(compromised === undefined ? [] : [{ compromised: ofFile(compromised) }]),
      ...(kind === 'retire' && !isUrgent ? [farm.retire] : []),
    ]),
  );
}

/**
 * Whether the farm file's policy or people differ from those the plan was made under, or the plan lacks a ticket that
 * is now required. A ticket rule that is gone, or only displays tickets differently, changes nothing.
 */
export const isPolicyChanged = (farm: Farm, plan: Plan, wish: Wish): boolean =>
  !isPolicyOf(plan.header.policyDigest, farm, { wish, plan }) ||
  (farm.ticket !== null && refusedTicket(farm.ticket, wish.ticket) !== null);

const ofFile = ({ quorum, approvers, groups, fed = [] }: CompromisedPolicy) => ({
  quorum,
  approvers: approvers.filter((id) => !fed.includes(id)),
  groups,
});

/** What people can decide right now: the plan, or what to do about machines whose state is unknown. */
export interface Gate {
  readonly digest: Digest;
  readonly policyDigest: Digest;
  readonly quorum: number;
  /** Those the plan names who may still approve. */
  readonly approvers: readonly string[];
  /** They made the request, so others decide. */
  readonly askedBy: readonly string[];
  readonly lapsesAt: number;
}

/** null: nothing is to be decided: it is closed, has no plan, or nobody has asked what is to become of it. */
export function openGate(farm: Farm, rotation: RotationState): Gate | null {
  if (rotation.closed !== null || rotation.plan === null) return null;
  if (rotation.gate === null && !rotation.dry) return planGate(farm, rotation, rotation.plan);
  const { resolve } = rotation;
  if (resolve === null || resolve.digest === null) return null;
  const policy = policyFor(farm, rotation.wish);
  return {
    digest: resolve.digest,
    policyDigest: policyDigest(farm, rotation.wish),
    quorum: policy.quorum,
    approvers: policy.approvers,
    askedBy: [rotation.by.id, resolve.by.id],
    lapsesAt: Date.parse(resolve.at) + farm.approval.lapsesAfterMs,
  };
}

function planGate(farm: Farm, rotation: RotationState, { digest, header }: Plan): Gate {
  return {
    digest,
    policyDigest: header.policyDigest,
    quorum: header.approval.quorum,
    approvers: header.approval.approvers.map((one) => one.id).filter((id) => mayApprove(farm, id, rotation.wish)),
    askedBy: [rotation.by.id],
    lapsesAt: Math.min(
      Date.parse(rotation.plannedAt ?? rotation.at) + header.approval.lapsesAfterMs,
      lastStart(farm, rotation),
    ),
  };
}

/** What is approved and waiting for its start can still be denied; this gate no longer lapses. */
function deniableGate(farm: Farm, rotation: RotationState): Gate | null {
  if (rotation.plan === null || !isWaiting(rotation)) return null;
  return { ...planGate(farm, rotation, rotation.plan), lapsesAt: Number.POSITIVE_INFINITY };
}

/** An approval given after the requested start has passed starts nothing. */
function lastStart(farm: Farm, { wish: { when } }: RotationState): number {
  if (when.by !== 'time') return Number.POSITIVE_INFINITY;
  return startOf(farm, when, Date.parse(when.at))?.until ?? Number.POSITIVE_INFINITY;
}

/**
 * Votes given at this gate: they name its digest and do not come from the requesters. A denial overrides the same
 * person's earlier approval.
 */
const votesGiven = (rotation: RotationState, gate: Gate): readonly Vote[] => {
  const named = rotation.votes.filter(({ digest, by }) => digest === gate.digest && !gate.askedBy.includes(by.id));
  return named.filter(
    (vote) => vote.vote === 'deny' || !named.some((other) => other.vote === 'deny' && other.by.id === vote.by.id),
  );
};

/** Votes that count at this gate: approvals from people who may no longer approve are dropped. */
export const votesAt = (rotation: RotationState, gate: Gate): readonly Vote[] =>
  votesGiven(rotation, gate).filter(({ vote, by }) => vote === 'deny' || gate.approvers.includes(by.id));

/**
 * All votes, for a card to show. `gone`: the approval does not count (any more). `gate` null: it is already decided.
 */
export function votesShown(rotation: RotationState, gate: Gate | null): readonly (Vote & { readonly gone?: true })[] {
  const counted = gate?.approvers ?? rotation.gate?.counted;
  const votes = gate === null ? rotation.votes : votesGiven(rotation, gate);
  return votes.map((one) => {
    const counts = one.vote === 'deny' || counted === undefined || counted.includes(one.by.id);
    return counts ? one : { ...one, gone: true };
  });
}

/**
 * Decides about a vote, for every entry point. A button may carry only the first eight or more digits of the digest.
 * `person` may be the refusal from resolving the account.
 */
export function decideVote(
  farm: Farm,
  rotation: RotationState | undefined,
  person: Person | Refusal,
  ballot: { readonly vote: 'approve' | 'deny'; readonly digest: string },
  now: number,
): { readonly gate: Gate; readonly person: Person } | Refusal {
  if (isRefusal(person)) return person;
  const open = rotation === undefined ? null : openGate(farm, rotation);
  const gate = open ?? (rotation !== undefined && ballot.vote === 'deny' ? deniableGate(farm, rotation) : null);
  const aboutVoid = gate === null && rotation?.closed === null ? refuseVoided(rotation, ballot) : null;
  if (aboutVoid !== null) return aboutVoid;
  if (rotation === undefined || gate === null || now >= gate.lapsesAt) return refuse('closed', ending(rotation));
  if (!isNamed(gate.digest, ballot) || !isPolicyOf(gate.policyDigest, farm, rotation))
    return refuse('stale-plan', { id: rotation.id });
  if (gate.askedBy.includes(person.id))
    return refuse('own-request', {
      id: rotation.id,
      // Somebody else's request, about which this person asks something.
      ...(rotation.by.id === person.id ? {} : { asked: true }),
      vote: ballot.vote,
      // What a requester means who denies; a question about machines ends only with an answer.
      withdraw: ballot.vote === 'deny' && gate.digest === rotation.plan?.digest,
      others: stillNeeded(farm, rotation, gate).map((one) => one.name),
      otherIds: stillNeeded(farm, rotation, gate).map((one) => one.id),
    });
  if (!gate.approvers.includes(person.id))
    return refuse('not-an-approver', {
      id: rotation.id,
      others: stillNeeded(farm, rotation, gate).map((one) => one.name),
      otherIds: stillNeeded(farm, rotation, gate).map((one) => one.id),
    });
  const mine = votesAt(rotation, gate).find((vote) => vote.by.id === person.id);
  // A denial may still take back an approval; nobody votes twice otherwise.
  if (mine !== undefined && !(mine.vote === 'approve' && ballot.vote === 'deny'))
    return refuse('already-voted', { id: rotation.id, at: mine.at, vote: mine.vote, platform: mine.platform });
  return { gate, person };
}

/** About a question that became void, when nothing else is asked. What names the plan was decided with it: null. */
function refuseVoided({ id, plan, voided }: RotationState, ballot: { readonly digest: string }): Refusal | null {
  if (voided === null || isNamed(plan?.digest, ballot)) return null;
  if (isNamed(voided.digest, ballot)) return refuse('stale-plan', { id });
  const { by, choice, hosts } = voided;
  return refuse('question-void', { id, by: by.name, choice, hosts: [...(hosts ?? [])] });
}

const isNamed = (digest: Digest | null | undefined, ballot: { readonly digest: string }): boolean =>
  digest != null && ballot.digest.length >= 8 && digest.startsWith(ballot.digest);

/** Approvers who may still vote at this gate, by name. */
export function stillNeeded(
  farm: Farm,
  rotation: RotationState,
  gate: Gate,
): readonly { readonly id: string; readonly name: string }[] {
  const voted = new Set(votesAt(rotation, gate).map((vote) => vote.by.id));
  return peopleOf(
    farm,
    gate.approvers.filter((id) => !voted.has(id) && !gate.askedBy.includes(id)),
  );
}

/** How many more have to approve before this gate opens; 0: it is open. Denials are not counted here. */
export function approvalsMissing(rotation: RotationState, gate: Gate): number {
  const approvals = votesAt(rotation, gate).filter((vote) => vote.vote === 'approve').length;
  return Math.max(0, gate.quorum - approvals);
}

/** Refused when the approvers, minus the requesters, can never reach the quorum. */
export function quorumReachable(farm: Farm, askedBy: readonly string[], wish: Wish): Refusal | null {
  const { quorum, approvers } = policyFor(farm, wish);
  const able = approvers.filter((id) => !askedBy.includes(id));
  if (able.length >= quorum) return null;
  return refuse('quorum-unreachable', {
    quorum,
    able: peopleOf(farm, able).map((one) => one.name),
    missing: quorum - able.length,
    unread: unreadGroups(farm, wish),
    asker: peopleOf(
      farm,
      askedBy.filter((id) => approvers.includes(id)),
    ).map((one) => one.name),
  });
}

const ending = (rotation: RotationState | undefined): { id: string | null; outcome: string; at: string | null } => {
  if (rotation === undefined) return { id: null, outcome: 'unknown', at: null };
  if (rotation.closed !== null) return { id: rotation.id, outcome: rotation.closed.outcome, at: rotation.closed.at };
  if (rotation.gate !== null) return { id: rotation.id, outcome: rotation.gate.how, at: rotation.gate.at };
  return { id: rotation.id, outcome: 'not-open', at: null };
};
