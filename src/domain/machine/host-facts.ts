import type { HostName, Instant, Json, StoreName, Thumbprint } from '../values.ts';
import type { SsisdbLook } from './ssisdb.ts';

/** State of a Windows service as the service control manager tells it, by number and not by word. */
export type ServiceState =
  | 'stopped'
  | 'start-pending'
  | 'stop-pending'
  | 'running'
  | 'continue-pending'
  | 'pause-pending'
  | 'paused';

export interface ServiceFacts {
  readonly name: string;
  readonly state: ServiceState;
  /** 0 when it does not run. */
  readonly pid: number;
  readonly start: 'auto' | 'manual' | 'disabled' | 'boot' | 'system';
  /** As the service control manager names it: `NT Service\X`, `LocalSystem`, `DOMAIN\user`, `DOMAIN\gmsa$`. */
  readonly account: string;
  /** SID of the account: what a private key is granted to. */
  readonly accountSid: string;
  /** The folder of its image: settings file and .cer lie there. A Windows path. */
  readonly folder: string;
  readonly dependents: readonly string[];
}

export interface CertificateFacts {
  readonly thumbprint: Thumbprint;
  readonly subject: string;
  readonly selfSigned: boolean;
  readonly ca: boolean;
  readonly certSign: boolean;
  /** dNSNames and iPAddresses of the SAN, as text; the CN when there is no SAN. */
  readonly names: readonly string[];
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly keyBits: number | null;
  readonly hash: string;
  readonly extendedKeyUsage: readonly string[];
  /** 'unreadable': there is a key, and the caller may not open it. */
  readonly privateKey: 'yes' | 'no' | 'unreadable';
}

/**
 * One binding of HTTP.SYS with everything that must be given back. `parameters` are netsh parameter names and the
 * values to give (`clientcertnegotiation: 'enable'`); a flag that is at its default is left out.
 */
export interface SslBinding {
  /** `0.0.0.0:8391`, `[::]:8391`, `10.0.0.5:8391`, or `name:8391` */
  readonly key: string;
  readonly kind: 'ipport' | 'hostnameport';
  readonly thumbprint: Thumbprint;
  /** `{guid}` in lower case. */
  readonly appId: string;
  /** Store name as bound; '' when none was given (the machine's My is used). */
  readonly store: string;
  readonly parameters: { readonly [parameter: string]: string };
  /** Extended properties 0 and 1, given back with `update sslpropertyex`. */
  readonly extended: { readonly [property: string]: string };
}

/** What one TLS handshake showed. `thumbprint` is null when nobody answered; `error` says why. */
export interface HandshakeFacts {
  /** `host:port` as asked. */
  readonly target: string;
  readonly servername: string | null;
  readonly thumbprint: Thumbprint | null;
  readonly error: string | null;
  /** In a master's look alone, of a certificate that its settings do not name. An earlier version does not tell. */
  readonly notAfter?: Instant | undefined;
}

/** Witnesses (a) to (c) that a worker is connected to its master; null: this witness cannot speak here. */
export interface ConnectionWitness {
  /** The endpoint of its own settings file. */
  readonly endpoint: string;
  /** (a) A fresh handshake from this host to the endpoint. Proves the server side only. */
  readonly handshake: HandshakeFacts;
  /**
   * (b) From the worker's log since its present process started: connected, refused (with the line), or silent; with a
   * line it was refused, and has a connection since that stays.
   */
  readonly log: {
    readonly state: 'connected' | 'refused' | 'silent';
    readonly line: string | null;
    readonly at: Instant | null;
  } | null;
  /** (c) A TCP connection of the worker's process to an address of the endpoint, as this machine knows it. */
  readonly tcp: boolean | null;
}

/** A certificate that this machine itself holds, in one store. */
export interface StoredCertificate {
  readonly thumbprint: Thumbprint;
  readonly store: StoreName;
  readonly subject: string;
  /** DNS names; the common name where there are none. */
  readonly names: readonly string[];
  readonly selfSigned: boolean;
  readonly notAfter: Instant;
  readonly friendlyName: string | null;
}

/** Something of a machine that would miss a certificate or its key. */
export interface CertificateUser {
  /**
   * 'shared-key': another certificate has the same key. 'key-elsewhere': its own lies in hardware or in an account's
   * profile, where nothing here can remove it. 'sql', 'rdp': the SQL engine, Remote Desktop.
   */
  readonly kind: 'binding' | 'setting' | 'published' | 'shared-key' | 'key-elsewhere' | 'sql' | 'rdp';
  /** Key of the binding; service and setting; store and thumbprint; provider or file of the key; instance. */
  readonly where: string;
}

/** One certificate on one machine: where it lies, and who would miss it. */
export interface CertificateTrace {
  readonly thumbprint: Thumbprint;
  readonly stores: readonly StoreName[];
  /** Stores in which it names a private key that is still there. */
  readonly keys: readonly StoreName[];
  readonly users: readonly CertificateUser[];
}

/**
 * A certificate that Scale Out used on this machine once, or that was made for it, and no service here names now. Or,
 * with neither a mark nor a last use, one in a master's Root that nothing but a worker's name speaks for.
 */
export interface Leftover extends CertificateTrace {
  readonly subject: string;
  readonly notAfter: Instant;
  /** `certops prod-17` on one that this product made; null: another name, or none. */
  readonly mark: string | null;
  /** When this machine's runner last saw it in use, or made or trusted it; null: its journal does not know it. */
  readonly lastUsed: Instant | null;
  /** When this machine's runner saw it first, unused; absent where it knows a use, and from runners of before. */
  readonly unusedSince?: Instant | undefined;
}

/** A certificate that a look was asked about by its thumbprint, and what this machine holds of it. */
export interface NamedCertificate {
  readonly thumbprint: Thumbprint;
  /** DER, base64; null: it lies in no store here. */
  readonly der: string | null;
  readonly places: readonly {
    readonly store: StoreName;
    readonly privateKey: 'yes' | 'no' | 'unreadable';
    /** SIDs that may read the key, sorted; null: nobody can tell, for it lies in no file. */
    readonly readers: readonly string[] | null;
  }[];
  /** Who issued it, who issued that one, and so on, as far as this machine knows them. Empty: nobody but itself. */
  readonly issuers: readonly {
    readonly thumbprint: Thumbprint;
    readonly der: string;
    readonly store: 'Root' | 'CA';
  }[];
}

export interface RootSummary {
  readonly count: number;
  readonly notSelfSigned: number;
}

export interface MasterLook {
  readonly service: ServiceFacts;
  readonly port: number;
  readonly sslCertThumbprint: string;
  readonly bindings: readonly SslBinding[];
  readonly certificate: CertificateFacts | null;
  /** Where that lies; absent without one, and in looks of an older runner. */
  readonly store?: StoreName | undefined;
  /** The same as DER, base64; absent in looks of an older runner. */
  readonly der?: string | null | undefined;
  /** SIDs that may read the present certificate's key; empty when there is no key to read. */
  readonly keyReaders: readonly string[];
  /** Thumbprint of `SSISScaleOutMaster.cer`; null when there is no such file. */
  readonly published: Thumbprint | null;
  /** That file is to be written once more, whatever it publishes: see `isPublishedTorn`. */
  readonly publishedTorn?: true | undefined;
  /** Presented on each binding's address that HTTP.SYS listens on, with and without SNI. */
  readonly presented: readonly HandshakeFacts[];
  /** Its check of what is presented can pass by addresses that a plan calls silent; absent of an older runner. */
  readonly passesSilent?: true | undefined;
  /** The addresses on which alone HTTP.SYS listens; empty: on all. null or left out: nobody could tell. */
  readonly listens?: readonly string[] | null | undefined;
  readonly clustered: boolean;
  /** Parameter names that this host's netsh knows for `add sslcert`. */
  readonly netshParameters: readonly string[];
}

export interface WorkerLook {
  readonly service: ServiceFacts;
  readonly masterEndpoint: string;
  readonly masterThumbprint: string;
  readonly workerThumbprint: string;
  readonly workerStore: StoreName;
  /**
   * Its certificate lies where no look reads, and is null: a `StoreLocation` other than LocalMachine, or
   * `LocalMachine\` and a `StoreName` other than My and Root.
   */
  readonly storeLocation?: string | undefined;
  readonly certificate: CertificateFacts | null;
  /** SIDs that may read its own certificate's key; absent in looks of an older runner. */
  readonly keyReaders?: readonly string[] | undefined;
  /** Thumbprint of `SSISScaleOutWorker.cer`; null when there is no such file; absent in looks of an older runner. */
  readonly published?: Thumbprint | null | undefined;
  /** Whether the pinned master certificate lies in Root, or leads up to one that does; null: nobody can tell. */
  readonly trustsPinned: boolean | null;
  readonly connection: ConnectionWitness;
}

/** By whose word a runner goes at its last gate, out of its own configuration. Keys are told by their ids. */
export interface PinnedKeys {
  /** Of the key that it signs with itself. */
  readonly own: string;
  /** The only host whose certificate it takes as the master's. */
  readonly master: HostName;
  /** Of each host's runner, its own too. */
  readonly runners: readonly { readonly host: HostName; readonly keys: readonly string[] }[];
}

/** Everything a look order brings home from one machine. */
export interface HostLook {
  readonly host: HostName;
  readonly at: Instant;
  readonly version: string;
  readonly systemRoot: string;
  readonly root: RootSummary;
  readonly master: MasterLook | null;
  readonly worker: WorkerLook | null;
  /** Only of a master's host; left out in journals of before, and null where nobody asked. */
  readonly ssisdb?: SsisdbLook | null | undefined;
  /** What stands in the way or deserves a warning, as codes: `service-disabled`, `runner-paused`, `tool-blocked` ... */
  readonly problems: readonly { readonly code: string; readonly data: { readonly [name: string]: Json } }[];
  /** null or left out: nobody looked, or it could not be read. */
  readonly leftovers?: readonly Leftover[] | null | undefined;
  /** Of the certificates that the order named; null: they could not be read. Left out: none was named. */
  readonly named?: readonly NamedCertificate[] | null | undefined;
  /** Those of them that this runner's own journal shows in Scale Out's use here; absent in looks of an older runner. */
  readonly used?: readonly Thumbprint[] | undefined;
  /**
   * Its last gate takes what is used here, without an administrator's word, where a plan keeps it; absent in looks of
   * an older runner.
   */
  readonly keeps?: true | undefined;
  /** Thumbprints in the runner's own configuration; absent in looks of an older runner. */
  readonly allowed?: readonly Thumbprint[] | undefined;
  /** Absent in looks of an older runner: then nobody knows what it pins, which is neither well nor wrong. */
  readonly pins?: PinnedKeys | undefined;
}
