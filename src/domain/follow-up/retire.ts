import type { CertificateUser, HostLook, Leftover } from '../machine/host-facts.ts';
import { sameMachine } from '../machine/ssisdb.ts';
import type { PlannedStep } from '../plan/plan.ts';
import { stepParams } from '../plan/step-params.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import { instantOf } from '../time.ts';
import { type HostName, type Instant, parseThumbprint, type StoreName, type Thumbprint } from '../values.ts';

/** A certificate left behind by Scale Out, on all machines that still hold it. */
export interface RetireCandidate {
  readonly thumbprint: Thumbprint;
  readonly subject: string;
  readonly notAfter: Instant;
  /** The rotation that made it; null: not made by this product, or not marked. */
  readonly madeBy: string | null;
  /** When any machine last saw it in use; null: no journal shows a use. */
  readonly lastUsed: Instant | null;
  /** Where no journal shows a use: since when a runner has seen it unused, the latest of all. */
  readonly unusedSince: Instant | null;
  readonly places: readonly {
    readonly host: HostName;
    readonly stores: readonly StoreName[];
    readonly keys: readonly StoreName[];
  }[];
}

/** Who still uses it, and where. */
interface LeftUser extends Pick<CertificateUser, 'where'> {
  readonly host: HostName;
  readonly kind: CertificateUser['kind'] | 'presented';
}

export interface Leavings {
  /** Unused for the grace period or longer: they may be removed. Longest unused first. */
  readonly ready: readonly RetireCandidate[];
  /** Unused, but still within reach of a rollback. */
  readonly waiting: readonly (RetireCandidate & { readonly until: Instant })[];
  /** Replaced somewhere, and in use somewhere else. */
  readonly inUse: readonly (RetireCandidate & { readonly users: readonly LeftUser[] })[];
  /** A master trusts them, and no machine accounts for them: a worker outside the farm file may present them. */
  readonly unclaimed: readonly RetireCandidate[];
  /** Unused and no root, but a runner's own configuration allows them on these machines. */
  readonly allowed: readonly { readonly thumbprint: Thumbprint; readonly hosts: readonly HostName[] }[];
}

/** Certificates that these steps remove; a key goes with the certificate of the same thumbprint. */
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
  /** Certificates an approved request was to remove: if it failed, only a name may be left to recognise one by. */
  readonly goes?: readonly Thumbprint[];
  readonly graceMs: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /**
   * Certificates that skip the grace period: somebody else knows their key. `all`: nobody can say which keys are safe.
   */
  readonly compromised: readonly Thumbprint[] | 'all';
}

/** What may be removed from a farm, and what must stay, judging by looks at all its machines. Pure. */
export function leavingsOf(looks: readonly HostLook[], { graceMs, now, compromised, goes = [] }: Grace): Leavings {
  const ready: RetireCandidate[] = [];
  const waiting: Leavings['waiting'][number][] = [];
  const inUse: Leavings['inUse'][number][] = [];
  const unclaimed: RetireCandidate[] = [];
  for (const one of certificatesOf(looks, goes)) {
    const users = usersOf(one.thumbprint, looks);
    // A runner with a new journal has seen no use; that says nothing about yesterday.
    const until = Date.parse(latest(one.lastUsed, one.unusedSince) ?? '1970-01-01') + graceMs;
    if (isOwnOfWorker(one.thumbprint, looks)) continue;
    const isCompromised = isOneOf(one.thumbprint, compromised);
    if (users.length > 0) inUse.push({ ...one, users });
    else if (!isCompromised && !isClaimed(one, looks)) unclaimed.push(one);
    else if (until > now && compromised !== 'all' && !isCompromised) waiting.push({ ...one, until: instantOf(until) });
    else ready.push(one);
  }
  return { ready, waiting, inUse, unclaimed, allowed: allowedOf(looks, compromised) };
}

/**
 * Its runner refuses to remove it, and with it all others in the order: it may be the root above the master's
 * certificate.
 */
const isAllowed = ({ allowed = [] }: HostLook, { thumbprint }: Leftover): boolean => allowed.includes(thumbprint);

const isOneOf = (one: Thumbprint, compromised: Grace['compromised']): boolean =>
  compromised !== 'all' && compromised.includes(one);

/** Without a key here it may be the root that others rest on, and nobody should be told to take that off the list. */
function allowedOf(looks: readonly HostLook[], compromised: Grace['compromised']): Leavings['allowed'] {
  const held = looks.flatMap((look) => (look.leftovers ?? []).map((left) => ({ look, left })));
  const allowed = held.filter(({ look, left }) => isAllowed(look, left));
  return [...new Set(allowed.map(({ left }) => left.thumbprint))].flatMap((one) => {
    const isHere = held.some(({ left }) => left.thumbprint === one && left.keys.length > 0);
    if (!(isHere || isOneOf(one, compromised)) || usersOf(one, looks).length > 0) return [];
    return { thumbprint: one, hosts: allowed.flatMap(({ look, left }) => (left.thumbprint === one ? look.host : [])) };
  });
}

/** A master trusts its workers' certificates and uses none of them itself: that is how it should be. */
const isOwnOfWorker = (thumbprint: Thumbprint, looks: readonly HostLook[]): boolean =>
  looks.some(({ worker }) => worker !== null && parseThumbprint(worker.workerThumbprint) === thumbprint);

/**
 * Whether a machine of the farm accounts for it: one that has its key, a non-master that holds it, or the machine it is
 * named after, which for a master may be another name. Each of these reports what it uses; nobody does for a worker
 * that is not in the farm file.
 */
function isClaimed({ subject, places }: RetireCandidate, looks: readonly HostLook[]): boolean {
  const isMaster = (host: HostName): boolean => looks.some((look) => look.host === host && look.master !== null);
  if (places.some(({ host, keys }) => keys.length > 0 || !isMaster(host))) return true;
  const named = [...subject.matchAll(/(?:^|, )CN=([^,]+)/gu)].map(([, name = '']) => name);
  const tells = looks.filter(({ master, worker }) => master !== null || worker !== null);
  // By the certificate in use now: the key of the previous one may be gone already if its removal stopped halfway.
  const served = looks.flatMap(({ master }) => master?.certificate?.names ?? []).map((name) => name.toLowerCase());
  return named.some((name) => served.includes(name.toLowerCase()) || tells.some(({ host }) => sameMachine(name, host)));
}

const isByName = ({ mark, lastUsed }: Leftover): boolean => mark === null && lastUsed === null;

/**
 * Certificates that no machine's journal shows in use and that bear no mark. A name is not enough: another program may
 * have been given trust in what Scale Out never used.
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

/**
 * Whatever any machine presents, binds, pins, sets or publishes, plus the users outside Scale Out that each knows of.
 */
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
