import type { Farm } from '../domain/farm/farm.ts';
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
  const { masterHost: host, master } = surveyed;
  const { use, of, compromised } = request.wish;
  const data = { host, thumbprint: use as Thumbprint };
  const isBack = of !== null;
  const isKept = bindsAgain(request.wish, surveyed);
  if (!isKept && master.certificate?.thumbprint === use)
    return refuse(compromised ? 'CertificateCompromised' : 'ExistingInUse', data);
  const held = heldBy(request, data);
  if (isRefusal(held)) return refuse(held.code, { ...data, ...held.data });
  const { named, place } = held;
  const ends = master.certificate?.notAfter ?? request.at;
  const judged = surveyCertificate(named, { at: request.at, ends, isBack: isBack || isKept });
  if (isRefusal(judged)) return refuse(judged.code, { ...data, ...judged.data });
  const bare = [request.farm.endpoint.host, ...endpointsOf(surveyed)].filter((name) => !namesCover(judged.names, name));
  if (bare.length > 0)
    return refuse('ExistingNotCovering', { ...data, hosts: [...new Set(bare)], names: judged.names });
  // What a rotation left behind is still trusted, and so is its authority.
  const isTrusted = isKept ? surveyed.workers.every(({ worker }) => worker.trustsPinned === true) : isBack;
  const authority = isBack || (isKept && isTrusted) ? null : (named.issuers.at(-1)?.thumbprint ?? null);
  const wanted = [data.thumbprint, ...(authority === null ? [] : [authority])];
  const allowed = refuseUnlessAllowed(request, wanted, { host, isKept });
  if (allowed !== null) return allowed;
  const grant = grantFor(master.service, place);
  const why = isKept ? 'kept' : isBack ? 'used' : 'allowed';
  const lines = linesOf(request.farm, surveyed, judged, { store: place.store, grant, why });
  const needsNoTrust = isTrusted && (isKept || !judged.isOwnIssuer);
  return { ...judged, ...data, store: place.store, grant, authority, isTrusted: needsNoTrust, isKept, lines };
}

interface Held {
  readonly named: NamedCertificate;
  readonly place: Place;
}

/** The certificate as that machine holds it, and the place there that holds its key too. */
function heldBy(request: PlanRequest, { host, thumbprint }: Pick<Existing, 'host' | 'thumbprint'>): Held | Refusal {
  const look = request.looks[host];
  if (look?.named == null) return refuse('ExistingNotRead');
  const named = namedIn(look, thumbprint);
  if (named === null || named.der === null)
    return refuse(request.wish.of === null ? 'ExistingMissing' : 'RollbackGone');
  const removed = removedIn(request, thumbprint);
  if (removed.length > 0) return refuse('RollbackRemoved', { hosts: removed });
  const place = placeOf(named);
  return isRefusal(place) ? place : { named, place };
}

const grantFor = ({ accountSid }: Surveyed['master']['service'], { readers }: Place): string | null =>
  accountSid === SYSTEM_SID || readers?.includes(accountSid) === true ? null : accountSid;

/** What was checked, for its card; `why`: why every runner takes it. */
function linesOf(
  farm: Farm,
  { masterHost: host, master }: Surveyed,
  judged: Judged,
  { store, grant, why }: Pick<Existing, 'store' | 'grant'> & { readonly why: 'kept' | 'used' | 'allowed' },
): readonly ExistingLine[] {
  const { account } = master.service;
  return [
    good('there', { host, store, subject: judged.subject }),
    grant === null ? good('key', { account }) : warn('key-granted', { account }),
    ...(store === 'My' ? [warn('in-my')] : []),
    good('names', { names: judged.names }),
    ...judged.lines,
    good(why, why === 'kept' ? { port: master.port } : { hosts: farm.hosts.map(({ name }) => name) }),
  ];
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

type Place = NamedCertificate['places'][number];

/**
 * The place that holds it with its key: Root before My, except for one with another issuer, which only confuses Root.
 */
function placeOf({ places, issuers }: NamedCertificate): Place | Refusal {
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
  // It is taken back by the rotation's id: nobody has to allow it on each machine.
  const wasUsed = wish.of === null && wanted.slice(0, 1).some((one) => looks[host]?.used?.includes(one) === true);
  const hosts = lacking.map(({ name }) => name);
  return refuse('ExistingNotAllowed', { host, hosts, add, ...(wasUsed ? { wasUsed } : {}) });
}
