import { byNameAlone } from '../follow-up/retire.ts';
import { groupsBy } from '../group-by.ts';
import type { CertificateFacts, HostLook, Leftover, Looks } from '../machine/host-facts.ts';
import { isPassive } from '../machine/presented.ts';
import type { HostName, Instant, StoreName } from '../values.ts';
import { type GapKind, leftOf, ofMaster, ofWorker, ownOfWorkers, type Seen, type UseKind } from './uses.ts';

export interface CertificateUse {
  readonly kind: UseKind;
  /** Addresses, bindings, settings or stores. */
  readonly where: readonly string[];
  readonly hosts: readonly HostName[];
}

export interface HeldCertificate {
  readonly thumbprint: string;
  /** null: in use, but no look has read it. */
  readonly facts: CertificateFacts | null;
  readonly uses: readonly CertificateUse[];
  /** First and last time that the machines using it were looked at. */
  readonly from: Instant;
  readonly to: Instant;
}

/** What Scale Out used before, or what was made for it, and no machine uses now. */
export interface LeftCertificate {
  readonly thumbprint: string;
  readonly notAfter: Instant;
  /** `certops prod-17`; null: not made by this product, or not marked. */
  readonly mark: string | null;
  /** When a runner last saw it in use; null: never. */
  readonly lastUsed: Instant | null;
  readonly stores: readonly StoreName[];
  readonly hosts: readonly HostName[];
  /** Machines on which its private key is still there. */
  readonly keys: readonly HostName[];
  readonly from: Instant;
  readonly to: Instant;
}

/** Something that should name or present a certificate and does not. */
export interface Gap {
  readonly kind: GapKind;
  /** The address that did not answer, or the setting that names no certificate. */
  readonly where: string;
  readonly hosts: readonly HostName[];
  readonly from: Instant;
  readonly to: Instant;
}

export interface Inventory {
  /** Worst first: expired, unread, then by expiry; on a tie, the master's before others. */
  readonly certificates: readonly HeldCertificate[];
  /** Newest use first. */
  readonly left: readonly LeftCertificate[];
  /** Machines whose unused certificates could not be read. */
  readonly leftUnread: readonly HostName[];
  readonly gaps: readonly Gap[];
  readonly looked: readonly HostName[];
  readonly notLooked: readonly HostName[];
}

/** What each host presents, binds, pins and stores, by certificate, according to its newest look. Pure. */
export function inventoryOf(hosts: readonly HostName[], latest: Looks, now: number): Inventory {
  const looks = hosts.flatMap((host) => latest[host] ?? []);
  // A passive cluster node is covered by the active one; if none is running, every silent node is reported.
  const isServed = looks.some(({ master }) => master?.clustered === true && master.service.state === 'running');
  const isTold = (look: HostLook, { kind }: Seen): boolean => kind !== 'no-answer' || !isServed || !isPassive(look);
  const inUse = looks.flatMap((look) => [...ofMaster(look).filter((one) => isTold(look, one)), ...ofWorker(look)]);
  const used = new Set(inUse.map(({ thumbprint }) => thumbprint));
  const workers = ownOfWorkers(looks);
  const seen = [...inUse, ...looks.flatMap((look) => leftOf(look, used, workers))];
  const facts = new Map<string, CertificateFacts>(looks.flatMap(certificatesOf).map((one) => [one.thumbprint, one]));
  const gaps = groupsBy(seen.filter(isGap), ({ kind, where }) => `${kind} ${where}`);
  const held = groupsBy(
    seen.filter((one) => !isGap(one)),
    ({ thumbprint }) => thumbprint,
  );
  return {
    certificates: held
      .map((all) => {
        const thumbprint = all[0]?.thumbprint ?? '';
        return { thumbprint, facts: facts.get(thumbprint) ?? null, uses: usesOf(all), ...spanOf(all) };
      })
      .sort((a, b) => rank(a, now) - rank(b, now) || own(a) - own(b) || (a.thumbprint < b.thumbprint ? -1 : 1)),
    left: leftIn(looks, used),
    leftUnread: looks.filter(({ leftovers }) => leftovers == null).map(({ host }) => host),
    gaps: gaps.map((all) => ({
      kind: all[0]?.kind === 'no-answer' ? 'no-answer' : 'no-thumbprint',
      where: all[0]?.where ?? '',
      hosts: hostsOf(all),
      ...spanOf(all),
    })),
    looked: looks.map(({ host }) => host),
    notLooked: hosts.filter((host) => latest[host] === undefined),
  };
}

const isGap = ({ kind }: Seen): boolean => kind === 'no-answer' || kind === 'no-thumbprint';

const certificatesOf = ({ master, worker }: HostLook): readonly CertificateFacts[] =>
  [master?.certificate ?? null, worker?.certificate ?? null].filter((one) => one !== null);

function leftIn(looks: readonly HostLook[], used: ReadonlySet<string>): readonly LeftCertificate[] {
  const strange = byNameAlone(looks);
  const keyed = new Set(
    looks.flatMap(({ leftovers }) =>
      (leftovers ?? []).flatMap((left) => (left.keys.length > 0 ? left.thumbprint : [])),
    ),
  );
  const all = looks.flatMap(({ host, at, leftovers, allowed }) =>
    (leftovers ?? [])
      .filter(({ thumbprint }) => !used.has(thumbprint) && !strange.has(thumbprint))
      .filter((left) => keyed.has(left.thumbprint) || !isAuthority(left, allowed))
      .map((left) => ({ left, host, at })),
  );
  return groupsBy(all, ({ left }) => left.thumbprint)
    .flatMap((same): readonly LeftCertificate[] => {
      const [first] = same;
      if (first === undefined) return [];
      const { thumbprint, notAfter } = first.left;
      return [
        {
          thumbprint,
          notAfter,
          mark: same.find(({ left }) => left.mark !== null)?.left.mark ?? null,
          lastUsed: same.reduce<Instant | null>((last, { left }) => later(last, left.lastUsed), null),
          stores: [...new Set(same.flatMap(({ left }) => left.stores))].sort(),
          hosts: same.map(({ host }) => host),
          keys: same.filter(({ left }) => left.keys.length > 0).map(({ host }) => host),
          ...spanOf(same),
        },
      ];
    })
    .sort((a, b) => ((a.lastUsed ?? '') < (b.lastUsed ?? '') ? 1 : -1));
}

/**
 * Only trusted, and allowed by an administrator: as the root above what its master presents, which no setting names. It
 * may still be needed there. No machine of a farm has the key of such a root.
 */
const isAuthority = ({ thumbprint, stores }: Leftover, allowed: HostLook['allowed']): boolean =>
  allowed?.includes(thumbprint) === true && stores.every((store) => store === 'Root');

const usesOf = (all: readonly Seen[]): readonly CertificateUse[] =>
  // Machines that use it in the same way are listed together.
  groupsBy(
    groupsBy(all, ({ kind, host }) => `${kind} ${host}`).map(ofOneHost),
    ({ kind, where }) => `${kind} ${where.join()}`,
  ).map((alike) => ({
    kind: alike[0]?.kind ?? 'stores',
    where: alike[0]?.where ?? [],
    hosts: alike.flatMap(({ hosts }) => hosts),
  }));

const ofOneHost = (all: readonly Seen[]): CertificateUse => ({
  kind: (all[0]?.kind ?? 'stores') as UseKind,
  where: [...new Set(all.map(({ where }) => where))],
  hosts: hostsOf(all),
});

const hostsOf = (all: readonly Seen[]): readonly HostName[] => [...new Set(all.map(({ host }) => host))];

function spanOf(all: readonly Pick<Seen, 'at'>[]): { readonly from: Instant; readonly to: Instant } {
  let from = all[0]?.at ?? '';
  let to = from;
  for (const { at } of all) {
    if (at < from) from = at;
    if (at > to) to = at;
  }
  return { from, to };
}

const later = (a: Instant | null, b: Instant | null): Instant | null => (a === null || (b !== null && b > a) ? b : a);

/** Expired ranks worse than unread. */
const rank = ({ facts }: HeldCertificate, now: number): number =>
  facts === null ? 0 : Math.min(Date.parse(facts.notAfter) - now, Number.MAX_SAFE_INTEGER);

/** Certificates that the whole farm depends on come before those of one worker. */
const own = ({ uses }: HeldCertificate): number =>
  uses.some(({ kind }) => kind === 'presents' || kind === 'pins') ? 0 : 1;
