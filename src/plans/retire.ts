import { type Leavings, leavingsOf, type RetireCandidate } from '../domain/follow-up/retire.ts';
import type { HostLook } from '../domain/machine/host-facts.ts';
import { presentedIn } from '../domain/machine/presented.ts';
import { type HostName, isRefusal, parseThumbprint, type Refusal, refuse } from '../domain/values.ts';
import { type Draft, headerOf, type PlanRequest, type StageWork, slicesOf, work } from './draft.ts';
import { isOfCerFile } from './problems.ts';

type Used = Leavings['inUse'][number];

/** The only stage: removals do not wait for each other, because nothing uses what is removed. */
export const RETIRE_STAGE = 'retire';

/**
 * Removes for good what Scale Out has left behind: certificates that nothing on any machine has used for the grace
 * period, the key before the certificate. None of it can be undone. Pure. A Refusal names the obstacle.
 */
export function draftRetire(request: PlanRequest): Draft | Refusal {
  const { farm, looks } = request;
  const ready = readyOf(request);
  if (isRefusal(ready)) return ready;
  const removals = farm.hosts.flatMap(({ name }) => workOf(name, ready));
  const stage = {
    name: RETIRE_STAGE,
    hosts: removals.map(({ host }) => host),
    concurrency: farm.gap.concurrency,
    canary: 0,
  };
  const paused = stage.hosts.find((host) => looks[host]?.problems.some(({ code }) => code === 'runner-paused'));
  if (paused !== undefined) return refuse('HostNotReady', { host: paused, problem: 'runner-paused' });
  return {
    header: headerOf(request, {
      old: null,
      profiles: {},
      phases: [{ name: 'retire', gate: 'request', onFailure: 'stop-keep', undoOrder: 'same', stages: [stage] }],
    }),
    slices: slicesOf(request, removals),
  };
}

function readyOf({
  farm,
  looks,
  at,
  wish,
  compromised = [],
  goes = [],
}: PlanRequest): readonly RetireCandidate[] | Refusal {
  for (const { name: host } of farm.hosts) {
    const look = looks[host];
    if (look === undefined) return refuse('HostNotLooked', { host });
    // "Cannot tell" is not "nothing": that machine may pin what the others have left.
    if (look.leftovers === null || look.leftovers === undefined) {
      const file = look.problems.find(isOfCerFile)?.data.what;
      return refuse('LeftoversNotRead', { host, ...(file === undefined ? {} : { file }) });
    }
  }
  const { ready, waiting, inUse, unclaimed, allowed } = leavingsOf(Object.values(looks), {
    graceMs: farm.retire.graceMs,
    now: Date.parse(at),
    goes,
    compromised: wish.compromised ? 'all' : compromised,
  });
  if (ready.length > 0) return ready;
  const [used] = inUse;
  if (used !== undefined) return refuse(...whyKept(used));
  const [first] = [...waiting].sort((a, b) => (a.until < b.until ? -1 : 1));
  if (first !== undefined) {
    const several = waiting.length > 1 ? { several: true } : {};
    return refuse('GraceNotOver', { thumbprint: first.thumbprint, until: first.until, ...several });
  }
  const [strange] = unclaimed;
  if (strange !== undefined) {
    const { thumbprint, subject, places } = strange;
    return refuse('NobodyKnowsWhose', { host: places[0]?.host ?? null, thumbprint, subject });
  }
  const [kept] = allowed;
  if (kept !== undefined) return refuse('CertificateAllowedHere', { host: null, ...kept });
  const pinned = stillPinned(Object.values(looks));
  if (pinned !== null) return refuse('StillInUse', pinned);
  return refuse('NothingToRetire', { farm: farm.name });
}

/**
 * A worker that pins another certificate than its master presents. Where both are one machine, no other tells of it as
 * left behind.
 */
function stillPinned(looks: readonly HostLook[]) {
  const presented = presentedIn(looks);
  for (const { host, worker } of looks) {
    const thumbprint = worker === null ? null : parseThumbprint(worker.masterThumbprint);
    if (presented !== null && thumbprint !== null && thumbprint !== presented)
      return { host, thumbprint, where: ['MasterHttpsCertThumbprint'] };
  }
  return null;
}

/**
 * What uses it; else where its key is; else what shares its key: two certificates with one key would block each other.
 */
function whyKept({ thumbprint, users, places }: Used): Parameters<typeof refuse> {
  const where = users.map((user) => user.where);
  const data = { host: users[0]?.host ?? null, thumbprint, where };
  if (users.some(({ kind }) => kind !== 'key-elsewhere' && kind !== 'shared-key')) return ['StillInUse', data];
  const shared = users.find(({ kind }) => kind === 'shared-key');
  if (shared === undefined) return ['KeyNotRemovable', data];
  const stores = places.find(({ host }) => host === shared.host)?.stores ?? [];
  return ['KeyShared', { ...data, host: shared.host, stores: [...stores] }];
}

/** What one machine removes: each certificate's key, where it has one, and then the certificate. */
function workOf(host: HostName, ready: readonly RetireCandidate[]): readonly StageWork[] {
  const steps = ready.flatMap(({ thumbprint, places }) => {
    const place = places.find((one) => one.host === host);
    if (place === undefined) return [];
    const step = (kind: 'remove-key' | 'remove-certificate') => [kind, { thumbprint }, thumbprint] as const;
    return place.keys.length === 0 ? [step('remove-certificate')] : [step('remove-key'), step('remove-certificate')];
  });
  return steps.length === 0 ? [] : [work(host, RETIRE_STAGE, steps)];
}
