import { derOf, namedIn } from '../domain/inventory/named.ts';
import { isInLine } from '../domain/inventory/out-of-line.ts';
import { readCertificate } from '../domain/machine/certificate.ts';
import { AUTHORITY, type PlanHeader, PRESENT } from '../domain/plan/plan.ts';
import { type HostName, isRefusal, type Refusal, refuse, type Thumbprint } from '../domain/values.ts';
import type { PlanRequest } from './draft.ts';
import { chainOf } from './existing-checks.ts';
import type { SurveyedReconnect } from './reconnect-refusals.ts';

/** What workers are to pin and trust, by the names that steps use for it. */
export interface TakenByWorkers {
  readonly existing: NonNullable<PlanHeader['existing']>;
  /** The root to trust instead of the certificate itself; null: the certificate is trusted itself. */
  readonly authority: Thumbprint | null;
  /** They pin and trust it already, and would take it on nobody's word: they only restart. */
  readonly onlyRestart: readonly HostName[];
}

/**
 * What a rotation here made is taken on its maker's word. Anything else is taken only by runners whose own
 * configuration names it and, if an authority issued it, names the root above it too: that is what workers trust. The
 * bytes come from the look at the master. A worker that needs nothing but a restart takes nothing.
 */
export function takenByWorkers(request: PlanRequest, surveyed: SurveyedReconnect): TakenByWorkers | Refusal {
  const { wish, looks, at } = request;
  const { master, certificate, workers } = surveyed;
  const { thumbprint, selfSigned } = certificate;
  const present = { [PRESENT]: { thumbprint, host: master, store: 'Root' } } as const;
  if (wish.of !== null) return { existing: present, authority: null, onlyRestart: [] };
  const authority = selfSigned ? null : rootAbove(request, surveyed, Date.parse(at));
  const wanted = authority === null ? [thumbprint] : [thumbprint, authority];
  const isReadable = selfSigned ? derOf(looks, thumbprint) !== null : authority !== null;
  const takes = (host: HostName) => isReadable && wanted.every((one) => looks[host]?.allowed?.includes(one) === true);
  const lacking = workers.filter(({ host }) => !takes(host));
  const stranger = lacking.find(({ worker }) => isInLine(worker, certificate) !== true);
  if (stranger !== undefined) {
    if (selfSigned) return refuse('MakerNotKnown', { host: stranger.host, thumbprint });
    if (authority === null) return refuse('IssuerNotKnown', { host: master, thumbprint });
    return refuse('IssuerNotAllowed', { host: stranger.host, thumbprint, authority });
  }
  // Only what some worker is to trust.
  const root = lacking.length === workers.length ? null : authority;
  const above = root === null ? {} : { [AUTHORITY]: { thumbprint: root, host: master, store: 'Root' } as const };
  return { existing: { ...present, ...above }, authority: root, onlyRestart: lacking.map(({ host }) => host) };
}

/**
 * The root that the certificate's chain ends in on the master; null: no look has read a chain that is whole and in
 * date.
 */
function rootAbove({ looks }: PlanRequest, { master, certificate }: SurveyedReconnect, now: number): Thumbprint | null {
  const named = namedIn(looks[master], certificate.thumbprint);
  const read = readCertificate(derOf(looks, certificate.thumbprint) ?? '');
  if (named === null || read === null || isRefusal(chainOf(read, named.issuers, now))) return null;
  const root = named.issuers.at(-1)?.thumbprint ?? null;
  return root === null || derOf(looks, root) === null ? null : root;
}
