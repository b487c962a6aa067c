import type { RunnerEntry } from '../journal/entries.ts';
import type { HostLook } from '../machine/host-facts.ts';
import { type Digest, type Facts, type Instant, type Json, parseThumbprint, type Thumbprint } from '../values.ts';

/** A certificate that this machine's own journal shows in use by Scale Out, and when last. */
export interface PastUse {
  readonly thumbprint: Thumbprint;
  readonly at: Instant;
}

/** Whether this is the friendly name this product gives to certificates it makes for a farm: `certops prod-17`. */
export const isMarkOf = (farm: string, friendlyName: string | null): boolean =>
  friendlyName?.startsWith(`certops ${farm}-`) === true &&
  /^\d{1,9}$/u.test(friendlyName.slice(`certops ${farm}-`.length));

/** Each rotation adds one or two; on a master of many workers, one per worker. */
const KEPT = 2000;

/** Adds the uses that one more entry shows. Pure. */
export function withUses(past: readonly PastUse[], entry: RunnerEntry, at: Instant): readonly PastUse[] {
  const seen = usesIn(entry);
  if (seen.length === 0) return past;
  const others = past.filter(({ thumbprint }) => !seen.includes(thumbprint));
  return [...others, ...seen.map((thumbprint) => ({ thumbprint, at }))].slice(-KEPT);
}

/**
 * Certificates of no known use, with the time since when: a runner with a new journal cannot tell one replaced an hour
 * ago from one that was never used. Pure.
 */
export function withUnused(known: readonly PastUse[], entry: RunnerEntry, at: Instant): readonly PastUse[] {
  const left = entry.type === 'finished' ? (entry.look?.leftovers ?? null) : null;
  if (left === null) return known;
  return left
    .filter(({ lastUsed }) => lastUsed === null)
    .map(({ thumbprint }) => known.find((one) => one.thumbprint === thumbprint) ?? { thumbprint, at });
}

/** Certificates one can go back to: used here before, and not taken out of use since. */
export const usedBefore = (past: {
  readonly uses: readonly PastUse[];
  readonly distrusted: readonly Thumbprint[];
}): readonly Thumbprint[] =>
  past.uses.map(({ thumbprint }) => thumbprint).filter((one) => !past.distrusted.includes(one));

/** A certificate that a stage has replaced, and that comes back if that stage is put back. */
export interface Replaced {
  readonly thumbprint: Thumbprint;
  readonly n: number;
  readonly digest: Digest | null;
  readonly stage: string | null;
}

export interface DoneAway {
  /** All that must never be used here again. */
  readonly distrusted: readonly Thumbprint[];
  /** For those that putting back a stage takes off that list: what replaced them. */
  readonly replaced: readonly Replaced[];
}

/** Adds the certificate that an entry starts to remove from Root for good: no way back changes that. Pure. */
export function withDistrusted({ distrusted, replaced }: DoneAway, entry: RunnerEntry): DoneAway {
  if (entry.type !== 'started' || entry.direction !== 'forth') return { distrusted, replaced };
  const { before, goal } = entry;
  const gone = before.present === true && goal.present === false ? parseThumbprint(String(before.thumbprint)) : null;
  if (gone === null) return { distrusted, replaced };
  return {
    distrusted: unique([...distrusted, gone]),
    replaced: replaced.filter(({ thumbprint }) => thumbprint !== gone),
  };
}

/** Adds the certificates that an order has taken out of use. Pure. */
export function withReplaced(
  { distrusted, replaced }: DoneAway,
  gone: readonly Thumbprint[],
  by: Pick<Replaced, 'n' | 'digest' | 'stage'>,
): DoneAway {
  const isForGood = (one: Thumbprint): boolean =>
    distrusted.includes(one) && !replaced.some(({ thumbprint }) => thumbprint === one);
  const { n, digest, stage } = by;
  const more = gone.filter((one) => !isForGood(one)).map((thumbprint) => ({ thumbprint, n, digest, stage }));
  return { distrusted: unique([...distrusted, ...gone]), replaced: [...replaced, ...more] };
}

/** Drops those that are back in use because what replaced them was put back. Pure. */
export function withBack({ distrusted, replaced }: DoneAway, isBack: (one: Replaced) => boolean): DoneAway {
  const left = replaced.filter((one) => !isBack(one));
  const stays = (thumbprint: Thumbprint): boolean =>
    left.some((one) => one.thumbprint === thumbprint) || !replaced.some((one) => one.thumbprint === thumbprint);
  return { distrusted: distrusted.filter(stays), replaced: left };
}

/** The part of a runner's record of one step that matters here. */
interface Done {
  readonly first: Facts;
  readonly started: { readonly goal: Facts };
}

/** The parts of a plan's header that say what an order was for. A plan from an earlier version may have others. */
interface OrderHeader {
  readonly kind?: string;
  readonly wish?: { readonly compromised?: boolean };
  readonly old?: { readonly thumbprint?: Json } | null;
  readonly phases?: readonly { readonly name: string; readonly stages: readonly { readonly name: string }[] }[];
}

/** A look order has none of these. */
interface OrderLines {
  readonly header?: string | null;
  readonly slice?: string | null;
  readonly stage?: string | null;
}

interface OrderSlice {
  readonly stages: {
    readonly [stage: string]: { readonly steps: readonly { id: string; kind: string; params: Json }[] };
  };
}

/**
 * Adds the master's certificate that an apply order calls compromised: this machine may pin it for a long time yet.
 * Pure.
 */
export function withCalled(called: readonly Thumbprint[], body: string): readonly Thumbprint[] {
  const { header = null } = JSON.parse(body) as OrderLines;
  const { kind, wish, old } = header === null ? ({} as OrderHeader) : (JSON.parse(header) as OrderHeader);
  const named = parseThumbprint(String(old?.thumbprint ?? ''));
  const isCalled = kind === 'rotate-master' && wish?.compromised === true && named !== null;
  return !isCalled || called.includes(named) ? called : [...called, named].slice(-KEPT);
}

/**
 * Certificates that a finished apply order has taken out of use here for good: those replaced by a request that calls
 * them compromised, and those removed by a removal request. `steps`: what this machine did under the order's digest.
 * `called`: called compromised by an earlier request, whatever replaced them in the end. Pure.
 */
export function withdrawnBy(
  body: string,
  steps: { readonly [step: string]: Done },
  called: readonly Thumbprint[],
): readonly Thumbprint[] {
  const { header = null, slice = null, stage = null } = JSON.parse(body) as OrderLines;
  if (header === null || slice === null || stage === null) return [];
  const { kind, wish, phases = [] } = JSON.parse(header) as OrderHeader;
  const isCutover = phases.some(({ name, stages }) => name === 'cutover' && stages.some((one) => one.name === stage));
  const isCompromised = wish?.compromised === true;
  if (!isCutover && kind !== 'retire') return [];
  const { stages } = JSON.parse(slice) as OrderSlice;
  const begun = (stages[stage]?.steps ?? []).filter(({ id }) => steps[id] !== undefined);
  if (!isCutover) {
    const removed = begun.filter((step) => step.kind === 'remove-certificate');
    return unique(removed.map(({ params }) => parseThumbprint(String((params as { thumbprint?: Json }).thumbprint))));
  }
  const past = begun.flatMap(({ id }) => steps[id] ?? []);
  const kept = past.flatMap(({ started }) => ofFacts(started.goal));
  const gone = unique(past.flatMap(({ first }) => ofFacts(first))).filter((one) => !kept.includes(one));
  return isCompromised ? gone : gone.filter((one) => called.includes(one));
}

/**
 * Certificates that a runner's entry shows in use by Scale Out: what its settings and its port's bindings named, before
 * or after a change or in a look, what it made, and what it made this machine trust. The runner read or did all of this
 * itself. Nothing is taken from an order, because whoever controls the bot writes orders.
 */
function usesIn(entry: RunnerEntry): readonly Thumbprint[] {
  switch (entry.type) {
    case 'started':
      return unique([...ofFacts(entry.before), ...ofFacts(entry.goal), entry.made?.thumbprint ?? null]);
    case 'done':
      // A certificate that was already in Root, whoever put it there, is not ours just because an order named it.
      return entry.changed ? unique([...ofFacts(entry.facts), entry.made?.thumbprint ?? null]) : [];
    case 'finished':
      return entry.look === null ? [] : thumbprintsNamedBy(entry.look);
    default:
      return [];
  }
}

/** What the settings and bindings in a look name, cleaned up. */
export function thumbprintsNamedBy({ master, worker }: HostLook): readonly Thumbprint[] {
  return unique([
    parseThumbprint(master?.sslCertThumbprint ?? ''),
    ...(master?.bindings ?? []).map(({ thumbprint }) => thumbprint),
    parseThumbprint(worker?.masterThumbprint ?? ''),
    parseThumbprint(worker?.workerThumbprint ?? ''),
  ]);
}

/** Recognised by shape: a setting's value, a certificate that is present, a binding. */
function ofFacts(facts: Facts): readonly (Thumbprint | null)[] {
  const { value, present, thumbprint } = facts;
  return [
    typeof value === 'string' ? parseThumbprint(value) : null,
    present === true && typeof thumbprint === 'string' ? parseThumbprint(thumbprint) : null,
    ...Object.values(facts).map((fact) => {
      const bound = fact as { readonly appId?: unknown; readonly thumbprint?: unknown } | null;
      const isBinding = typeof bound === 'object' && typeof bound?.appId === 'string';
      return isBinding && typeof bound.thumbprint === 'string' ? parseThumbprint(bound.thumbprint) : null;
    }),
  ];
}

const unique = (all: readonly (Thumbprint | null)[]): readonly Thumbprint[] => [
  ...new Set(all.filter((one) => one !== null)),
];
