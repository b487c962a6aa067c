import type { Data, HostName, Instant, RotationId, StoreName, Thumbprint } from '../values.ts';
import type { SsisdbLook } from './ssisdb.ts';

/** State of a Windows service as the service control manager reports it, by number and not by word. */
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
  /** 0 if it does not run. */
  readonly pid: number;
  readonly start: 'auto' | 'manual' | 'disabled' | 'boot' | 'system';
  /** As the service control manager names it: `NT Service\X`, `LocalSystem`, `DOMAIN\user`, `DOMAIN\gmsa$`. */
  readonly account: string;
  /** SID of the account: what a private key is granted to. */
  readonly accountSid: string;
  /** The folder of its image, with the settings file and the .cer. A Windows path. */
  readonly folder: string;
  readonly dependents: readonly string[];
}

export interface CertificateFacts {
  readonly thumbprint: Thumbprint;
  readonly subject: string;
  readonly selfSigned: boolean;
  readonly ca: boolean;
  readonly certSign: boolean;
  /** dNSNames and iPAddresses of the SAN, as text; the CN if there is no SAN. */
  readonly names: readonly string[];
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly keyBits: number | null;
  readonly hash: string;
  readonly extendedKeyUsage: readonly string[];
  /** 'unreadable': there is a key, but the caller may not open it. */
  readonly privateKey: 'yes' | 'no' | 'unreadable';
}

/**
 * One HTTP.SYS binding with everything needed to restore it. `parameters` are netsh parameter names and the values to
 * give (`clientcertnegotiation: 'enable'`); a flag at its default is left out.
 */
export interface SslBinding {
  /** `0.0.0.0:8391`, `[::]:8391`, `10.0.0.5:8391`, or `name:8391` */
  readonly key: string;
  readonly kind: 'ipport' | 'hostnameport';
  readonly thumbprint: Thumbprint;
  /** `{guid}` in lower case. */
  readonly appId: string;
  /** Store name as bound; '' if none was given (the machine's My is used). */
  readonly store: string;
  readonly parameters: { readonly [parameter: string]: string };
  /** Extended properties 0 and 1, restored with `update sslpropertyex`. */
  readonly extended: { readonly [property: string]: string };
}

/** What one TLS handshake showed. `thumbprint` is null if nobody answered; `error` says why. */
export interface HandshakeFacts {
  /** `host:port` as asked. */
  readonly target: string;
  readonly servername: string | null;
  readonly thumbprint: Thumbprint | null;
  readonly error: string | null;
  /** Only in a master's look, for a certificate its settings do not name. Absent from earlier versions. */
  readonly notAfter?: Instant | undefined;
}

/** Witnesses (a) to (c) that a worker is connected to its master; null: this witness is not available here. */
export interface ConnectionWitness {
  /** The endpoint in its own settings file. */
  readonly endpoint: string;
  /** (a) A fresh handshake from this host to the endpoint. Proves only the server side. */
  readonly handshake: HandshakeFacts;
  /**
   * (b) From the worker's log since its current process started: connected, refused (with the line), or silent.
   * `connected` with a line: it was refused earlier, and has had a lasting connection since.
   */
  readonly log: {
    readonly state: 'connected' | 'refused' | 'silent';
    readonly line: string | null;
    readonly at: Instant | null;
  } | null;
  /** (c) A TCP connection from the worker's process to an address of the endpoint, as resolved on this machine. */
  readonly tcp: boolean | null;
}

/** A certificate held by this machine itself, in one store. */
export interface StoredCertificate {
  readonly thumbprint: Thumbprint;
  readonly store: StoreName;
  readonly subject: string;
  /** DNS names; the common name if there are none. */
  readonly names: readonly string[];
  readonly selfSigned: boolean;
  readonly notAfter: Instant;
  readonly friendlyName: string | null;
}

/** Something on a machine that needs a certificate or its key. */
export interface CertificateUser {
  /**
   * 'shared-key': another certificate has the same key. 'key-elsewhere': its own key is in hardware or in an account's
   * profile, where nothing here can remove it. 'sql', 'rdp': the SQL engine, Remote Desktop.
   */
  readonly kind: 'binding' | 'setting' | 'published' | 'shared-key' | 'key-elsewhere' | 'sql' | 'rdp';
  /** Key of the binding; service and setting; store and thumbprint; provider or file of the key; instance. */
  readonly where: string;
}

/** One certificate on one machine: where it is, and who needs it. */
export interface CertificateTrace {
  readonly thumbprint: Thumbprint;
  readonly stores: readonly StoreName[];
  /** Stores in which it refers to a private key that still exists. */
  readonly keys: readonly StoreName[];
  readonly users: readonly CertificateUser[];
}

/**
 * A certificate that Scale Out used on this machine before, or that was made for it, and that no service here names
 * now. Or, with neither a mark nor a last use, one in a master's Root for which only a worker's name speaks.
 */
export interface Leftover extends CertificateTrace {
  readonly subject: string;
  readonly notAfter: Instant;
  /** `certops prod-17` if this product made it; null: another name, or none. */
  readonly mark: string | null;
  /** When this machine's runner last saw it in use, or made or trusted it; null: not in its journal. */
  readonly lastUsed: Instant | null;
  /** When this machine's runner first saw it unused; absent if it knows a use, and from older runners. */
  readonly unusedSince?: Instant | undefined;
}

/** What this machine holds of a certificate that a look was asked about by thumbprint. */
export interface NamedCertificate {
  readonly thumbprint: Thumbprint;
  /** DER, base64; null: it is in no store here. */
  readonly der: string | null;
  readonly places: readonly {
    readonly store: StoreName;
    readonly privateKey: 'yes' | 'no' | 'unreadable';
    /** SIDs that may read the key, sorted; null: unknown, because the key is in no file. */
    readonly readers: readonly string[] | null;
  }[];
  /** Its issuer, that issuer's issuer, and so on, as far as this machine knows them. Empty: none but itself. */
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
  /** The store it is in; absent without a certificate, and in looks of an older runner. */
  readonly store?: StoreName | undefined;
  /** The same certificate as DER, base64; absent in looks of an older runner. */
  readonly der?: string | null | undefined;
  /** SIDs that may read the current certificate's key; empty if there is no key to read. */
  readonly keyReaders: readonly string[];
  /** Thumbprint of `SSISScaleOutMaster.cer`; null if there is no such file. */
  readonly published: Thumbprint | null;
  /** That file must be written again, whatever it publishes: see `isPublishedTorn`. */
  readonly publishedTorn?: true | undefined;
  /** Presented on each binding's address that HTTP.SYS listens on, with and without SNI. */
  readonly presented: readonly HandshakeFacts[];
  /** This runner's `presents` check can pass by addresses the plan calls silent; absent in looks of an older runner. */
  readonly passesSilent?: true | undefined;
  /** The only addresses HTTP.SYS listens on; empty: all. null or left out: unknown. */
  readonly listens?: readonly string[] | null | undefined;
  readonly clustered: boolean;
  /** Parameter names this host's netsh knows for `add sslcert`. */
  readonly netshParameters: readonly string[];
}

export interface WorkerLook {
  readonly service: ServiceFacts;
  readonly masterEndpoint: string;
  readonly masterThumbprint: string;
  readonly workerThumbprint: string;
  readonly workerStore: StoreName;
  /**
   * Its certificate is where no look reads, so `certificate` is null: a `StoreLocation` other than LocalMachine, or
   * `LocalMachine\` and a `StoreName` other than My and Root.
   */
  readonly storeLocation?: string | undefined;
  readonly certificate: CertificateFacts | null;
  /** SIDs that may read its own certificate's key; absent in looks of an older runner. */
  readonly keyReaders?: readonly string[] | undefined;
  /** Thumbprint of `SSISScaleOutWorker.cer`; null if there is no such file; absent in looks of an older runner. */
  readonly published?: Thumbprint | null | undefined;
  /** Whether the pinned master certificate is in Root, or chains up to one that is; null: unknown. */
  readonly trustsPinned: boolean | null;
  readonly connection: ConnectionWitness;
}

/** Whom a runner trusts at its last gate, from its own configuration. Keys are given by their ids. */
export interface PinnedKeys {
  /** Id of the key it signs with itself. */
  readonly own: string;
  /** The only host whose certificate it accepts as the master's. */
  readonly master: HostName;
  /** Key ids of each host's runner, including its own. */
  readonly runners: readonly { readonly host: HostName; readonly keys: readonly string[] }[];
}

/** Everything a look order reads on one machine. */
export interface HostLook {
  readonly host: HostName;
  readonly at: Instant;
  readonly version: string;
  readonly systemRoot: string;
  readonly root: RootSummary;
  readonly master: MasterLook | null;
  readonly worker: WorkerLook | null;
  /** Only for a master's host; left out in older journals, null if nobody asked. */
  readonly ssisdb?: SsisdbLook | null | undefined;
  /** Obstacles and warnings, as codes: `service-disabled`, `runner-paused`, `journal-full` ... */
  readonly problems: readonly Problem[];
  /** null or left out: nobody looked, or they could not be read. */
  readonly leftovers?: readonly Leftover[] | null | undefined;
  /** What is held of the certificates named by the order; null: could not be read. Left out: none was named. */
  readonly named?: readonly NamedCertificate[] | null | undefined;
  /**
   * Which of the named this runner's own journal shows in use by Scale Out here; absent in looks of an older runner.
   */
  readonly used?: readonly Thumbprint[] | undefined;
  /**
   * Its last gate accepts what is in use here, without an administrator's entry, where a plan keeps it; absent in looks
   * of an older runner.
   */
  readonly keeps?: true | undefined;
  /** Thumbprints in the runner's own configuration; absent in looks of an older runner. */
  readonly allowed?: readonly Thumbprint[] | undefined;
  /** Absent in looks of an older runner: then what it pins is unknown, which is neither good nor bad. */
  readonly pins?: PinnedKeys | undefined;
  /** It has switched, and goes back by itself unless it is confirmed; absent: it does not. */
  readonly unconfirmed?: { readonly rotation: RotationId; readonly goesBackAt: Instant } | undefined;
}

/** The looks at several machines, by host. */
export type Looks = { readonly [host: string]: HostLook };

/** An obstacle or a warning that a look found. */
export interface Problem {
  readonly code: string;
  readonly data: Data;
}
