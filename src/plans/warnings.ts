import { type Farm, hostsWith } from '../domain/farm/farm.ts';
import { isTrustedBy } from '../domain/inventory/named.ts';
import type { HostLook, Looks, MasterLook, ServiceFacts } from '../domain/machine/host-facts.ts';
import { isGrantable, readerNames } from '../domain/machine/key-readers.ts';
import { outsideOf, unseenOf } from '../domain/machine/outside.ts';
import { isPassive, shownAt, silentAt } from '../domain/machine/presented.ts';
import { OWN_APP_ID, ownKey } from '../domain/plan/own-binding.ts';
import { hostsIn, workersIn } from '../domain/plan/scope.ts';
import type { Wish } from '../domain/plan/wish.ts';
import { type Data, type HostName, isRefusal, type Json, type Message, parseThumbprint } from '../domain/values.ts';
import { surveyReconnect } from './reconnect-refusals.ts';
import { bindsAgain, isUnbound, lostOld, surveyFarm } from './rotate-master-refusals.ts';
import { canRehearse } from './rotate-master-stages.ts';
import { wasConnected } from './was-connected.ts';

/** Schannel sends the names of its roots in at most 16 KB, which about 200 roots fill; beyond that workers see 403. */
const CROWDED_ROOT = 200;

/** Everyone, Authenticated Users, Users: they are given the new key as well, so the card says so. */
const BROAD_READERS: readonly string[] = ['S-1-1-0', 'S-1-5-11', 'S-1-5-32-545'];

const warning = (code: string, data: Data): Message => ({ id: `warning.${code}`, data });

/** What an approver should know before approving; none of it blocks the plan. Pure. */
export function warningsOf(farm: Farm, looks: Looks, wish: Wish): readonly Message[] {
  const ofHosts = hostsIn(farm, wish).flatMap(({ name }) => {
    const look = looks[name];
    return look === undefined ? [] : warningsOfHost(look);
  });
  if (wish.kind === 'reconnect')
    return [
      ...ofHosts.filter(({ id }) => !OF_NEW_KEYS.includes(id)),
      ...ownWarnings(farm, looks, wish),
      ...connectedAlready(farm, looks, wish),
    ];
  return [
    ...ofHosts,
    ...ungivenReaders(farm, looks, wish),
    ...(wish.kind === 'rotate-worker' && wish.compromised ? containWarnings(farm, looks, wish) : []),
    ...(wish.kind === 'rotate-master' ? masterWarnings(farm, looks, wish) : []),
  ];
}

/** Workers that were named and do not need it. */
function connectedAlready(farm: Farm, looks: Looks, wish: Wish): readonly Message[] {
  const surveyed = surveyReconnect(farm, wish, looks);
  const hosts = isRefusal(surveyed) ? [] : surveyed.connected;
  return hosts.length === 0 ? [] : [warning('connected-already', { hosts })];
}

function containWarnings(farm: Farm, looks: Looks, { workers }: Wish): readonly Message[] {
  const masters = hostsWith(farm, 'master').map(({ name }) => name);
  return [
    warning('contain', { masters }),
    warning('contain-workers', { hosts: workers }),
    ...masters.flatMap((host) => silentWarning(host, looks[host]?.master ?? null)),
  ];
}

function masterWarnings(farm: Farm, looks: Looks, wish: Wish): readonly Message[] {
  const surveyed = surveyFarm(farm, looks, wish);
  if (isRefusal(surveyed)) return [];
  const { masterHost: host, master, workers } = surveyed;
  const { port } = master;
  const untrusted = workers.flatMap(({ host: name, worker: { service, certificate: own } }) =>
    service.state === 'running' && own !== null && isTrustedBy(looks[host], own) === false ? [name] : [],
  );
  return [
    ...untrusted.map((name) => warning('own-certificate-falls', { host: name, master: host })),
    ...(isUnbound(master) ? [warning('nothing-bound', { host, port, key: ownKey(port), appId: OWN_APP_ID })] : []),
    ...(lostOld(master) ? [warning('old-gone', { host })] : []),
    ...silentWarning(host, master),
    ...(canRehearse(surveyed) ? [] : [warning('no-rehearsal', { host })]),
    ...(master.published === null ? [warning('nothing-published', { host })] : []),
    ...(bindsAgain(wish, surveyed) ? [] : outsideWarnings(farm, looks, wish, host)),
  ];
}

/** Workers that the farm file does not name: the switch cuts them off. */
function outsideWarnings(farm: Farm, looks: Looks, { leaveBehind }: Wish, host: HostName): readonly Message[] {
  const hosts = farm.hosts.map(({ name }) => name);
  const unseen = unseenOf(looks[host], hosts, leaveBehind);
  const left = leaveBehind.filter((name) => !unseen.includes(name));
  return [
    ...(outsideOf(looks[host], hosts) === null ? [warning('outside-not-seen', { host })] : []),
    ...(left.length > 0 ? [warning('left-outside', { hosts: left })] : []),
    ...(unseen.length > 0 ? [warning('left-unseen', { hosts: unseen })] : []),
  ];
}

function silentWarning(host: HostName, master: MasterLook | null): readonly Message[] {
  const at = master === null ? [] : silentAt(master).map(shownAt);
  return at.length === 0 ? [] : [warning('address-silent', { host, at })];
}

const MAKING: readonly Wish['kind'][] = ['rotate-master', 'rotate-worker'];

/** Who may read today's key but cannot be granted the key that replaces it. */
function ungivenReaders(farm: Farm, looks: Looks, wish: Wish): readonly Message[] {
  if (wish.use !== null || !MAKING.includes(wish.kind)) return [];
  const sides =
    wish.kind === 'rotate-master'
      ? hostsWith(farm, 'master').map(({ name: host }) => ({ host, side: looks[host]?.master ?? null }))
      : workersIn(farm, wish).map(({ name: host }) => ({ host, side: looks[host]?.worker ?? null }));
  return sides.flatMap(({ host, side }) => {
    const readers = side?.keyReaders?.filter((reader) => !isGrantable(reader)) ?? [];
    if (side === null || readers.length === 0) return [];
    return [warning('key-readers-not-given', { host, readers: readerNames(readers, side.service) })];
  });
}

/** Warnings about a key that is to be made. */
const OF_NEW_KEYS: readonly string[] = ['warning.key-readable-by-many'];

/** Warnings about a worker's own certificate, without which the master does not let it in. */
const ownWarnings = (farm: Farm, looks: Looks, wish: Wish): readonly Message[] =>
  workersIn(farm, wish).flatMap(({ name: host }) => {
    const worker = looks[host]?.worker ?? null;
    // A store of its own account cannot be read: the proof will show whether the worker is let in.
    if (worker === null || worker.storeLocation !== undefined) return [];
    if (worker.certificate === null) return [warning('own-certificate-missing', { host })];
    const own = worker.certificate;
    const masters = hostsWith(farm, 'master').map(({ name }) => name);
    const stranger = masters.find((name) => isTrustedBy(looks[name], own) === false);
    if (stranger !== undefined) return [warning('own-certificate-untrusted', { host, master: stranger })];
    const { masterThumbprint, trustsPinned, connection } = worker;
    const isInLine = trustsPinned && parseThumbprint(masterThumbprint) === connection.handshake.thumbprint;
    return isInLine && connection.log?.state === 'refused' ? [warning('own-certificate-refused', { host })] : [];
  });

function warningsOfHost(look: HostLook): readonly Message[] {
  const { host, root, master, worker, problems } = look;
  const broad = master?.keyReaders.filter((sid) => BROAD_READERS.includes(sid)) ?? [];
  const isApart = worker !== null && worker.service.state === 'running' && !wasConnected(worker.connection);
  return [
    ...(root.count > CROWDED_ROOT ? [warning('root-crowded', { host, count: root.count, limit: CROWDED_ROOT })] : []),
    ...(root.notSelfSigned > 0 ? [warning('root-not-self-signed', { host, count: root.notSelfSigned })] : []),
    ...serviceWarnings(look),
    ...(broad.length > 0 ? [warning('key-readable-by-many', { host, readers: broad })] : []),
    ...(isApart ? [warning('worker-not-connected', { host, line: worker.connection.log?.line ?? null })] : []),
    ...settingWarnings(look),
    ...problems.flatMap((problem) => problemWarning(host, problem)),
  ];
}

const serviceWarnings = (look: HostLook): readonly Message[] =>
  (['master', 'worker'] as const).flatMap((role) => {
    const service = look[role]?.service;
    if (service === undefined) return [];
    const { account, state } = service;
    const isDown = state !== 'running' && !(role === 'master' && isPassive(look));
    return [
      ...(needsPassword(service) ? [warning('password-account', { host: look.host, role, account })] : []),
      ...(isDown ? [warning('service-not-running', { host: look.host, role, state })] : []),
    ];
  });

function settingWarnings({ host, master, worker }: HostLook): readonly Message[] {
  const settings = [
    ['SSLCertThumbprint', master?.sslCertThumbprint],
    ['MasterHttpsCertThumbprint', worker?.masterThumbprint],
    ['WorkerHttpsCertThumbprint', worker?.workerThumbprint],
  ] as const;
  return settings.flatMap(([key, value]) => {
    const cleaned = value === undefined ? null : parseThumbprint(value);
    const isClean = cleaned === null || cleaned === value?.toUpperCase();
    return isClean ? [] : [warning('setting-hidden-characters', { host, key })];
  });
}

function problemWarning(host: HostName, { code, data }: HostLook['problems'][number]): readonly Message[] {
  switch (code) {
    case 'log-unreadable':
      return [warning(code, { ...data, host })];
    case 'program-open':
      return [warning(code, { host, place: String(data.place), others: textsOf(data.others) })];
    case 'folder-open':
      return [warning(code, { host, folder: String(data.folder), others: textsOf(data.others) })];
    case 'folder-not-read':
      return [warning(code, { host, folder: String(data.folder) })];
    case 'program-not-read':
      return [warning(code, { host, places: textsOf(data.places) })];
    default:
      return [];
  }
}

const textsOf = (list: Json | undefined): readonly string[] => (Array.isArray(list) ? list.map(String) : []);

/**
 * Whether the account has a password: if it changed since the service started, the service will not come back (1069),
 * and undo cannot help. Windows' own accounts are known by SID, because their names are localized; a managed account's
 * name ends in a dollar sign.
 */
const needsPassword = ({ account, accountSid }: ServiceFacts): boolean =>
  !/^S-1-5-(?:18|19|20|80-.*)$/u.test(accountSid) && !/\$(?:@|$)/u.test(account);
