import { boundElsewhere } from '../machine/bound-store.ts';
import type { HostLook, MasterLook, WorkerLook } from '../machine/host-facts.ts';
import { readerNames } from '../machine/key-readers.ts';
import { type HostName, type Instant, parseThumbprint, type StoreName, type Thumbprint } from '../values.ts';
import { isInLine } from './out-of-line.ts';

export type UseKind =
  | 'presents'
  | 'binds'
  | 'sets'
  | 'publishes'
  | 'stores'
  | 'pins'
  | 'trusts'
  /** Pinned, but neither in Root nor issued from there: the worker refuses its master. */
  | 'untrusted'
  /** Pinned, but whether the machine trusts it is unknown. */
  | 'trust-unknown'
  /** Set, but not in the store. */
  | 'missing'
  /** Set, but in a store that nobody reads, such as its account's own. */
  | 'elsewhere'
  /** In the store, but without its private key. */
  | 'keyless'
  /** Who may read its key; `where` names them. */
  | 'reads'
  /** Still in a store of a machine whose services no longer name it. */
  | 'left';

export type GapKind = 'no-answer' | 'no-thumbprint';

/** One use of one certificate, or one gap, as a machine's look saw it. */
export interface Seen {
  readonly kind: UseKind | GapKind;
  readonly thumbprint: string;
  readonly where: string;
  readonly host: HostName;
  readonly at: Instant;
}

type See = (kind: Seen['kind'], raw: string, where: string) => Seen;

const witness =
  ({ host, at }: HostLook): See =>
  (kind, raw, where) => {
    const thumbprint = parseThumbprint(raw) ?? '';
    return { kind: thumbprint === '' && kind !== 'no-answer' ? 'no-thumbprint' : kind, thumbprint, where, host, at };
  };

/** Every use of a certificate that this look shows for its master; none: there is no master on the machine. */
export function ofMaster(look: HostLook): readonly Seen[] {
  const { master } = look;
  if (master === null) return [];
  const see = witness(look);
  // The product keeps a master's certificate in Root; another tool may have bound it from a different store.
  const { bindings, presented, published } = master;
  return [
    ...presented.map(({ target, thumbprint }) =>
      see(thumbprint === null ? 'no-answer' : 'presents', thumbprint ?? '', target),
    ),
    ...bindings.map(({ key, thumbprint }) => see('binds', thumbprint, key)),
    see('sets', master.sslCertThumbprint, 'SSLCertThumbprint'),
    ...(published === null ? [] : [see('publishes', published, '')]),
    ...ownOfMaster(master, see),
    ...readers(master, master.keyReaders, see),
  ];
}

function ownOfMaster(master: MasterLook, see: See): readonly Seen[] {
  const { certificate, sslCertThumbprint: raw, store = 'Root' } = master;
  const bound = certificate === null ? boundElsewhere(master, parseThumbprint(raw) ?? '') : null;
  return bound === null ? inStore(master, raw, store, see) : [see('elsewhere', raw, bound.store)];
}

/**
 * Certificates unused on this machine but used by another one. A master uses none of its workers' certificates itself,
 * but lets in workers whose certificates it has in Root: those are no leftovers.
 */
export const leftOf = (look: HostLook, used: ReadonlySet<string>, ofWorkers: ReadonlySet<string>): readonly Seen[] =>
  (look.leftovers ?? [])
    .filter(({ thumbprint }) => used.has(thumbprint))
    .flatMap(({ thumbprint, stores }) =>
      stores.map((store) => {
        const letsIn = look.master !== null && store === 'Root' && ofWorkers.has(thumbprint);
        return witness(look)(letsIn ? 'trusts' : 'left', thumbprint, store);
      }),
    );

export const ownOfWorkers = (looks: readonly HostLook[]): ReadonlySet<string> =>
  new Set(looks.flatMap(({ worker }) => parseThumbprint(worker?.workerThumbprint ?? '') ?? []));

const readers = ({ certificate, service }: MasterLook | WorkerLook, sids: readonly string[], see: See) =>
  certificate === null ? [] : readerNames(sids, service).map((name) => see('reads', certificate.thumbprint, name));

/** The same for its worker. */
export function ofWorker(look: HostLook): readonly Seen[] {
  const { worker } = look;
  if (worker === null) return [];
  const see = witness(look);
  const { masterThumbprint, workerThumbprint, workerStore, storeLocation, published } = worker;
  const pinned = parseThumbprint(masterThumbprint);
  return [
    see('pins', masterThumbprint, 'MasterHttpsCertThumbprint'),
    ...(pinned === null ? [] : [see(trustOf(worker, pinned), masterThumbprint, 'Root')]),
    see('sets', workerThumbprint, 'WorkerHttpsCertThumbprint'),
    ...(storeLocation === undefined || parseThumbprint(workerThumbprint) === null
      ? inStore(worker, workerThumbprint, workerStore, see)
      : [see('elsewhere', workerThumbprint, storeLocation)]),
    ...(published == null ? [] : [see('publishes', published, '')]),
    ...readers(worker, worker.keyReaders ?? [], see),
  ];
}

function trustOf(worker: WorkerLook, pinned: Thumbprint): UseKind {
  const { trustsPinned } = worker;
  const trusts = trustsPinned ?? isInLine(worker, { thumbprint: pinned, selfSigned: null });
  if (trusts === null) return 'trust-unknown';
  return trusts ? 'trusts' : 'untrusted';
}

function inStore({ certificate }: MasterLook | WorkerLook, raw: string, store: StoreName, see: See): readonly Seen[] {
  if (certificate === null) return parseThumbprint(raw) === null ? [] : [see('missing', raw, store)];
  const { thumbprint, privateKey } = certificate;
  return [see('stores', thumbprint, store), ...(privateKey === 'no' ? [see('keyless', thumbprint, store)] : [])];
}
