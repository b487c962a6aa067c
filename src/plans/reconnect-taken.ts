import { derOf, namedIn } from '../domain/inventory/named.ts';
import { readCertificate } from '../domain/machine/certificate.ts';
import { AUTHORITY, type PlanHeader, PRESENT } from '../domain/plan/plan.ts';
import { isRefusal, type Refusal, refuse, type Thumbprint } from '../domain/values.ts';
import type { PlanRequest } from './draft.ts';
import { chainOf } from './existing-checks.ts';
import type { SurveyedReconnect } from './reconnect-refusals.ts';

/** What workers are to pin and trust, by the names that steps use for it. */
export interface TakenByWorkers {
  readonly existing: NonNullable<PlanHeader['existing']>;
  /** The root to trust instead of the certificate itself; null: the certificate is trusted itself. */
  readonly authority: Thumbprint | null;
}

/**
 * What a rotation here made is taken on its maker's word. Anything else is taken only by runners whose own
 * configuration names it and, if an authority issued it, names the root above it too: that is what workers trust. The
 * bytes come from the look at the master.
 */
export function takenByWorkers(request: PlanRequest, surveyed: SurveyedReconnect): TakenByWorkers | Refusal {
  const { wish, looks, at } = request;
  const { master, certificate, workers } = surveyed;
  const { thumbprint, selfSigned } = certificate;
  const present = { [PRESENT]: { thumbprint, host: master, store: 'Root' } } as const;
  if (wish.of !== null) return { existing: present, authority: null };
  const lacking = (wanted: readonly Thumbprint[]) =>
    workers.find(({ host }) => wanted.some((one) => looks[host]?.allowed?.includes(one) !== true));
  if (selfSigned) {
    const unknown = derOf(looks, thumbprint) === null ? workers[0] : lacking([thumbprint]);
    return unknown === undefined
      ? { existing: present, authority: null }
      : refuse('MakerNotKnown', { host: unknown.host, thumbprint });
  }
  const authority = rootAbove(request, surveyed, Date.parse(at));
  if (authority === null) return refuse('IssuerNotKnown', { host: master, thumbprint });
  const stranger = lacking([thumbprint, authority]);
  if (stranger !== undefined) return refuse('IssuerNotAllowed', { host: stranger.host, thumbprint, authority });
  return { existing: { ...present, [AUTHORITY]: { thumbprint: authority, host: master, store: 'Root' } }, authority };
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
