import type { HostLook } from './host-facts.ts';
import { standingAfter } from './out-of-line.ts';
import type { FarmState } from './rotation.ts';
import type { HostName } from './values.ts';

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
  const standings = { ...state.standings, [host]: standingAfter(state.standings[host], look) };
  return { ...state, latest: { ...state.latest, [host]: look }, standings, endsOnce };
}
