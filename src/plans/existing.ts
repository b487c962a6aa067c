import { namesCover, parseEndpoint } from '../domain/machine/endpoint.ts';
import type { HostLook, NamedCertificate } from '../domain/machine/host-facts.ts';
import { SYSTEM_SID } from '../domain/machine/key-readers.ts';
import { namedIn } from '../domain/machine/named.ts';
import { type HostName, isRefusal, type Refusal, refuse, type StoreName, type Thumbprint } from '../domain/values.ts';
import type { ExistingLine } from '../domain/views/next-certificate.ts';
import type { Wish } from '../domain/wish.ts';
import type { PlanRequest } from './draft.ts';
import { good, type Judged, surveyCertificate, warn } from './existing-checks.ts';
import type { Surveyed } from './rotate-master-refusals.ts';

/** A certificate that is there already, and fit to be the master's. */
export interface Existing extends Judged {
  readonly thumbprint: Thumbprint;
  readonly host: HostName;
  readonly store: StoreName;
  /** SID that the key is to be granted to; null: the service's account may read it as it is. */
  readonly grant: string | null;
  /** The authority that workers are to trust; null: the certificate itself, for nobody else issued it. */
  readonly authority: Thumbprint | null;
  /** It needs no trust of its own: workers trust who issued it, as they did before. */
  readonly isTrusted: boolean;
  /** One line of the card for each thing that was looked at. */
  readonly lines: readonly ExistingLine[];
}

/**
 * Everything about a certificate that a request names, one thing after the other: it is there with its key, covers all
 * names, is in time, strong enough and made for servers, its chain is whole, and every runner would take it. The first
 * thing that is not so is the Refusal. Pure.
 */
export function surveyExisting(request: PlanRequest, surveyed: Surveyed): Existing | Refusal {
  const { looks, at } = request;
  const { masterHost: host, master } = surveyed;
  const thumbprint = request.wish.use as Thumbprint;
  const data = { host, thumbprint };
  if (master.certificate?.thumbprint === thumbprint) return refuse('ExistingInUse', data);
  const look = looks[host];
  if (look?.named == null) return refuse('ExistingNotRead', data);
  const named = namedIn(look, thumbprint);
  const isBack = request.wish.of !== null;
  if (named === null || named.der === null) return refuse(isBack ? 'RollbackGone' : 'ExistingMissing', data);
  if (request.compromised?.includes(thumbprint) === true) return refuse('ExistingCompromised', data);
  const place = placeOf(named);
  if (isRefusal(place)) return refuse(place.code, { ...data, ...place.data });
  const { accountSid, account } = master.service;
  const readers = place.readers ?? [];
  const grant = accountSid === SYSTEM_SID || readers.includes(accountSid) ? null : accountSid;
  const judged = surveyCertificate(named, { at, ends: master.certificate?.notAfter ?? at, isBack });
  if (isRefusal(judged)) return refuse(judged.code, { ...data, ...judged.data });
  const bare = [request.farm.endpoint.host, ...endpointsOf(surveyed)].filter((name) => !namesCover(judged.names, name));
  if (bare.length > 0)
    return refuse('ExistingNotCovering', { ...data, hosts: [...new Set(bare)], names: judged.names });
  // What a rotation left behind is trusted still, and its authority with it.
  const authority = isBack ? null : (named.issuers.at(-1)?.thumbprint ?? null);
  const allowed = refuseUnlessAllowed(request, [thumbprint, ...(authority === null ? [] : [authority])], host);
  if (allowed !== null) return allowed;
  const lines = [
    good('there', { host, store: place.store, subject: judged.subject }),
    grant === null ? good('key', { account }) : warn('key-granted', { account }),
    ...(place.store === 'My' ? [warn('in-my')] : []),
    good('names', { names: judged.names }),
    ...judged.lines,
    good(isBack ? 'used' : 'allowed', { hosts: request.farm.hosts.map(({ name }) => name) }),
  ];
  return { ...judged, ...data, store: place.store, grant, authority, isTrusted: isBack && !judged.isOwnIssuer, lines };
}

const endpointsOf = ({ workers }: Surveyed): readonly string[] =>
  workers.flatMap(({ worker }) => parseEndpoint(worker.masterEndpoint)?.host ?? []);

/** Where it lies with its key: in Root before My, but for one that somebody else issued, which only confuses Root. */
function placeOf({ places, issuers }: NamedCertificate): NamedCertificate['places'][number] | Refusal {
  const all = places.filter(({ privateKey }) => privateKey === 'yes');
  const keyed = all.find(({ store }) => store === (issuers.length === 0 ? 'Root' : 'My')) ?? all[0];
  if (keyed !== undefined) return keyed.readers === null ? refuse('ExistingKeyNotInFile') : keyed;
  const found = places.map(({ store }) => store);
  const isClosed = places.some(({ privateKey }) => privateKey === 'unreadable');
  return refuse(isClosed ? 'ExistingKeyUnreadable' : 'ExistingWithoutKey', { stores: found });
}

/** Whether a runner would take it, by its own word: allowed there, or, to go back to, in use there once. */
export const isTakenBy = (look: HostLook | undefined, one: Thumbprint, { of }: Wish): boolean =>
  look?.allowed?.includes(one) === true || (of !== null && look?.used?.includes(one) === true);

/**
 * Each runner takes only what an administrator has put into its own configuration. Said before anybody is asked, with
 * the machines and what to add there.
 */
function refuseUnlessAllowed({ farm, looks, wish }: PlanRequest, wanted: readonly Thumbprint[], host: HostName) {
  const lacking = farm.hosts
    .map(({ name }) => ({ name, lacks: wanted.filter((one) => !isTakenBy(looks[name], one, wish)) }))
    .filter(({ lacks }) => lacks.length > 0);
  if (lacking.length === 0) return null;
  const add = wanted.filter((one) => lacking.some(({ lacks }) => lacks.includes(one)));
  return refuse('ExistingNotAllowed', { host, hosts: lacking.map(({ name }) => name), add });
}
