import type { HostLook } from '../machine/host-facts.ts';
import { apartAfter } from '../rotation/apart.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import { type Standing, standingAfter } from '../rotation/standing.ts';
import type { HostName } from '../values.ts';

const KEPT_ENDS = 400;

/** The newest look of a machine; when what a service named before ends is kept, for it may be presented still. */
export function withLook(state: FarmState, host: HostName, look: HostLook): FarmState {
  const before = state.latest[host];
  const named = [look.master?.certificate?.thumbprint, look.worker?.certificate?.thumbprint];
  const gone = [before?.master?.certificate, before?.worker?.certificate].flatMap((one) =>
    one == null || named.includes(one.thumbprint) ? [] : [[one.thumbprint, one.notAfter] as const],
  );
  const endsOnce =
    gone.length === 0
      ? state.endsOnce
      : Object.fromEntries([...Object.entries(state.endsOnce), ...gone].slice(-KEPT_ENDS));
  const latest = { ...state.latest, [host]: look };
  return { ...state, latest, standings: standingsAfter(state.standings, host, latest), endsOnce };
}

/**
 * A look that asked SSISDB may tell of every worker, another of its own machine. Most show what the one before did:
 * then nothing is copied, for there may be thousands of machines.
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
