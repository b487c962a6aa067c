import type { CompromisedPolicy, Farm, Person } from '../farm/farm.ts';
import { refusedTicket } from '../farm/ticket.ts';
import type { Plan } from '../plan/plan.ts';
import type { Wish } from '../plan/wish.ts';
import { isWaiting, type RotationState, type Vote } from '../rotation/rotation.ts';
import { startOf } from '../rotation/start.ts';
import { sha256 } from '../sha256.ts';
import { type Digest, isRefusal, type Refusal, refuse } from '../values.ts';
import { mayApprove, peopleOf, policyFor } from './people.ts';

/**
 * Digest of what an approval rests on beside the machines: when policy or people change in the farm file, the plan is
 * stale. Who comes and goes in a chat's own group does not make it so: the plan names who may approve it, and of those
 * only who is in the group still may. How long a certificate is kept is part of a removal alone.
 */
export function policyDigest(farm: Farm, { kind, compromised: isUrgent }: Pick<Wish, 'kind' | 'compromised'>): Digest {
  const { quorum, approvers, groups, fed = [], lapsesAfterMs, compromised } = farm.approval;
  return sha256(
    JSON.stringify([
      { quorum, approvers: approvers.filter((id) => !fed.includes(id)), groups, lapsesAfterMs },
      farm.gap,
      farm.certificate,
      farm.people.map((person) => [person.id, person.accounts]),
      // Left out where there are none, for a plan of an earlier version that is still open has none either.
      ...(farm.windows.length === 0 ? [] : [farm.windows]),
      ...(compromised === undefined ? [] : [{ compromised: ofFile(compromised) }]),
      ...(kind === 'retire' && !isUrgent ? [farm.retire] : []),
    ]),
  );
}

/**
 * Whether policy or people of the farm file are others than those that this was planned under, or it lacks the ticket
 * that is asked for now. A rule about tickets that only shows them otherwise, or is gone, changes nothing.
 */
export const isPolicyChanged = (farm: Farm, plan: Plan, wish: Wish): boolean =>
  plan.header.policyDigest !== policyDigest(farm, wish) ||
  (farm.ticket !== null && refusedTicket(farm.ticket, wish.ticket) !== null);

const ofFile = ({ quorum, approvers, groups, fed = [] }: CompromisedPolicy) => ({
  quorum,
  approvers: approvers.filter((id) => !fed.includes(id)),
  groups,
});

/** What people can decide right now: the plan, or what becomes of machines that are unknown. */
export interface Gate {
  readonly digest: Digest;
  readonly policyDigest: Digest;
  readonly quorum: number;
  /** Who may approve now: of those whom the plan names, who still may. */
  readonly approvers: readonly string[];
  /** They asked, so others decide. */
  readonly askedBy: readonly string[];
  readonly lapsesAt: number;
}

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

/** What is approved and waits for its start can still be denied: it lapses no more. */
function deniableGate(farm: Farm, rotation: RotationState): Gate | null {
  if (rotation.plan === null || !isWaiting(rotation)) return null;
  return { ...planGate(farm, rotation, rotation.plan), lapsesAt: Number.POSITIVE_INFINITY };
}

/** An approval that comes when the time is over for which it was asked starts nothing. */
function lastStart(farm: Farm, { wish: { when } }: RotationState): number {
  if (when.by !== 'time') return Number.POSITIVE_INFINITY;
  return startOf(farm, when, Date.parse(when.at))?.until ?? Number.POSITIVE_INFINITY;
}

/** Votes given at this gate: they name its digest, and are not of who asks. Who denied after approving has denied. */
const votesGiven = (rotation: RotationState, gate: Gate): readonly Vote[] => {
  const named = rotation.votes.filter(({ digest, by }) => digest === gate.digest && !gate.askedBy.includes(by.id));
  return named.filter(
    (vote) => vote.vote === 'deny' || !named.some((other) => other.vote === 'deny' && other.by.id === vote.by.id),
  );
};

/** Votes that count at this gate: an approval of somebody who may not approve any more does not. */
export const votesAt = (rotation: RotationState, gate: Gate): readonly Vote[] =>
  votesGiven(rotation, gate).filter(({ vote, by }) => vote === 'deny' || gate.approvers.includes(by.id));

/** All votes for a card to show; `gone`: that approval does not count (any more). `gate` null: it is decided. */
export function votesShown(rotation: RotationState, gate: Gate | null): readonly (Vote & { readonly gone?: true })[] {
  const counted = gate?.approvers ?? rotation.gate?.counted;
  const votes = gate === null ? rotation.votes : votesGiven(rotation, gate);
  return votes.map((one) => {
    const counts = one.vote === 'deny' || counted === undefined || counted.includes(one.by.id);
    return counts ? one : { ...one, gone: true };
  });
}

/**
 * The one decision about a vote, for every entry point. The digest that a button carries may be cut to its first
 * eight digits or more. `person` may be the refusal that resolving the account gave.
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
  if (rotation?.closed === null && gate === null && isNamed(rotation.voided?.digest, ballot))
    return refuse('stale-plan', { id: rotation.id });
  if (rotation === undefined || gate === null || now >= gate.lapsesAt) return refuse('closed', ending(rotation));
  if (!isNamed(gate.digest, ballot) || gate.policyDigest !== policyDigest(farm, rotation.wish))
    return refuse('stale-plan', { id: rotation.id });
  if (gate.askedBy.includes(person.id))
    return refuse('own-request', {
      id: rotation.id,
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
  // An approval may still be taken back by a denial; nothing else is voted twice.
  if (mine !== undefined && !(mine.vote === 'approve' && ballot.vote === 'deny'))
    return refuse('already-voted', { id: rotation.id, at: mine.at, vote: mine.vote, platform: mine.platform });
  return { gate, person };
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

export function approvalsMissing(rotation: RotationState, gate: Gate): number {
  const approvals = votesAt(rotation, gate).filter((vote) => vote.vote === 'approve').length;
  return Math.max(0, gate.quorum - approvals);
}

/** Refused when the approvers without those who ask can never be enough. */
export function quorumReachable(farm: Farm, askedBy: readonly string[], wish: Wish): Refusal | null {
  const { quorum, approvers } = policyFor(farm, wish);
  const able = approvers.filter((id) => !askedBy.includes(id));
  if (able.length >= quorum) return null;
  return refuse('quorum-unreachable', {
    quorum,
    able: peopleOf(farm, able).map((one) => one.name),
    missing: quorum - able.length,
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
