import { namedIn } from '../domain/inventory/named.ts';
import { namesCover, parseEndpoint } from '../domain/machine/endpoint.ts';
import type { HostLook, NamedCertificate } from '../domain/machine/host-facts.ts';
import { SYSTEM_SID } from '../domain/machine/key-readers.ts';
import type { Wish } from '../domain/plan/wish.ts';
import { type HostName, isRefusal, type Refusal, refuse, type StoreName, type Thumbprint } from '../domain/values.ts';
import type { ExistingLine } from '../domain/views/next-certificate.ts';
import type { PlanRequest } from './draft.ts';
import { good, type Judged, surveyCertificate, warn } from './existing-checks.ts';
import { bindsAgain, type Surveyed } from './rotate-master-refusals.ts';

/** An existing certificate that is fit to be the master's. */
export interface Existing extends Judged {
  readonly thumbprint: Thumbprint;
  readonly host: HostName;
  readonly store: StoreName;
  /** The SID to grant the key to; null: the service's account can already read it. */
  readonly grant: string | null;
  /** The authority that workers are to trust; null: the certificate itself. */
  readonly authority: Thumbprint | null;
  /** Workers need no new trust: they already trust it, or its issuer. */
  readonly isTrusted: boolean;
  /** The settings name it already: it is bound again because nothing is bound, and nothing else changes. */
  readonly isKept: boolean;
  /** One line of the card for each thing that was checked. */
  readonly lines: readonly ExistingLine[];
}

/**
 * Checks everything about a certificate that a request names, in order: it is there with its key, covers all names, is
 * in date, strong enough and made for servers, its chain is whole, and every runner would take it. The Refusal is the
 * first check that fails. Pure.
 */
export function surveyExisting(request: PlanRequest, surveyed: Surveyed): Existing | Refusal {
  const { looks, at } = request;
  const { masterHost: host, master } = surveyed;
  const thumbprint = request.wish.use as Thumbprint;
  const data = { host, thumbprint };
  const isKept = bindsAgain(request.wish, surveyed);
  if (!isKept && master.certificate?.thumbprint === thumbprint)
    return refuse(request.wish.compromised ? 'CertificateCompromised' : 'ExistingInUse', data);
  const look = looks[host];
  if (look?.named == null) return refuse('ExistingNotRead', data);
  const named = namedIn(look, thumbprint);
  const isBack = request.wish.of !== null;
  if (named === null || named.der === null) return refuse(isBack ? 'RollbackGone' : 'ExistingMissing', data);
  const removed = removedIn(request, thumbprint);
  if (removed.length > 0) return refuse('RollbackRemoved', { ...data, hosts: removed });
  const place = placeOf(named);
  if (isRefusal(place)) return refuse(place.code, { ...data, ...place.data });
  const { accountSid, account } = master.service;
  const readers = place.readers ?? [];
  const grant = accountSid === SYSTEM_SID || readers.includes(accountSid) ? null : accountSid;
  const judged = surveyCertificate(named, { at, ends: master.certificate?.notAfter ?? at, isBack: isBack || isKept });
  if (isRefusal(judged)) return refuse(judged.code, { ...data, ...judged.data });
  const bare = [request.farm.endpoint.host, ...endpointsOf(surveyed)].filter((name) => !namesCover(judged.names, name));
  if (bare.length > 0)
    return refuse('ExistingNotCovering', { ...data, hosts: [...new Set(bare)], names: judged.names });
  // What a rotation left behind is still trusted, and so is its authority.
  const isTrusted = isKept ? surveyed.workers.every(({ worker }) => worker.trustsPinned === true) : isBack;
  const authority = isBack || (isKept && isTrusted) ? null : (named.issuers.at(-1)?.thumbprint ?? null);
  const wanted = [thumbprint, ...(authority === null ? [] : [authority])];
  const allowed = refuseUnlessAllowed(request, wanted, { host, isKept });
  if (allowed !== null) return allowed;
  const lines = [
    good('there', { host, store: place.store, subject: judged.subject }),
    grant === null ? good('key', { account }) : warn('key-granted', { account }),
    ...(place.store === 'My' ? [warn('in-my')] : []),
    good('names', { names: judged.names }),
    ...judged.lines,
    isKept
      ? good('kept', { port: master.port })
      : good(isBack ? 'used' : 'allowed', { hosts: request.farm.hosts.map(({ name }) => name) }),
  ];
  const needsNoTrust = isTrusted && (isKept || !judged.isOwnIssuer);
  return { ...judged, ...data, store: place.store, grant, authority, isTrusted: needsNoTrust, isKept, lines };
}

const endpointsOf = ({ workers }: Surveyed): readonly string[] =>
  workers.flatMap(({ worker }) => parseEndpoint(worker.masterEndpoint)?.host ?? []);

/**
 * Machines from which a request has removed it: their runners no longer take it, and no plan puts it back behind that.
 */
const removedIn = ({ looks, removed = [] }: PlanRequest, thumbprint: Thumbprint): readonly HostName[] =>
  removed.filter((name) => {
    const isThere = (namedIn(looks[name], thumbprint)?.places ?? []).length > 0;
    return !isThere && looks[name]?.allowed?.includes(thumbprint) !== true;
  });

/**
 * The place that holds it with its key: Root before My, except for one with another issuer, which only confuses Root.
 */
function placeOf({ places, issuers }: NamedCertificate): NamedCertificate['places'][number] | Refusal {
  const all = places.filter(({ privateKey }) => privateKey === 'yes');
  const keyed = all.find(({ store }) => store === (issuers.length === 0 ? 'Root' : 'My')) ?? all[0];
  if (keyed !== undefined) return keyed.readers === null ? refuse('ExistingKeyNotInFile') : keyed;
  const found = places.map(({ store }) => store);
  const isClosed = places.some(({ privateKey }) => privateKey === 'unreadable');
  return refuse(isClosed ? 'ExistingKeyUnreadable' : 'ExistingWithoutKey', { stores: found });
}

/** Whether a runner says it would take the certificate: allowed there or, for a rollback, once in use there. */
export const isTakenBy = (look: HostLook | undefined, one: Thumbprint, { of }: Pick<Wish, 'of'>): boolean =>
  look?.allowed?.includes(one) === true || (of !== null && look?.used?.includes(one) === true);

/** The same for a certificate that stays, if the runner says that it keeps such ones. */
const isKeptBy = (look: HostLook | undefined, one: Thumbprint): boolean =>
  look?.keeps === true && look.used?.includes(one) === true;

/**
 * Each runner takes only what an administrator has put into its own configuration. Refused before anybody is asked,
 * with the machines and what to add there.
 */
function refuseUnlessAllowed(
  { farm, looks, wish }: PlanRequest,
  wanted: readonly Thumbprint[],
  { host, isKept }: { readonly host: HostName; readonly isKept: boolean },
) {
  const isTaken = (look: HostLook | undefined, one: Thumbprint): boolean =>
    isTakenBy(look, one, wish) || (isKept && isKeptBy(look, one));
  const lacking = farm.hosts
    .map(({ name }) => ({ name, lacks: wanted.filter((one) => !isTaken(looks[name], one)) }))
    .filter(({ lacks }) => lacks.length > 0);
  if (lacking.length === 0) return null;
  const add = wanted.filter((one) => lacking.some(({ lacks }) => lacks.includes(one)));
  return refuse('ExistingNotAllowed', { host, hosts: lacking.map(({ name }) => name), add });
}
