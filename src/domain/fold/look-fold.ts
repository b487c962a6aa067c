import type { HostLook } from '../machine/host-facts.ts';
import { apartAfter } from '../rotation/apart.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import { type Standing, standingAfter } from '../rotation/standing.ts';
import type { HostName, Instant } from '../values.ts';

const KEPT_ENDS = 400;

/**
 * Stores a machine's newest look, and the expiry of certificates its services named before, since those may still be
 * presented.
 */
export function withLook(state: FarmState, host: HostName, look: HostLook): FarmState {
  const before = state.latest[host];
  const named = [look.master?.certificate?.thumbprint, look.worker?.certificate?.thumbprint];
  const gone = [before?.master?.certificate, before?.worker?.certificate].flatMap((one) =>
    one == null || named.includes(one.thumbprint) ? [] : [[one.thumbprint, one.notAfter] as const],
  );
  const endsOnce = gone.length === 0 ? state.endsOnce : withEnds(state.endsOnce, gone);
  const latest = { ...state.latest, [host]: look };
  return { ...state, latest, standings: standingsAfter(state.standings, host, latest), endsOnce };
}

/**
 * Without a prototype V8 keeps it as a hash table: `fromEntries` takes 2 ms for this many names, and a compromised
 * runner may show another certificate with each look.
 */
function withEnds(before: FarmState['endsOnce'], gone: readonly (readonly [string, Instant])[]): FarmState['endsOnce'] {
  const known = Object.keys(before).filter((name) => !gone.some(([one]) => one === name));
  const after: { [thumbprint: string]: Instant } = Object.create(null);
  for (const name of known.slice(Math.max(0, known.length + gone.length - KEPT_ENDS))) after[name] = before[name] ?? '';
  for (const [name, notAfter] of gone) after[name] = notAfter;
  return after;
}

/**
 * A look that asked SSISDB may tell of every worker, any other only of its own machine. Most show what the previous one
 * did: then nothing is copied, as there may be thousands of machines.
 */
function standingsAfter(before: FarmState['standings'], host: HostName, latest: FarmState['latest']) {
  const look = latest[host];
  if (look === undefined) return before;
  const own = standingAfter(before[host], look);
  const told = look.ssisdb == null ? [host] : ([...new Set([...Object.keys(before), host])] as HostName[]);
  const changed = told.flatMap((one) => {
    const standing = one === host ? own : before[one];
    if (standing === undefined) return [];
    const was = standing.apart ?? null;
    const apart = latest[one]?.worker == null ? was : apartAfter(was, one, latest);
    const after: Standing = apart === was ? standing : { ...standing, apart };
    return after === before[one] ? [] : [[one, after] as const];
  });
  return changed.length === 0 ? before : { ...before, ...Object.fromEntries(changed) };
}
