import type { CertificateUser, HostLook, Leftover } from '../machine/host-facts.ts';
import { sameMachine } from '../machine/ssisdb.ts';
import type { PlannedStep } from '../plan/plan.ts';
import { stepParams } from '../plan/step-params.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import { type HostName, type Instant, parseThumbprint, type StoreName, type Thumbprint } from '../values.ts';

/** A certificate that Scale Out has left behind, on all the machines that still hold it. */
export interface RetireCandidate {
  readonly thumbprint: Thumbprint;
  readonly subject: string;
  readonly notAfter: Instant;
  /** The rotation that made it; null: it was there before this product. */
  readonly madeBy: string | null;
  /** When any machine saw it in use last; null: no journal knows it. */
  readonly lastUsed: Instant | null;
  /** Where no journal knows a use: since when a runner sees it unused, the latest of all. */
  readonly unusedSince: Instant | null;
  readonly places: readonly {
    readonly host: HostName;
    readonly stores: readonly StoreName[];
    readonly keys: readonly StoreName[];
  }[];
}

/** Who would miss it, and where. */
export interface LeftUser extends Pick<CertificateUser, 'where'> {
  readonly host: HostName;
  readonly kind: CertificateUser['kind'] | 'presented';
}

export interface Leavings {
  /** Nothing uses them, and has not for the grace period: they may go. Longest unused first. */
  readonly ready: readonly RetireCandidate[];
  /** Nothing uses them, and they can still be rolled back to. */
  readonly waiting: readonly (RetireCandidate & { readonly until: Instant })[];
  /** Replaced somewhere, and in use somewhere else. */
  readonly inUse: readonly (RetireCandidate & { readonly users: readonly LeftUser[] })[];
  /** A master trusts them, and no machine tells whose they are: a worker that nobody sees here may show them. */
  readonly unclaimed: readonly RetireCandidate[];
  /** Nothing uses them, and no root is among them: a runner's own configuration allows them on these machines. */
  readonly allowed: readonly { readonly thumbprint: Thumbprint; readonly hosts: readonly HostName[] }[];
}

/** Certificates that go; a key goes with a certificate of the same thumbprint. */
export const removedBySteps = (steps: readonly PlannedStep[]): readonly Thumbprint[] =>
  steps.flatMap((step) =>
    step.kind === 'remove-certificate' ? [stepParams('remove-certificate', step).thumbprint] : [],
  );

/** Certificates that approved requests were to remove, whatever became of it. */
export const askedToGo = ({ order, rotations }: Pick<FarmState, 'order' | 'rotations'>): readonly Thumbprint[] => [
  ...new Set(
    order.flatMap((id) => {
      const { plan = null, gate = null } = rotations[id] ?? {};
      if (plan?.header.kind !== 'retire' || gate?.how !== 'approved') return [];
      const steps = plan.slices.flatMap(({ stages }) => Object.values(stages).flatMap((stage) => stage.steps));
      return removedBySteps(steps);
    }),
  ),
];

/** How long a certificate is kept after its last use. */
export interface Grace {
  /** These an approved request was to remove: where it failed nothing but a name may be left to tell of one. */
  readonly goes?: readonly Thumbprint[];
  readonly graceMs: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** These wait for nothing: their key is known to somebody else. `all`: nobody knows whose is not. */
  readonly compromised: readonly Thumbprint[] | 'all';
}

/** What may go from a farm, and what must stay, by looks at all its machines. Pure. */
export function leavingsOf(looks: readonly HostLook[], { graceMs, now, compromised, goes = [] }: Grace): Leavings {
  const ready: RetireCandidate[] = [];
  const waiting: Leavings['waiting'][number][] = [];
  const inUse: Leavings['inUse'][number][] = [];
  const unclaimed: RetireCandidate[] = [];
  for (const one of certificatesOf(looks, goes)) {
    const users = usersOf(one.thumbprint, looks);
    // A runner whose journal is new has seen no use; that says nothing about yesterday.
    const until = Date.parse(latest(one.lastUsed, one.unusedSince) ?? '1970-01-01') + graceMs;
    if (isOwnOfWorker(one.thumbprint, looks)) continue;
    const isCompromised = isOneOf(one.thumbprint, compromised);
    if (users.length > 0) inUse.push({ ...one, users });
    else if (!isCompromised && !isClaimed(one, looks)) unclaimed.push(one);
    else if (until > now && compromised !== 'all' && !isCompromised)
      waiting.push({ ...one, until: new Date(until).toISOString() });
    else ready.push(one);
  }
  return { ready, waiting, inUse, unclaimed, allowed: allowedOf(looks, compromised) };
}

/** Its runner refuses to remove it, and with it all the others: it may be the root that the master's rests on. */
const isAllowed = ({ allowed = [] }: HostLook, { thumbprint }: Leftover): boolean => allowed.includes(thumbprint);

const isOneOf = (one: Thumbprint, compromised: Grace['compromised']): boolean =>
  compromised !== 'all' && compromised.includes(one);

/** One without a key here may be the root that others rest on: nobody is to be told to take that off the list. */
function allowedOf(looks: readonly HostLook[], compromised: Grace['compromised']): Leavings['allowed'] {
  const held = looks.flatMap((look) => (look.leftovers ?? []).map((left) => ({ look, left })));
  const allowed = held.filter(({ look, left }) => isAllowed(look, left));
  return [...new Set(allowed.map(({ left }) => left.thumbprint))].flatMap((one) => {
    const isHere = held.some(({ left }) => left.thumbprint === one && left.keys.length > 0);
    if (!(isHere || isOneOf(one, compromised)) || usersOf(one, looks).length > 0) return [];
    return { thumbprint: one, hosts: allowed.flatMap(({ look, left }) => (left.thumbprint === one ? look.host : [])) };
  });
}

/** A master trusts the certificates of its workers, and uses none of them itself: that is how it should be. */
const isOwnOfWorker = (thumbprint: Thumbprint, looks: readonly HostLook[]): boolean =>
  looks.some(({ worker }) => worker !== null && parseThumbprint(worker.workerThumbprint) === thumbprint);

/**
 * Whether a machine of the farm accounts for it: one that has its key, or one that is no master and holds it, or the
 * one that it is named after, which a master may be by another name. Each of them tells what it uses; of a worker that
 * is not in the farm file nobody does.
 */
function isClaimed({ subject, places }: RetireCandidate, looks: readonly HostLook[]): boolean {
  const isMaster = (host: HostName): boolean => looks.some((look) => look.host === host && look.master !== null);
  if (places.some(({ host, keys }) => keys.length > 0 || !isMaster(host))) return true;
  const named = [...subject.matchAll(/(?:^|, )CN=([^,]+)/gu)].map(([, name = '']) => name);
  const tells = looks.filter(({ master, worker }) => master !== null || worker !== null);
  // By what is in use now: the key of the one before may be gone already, where its removal ended half done.
  const served = looks.flatMap(({ master }) => master?.certificate?.names ?? []).map((name) => name.toLowerCase());
  return named.some((name) => served.includes(name.toLowerCase()) || tells.some(({ host }) => sameMachine(name, host)));
}

const isByName = ({ mark, lastUsed }: Leftover): boolean => mark === null && lastUsed === null;

/**
 * Certificates that no machine's journal shows in use and that bear no mark: a name is not enough, for another program
 * may have been given trust in what Scale Out never used.
 */
export function byNameAlone(looks: readonly HostLook[]): ReadonlySet<Thumbprint> {
  const all = looks.flatMap(({ leftovers }) => leftovers ?? []);
  const named = new Set(all.filter(isByName).map(({ thumbprint }) => thumbprint));
  if (named.size > 0) for (const left of all) if (!isByName(left)) named.delete(left.thumbprint);
  return named;
}

function certificatesOf(looks: readonly HostLook[], goes: readonly Thumbprint[]): readonly RetireCandidate[] {
  const found = new Map<Thumbprint, RetireCandidate>();
  const strange = byNameAlone(looks);
  const isOurs = (one: Thumbprint): boolean => !strange.has(one) || goes.includes(one);
  for (const look of looks)
    for (const left of look.leftovers ?? [])
      if (!isAllowed(look, left) && isOurs(left.thumbprint))
        found.set(left.thumbprint, joined(found.get(left.thumbprint), left, look.host));
  return [...found.values()].sort((a, b) => order(a) - order(b) || (a.thumbprint < b.thumbprint ? -1 : 1));
}

const order = ({ lastUsed }: RetireCandidate): number => Date.parse(lastUsed ?? '1970-01-01');

const latest = (...all: readonly (Instant | null)[]): Instant | null =>
  all
    .filter((at) => at !== null)
    .sort()
    .at(-1) ?? null;

function joined(before: RetireCandidate | undefined, left: Leftover, host: HostName): RetireCandidate {
  const { thumbprint, subject, notAfter, mark, lastUsed, unusedSince = null, stores, keys } = left;
  return {
    thumbprint,
    subject,
    notAfter,
    madeBy: before?.madeBy ?? mark?.replace(/^certops /u, '') ?? null,
    lastUsed: latest(before?.lastUsed ?? null, lastUsed),
    unusedSince: latest(before?.unusedSince ?? null, unusedSince),
    places: [...(before?.places ?? []), { host, stores, keys }],
  };
}

/** Whatever any machine presents, binds, pins, sets or publishes, and what each knows of users beside Scale Out. */
function usersOf(thumbprint: Thumbprint, looks: readonly HostLook[]): readonly LeftUser[] {
  return looks.flatMap(({ host, master, worker, leftovers }): readonly LeftUser[] => {
    const own = (leftovers ?? []).filter((one) => one.thumbprint === thumbprint).flatMap(({ users }) => users);
    const named: readonly (readonly [LeftUser['kind'], string, string | null])[] = [
      ['setting', 'SSLCertThumbprint', master?.sslCertThumbprint ?? null],
      ...(master?.bindings ?? []).map((binding) => ['binding', binding.key, binding.thumbprint] as const),
      ...(master?.presented ?? []).map((shown) => ['presented', shown.target, shown.thumbprint] as const),
      ['published', 'SSISScaleOutMaster.cer', master?.published ?? null],
      ['setting', 'MasterHttpsCertThumbprint', worker?.masterThumbprint ?? null],
      ['setting', 'WorkerHttpsCertThumbprint', worker?.workerThumbprint ?? null],
      ['published', 'SSISScaleOutWorker.cer', worker?.published ?? null],
    ];
    const seen = named.flatMap(([kind, where, raw]) =>
      raw !== null && parseThumbprint(raw) === thumbprint ? [{ kind, where }] : [],
    );
    const all = [...seen, ...own.filter(({ where }) => !seen.some((one) => where.endsWith(one.where)))];
    return all.map(({ kind, where }) => ({ host, kind, where }));
  });
}
