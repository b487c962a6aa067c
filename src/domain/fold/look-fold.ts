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

/** A look that asked SSISDB may tell of every worker, another of its own machine. */
function standingsAfter(before: FarmState['standings'], host: HostName, latest: FarmState['latest']) {
  const look = latest[host];
  if (look === undefined) return before;
  const after: { [host: string]: Standing } = { ...before, [host]: standingAfter(before[host], look) };
  for (const one of look.ssisdb == null ? [host] : (Object.keys(after) as HostName[])) {
    const standing = after[one];
    if (standing !== undefined && latest[one]?.worker != null)
      after[one] = { ...standing, apart: apartAfter(standing.apart, one, latest) };
  }
  return after;
}
