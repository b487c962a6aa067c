import type { CodePage } from './code-page.ts';

export type Role = 'master' | 'worker';
export type Store = 'Root' | 'My';
/** Display language. The words of all but English are made up. */
export type Language = 'en' | 'de' | 'ru' | 'ja' | 'zh';
export type Build = '2016' | '2019' | '2022' | '2025';
/** sqlcmd by the generation of its client tools; 10 is too old for the product. */
export type SqlcmdVersion = '10' | '13' | '15' | '18';

/** A certificate in one store. `container` links it to its private key; null: the certificate alone. */
export interface StoredCertificate {
  readonly store: Store;
  /** 40 hexadecimal digits, lower case, as certutil prints them. */
  readonly thumbprint: string;
  /** DER, base64. */
  readonly der: string;
  container: string | null;
  /** As given in the PFX. */
  readonly friendlyName?: string;
  /** Distributed by Group Policy: certutil cannot remove it. */
  readonly policy?: boolean;
}

/** A key container of a legacy provider. Its file is in the host's tree and holds the key as PEM. */
export interface KeyContainer {
  readonly name: string;
  /** `[0-9a-f]{32}_<machine guid>` */
  readonly file: string;
  /** Windows path of the key file. */
  readonly path: string;
  readonly provider: string;
  readonly exportable: boolean;
  /** Milliseconds since 1970: binding a key that is too new answers "The parameter is incorrect". */
  readonly madeAt: number;
}

/** One record of HTTP.SYS; netsh and the registry are two views of it. */
export interface Binding {
  /** `0.0.0.0:8391`, `[::]:8391`, `name:8391` */
  readonly key: string;
  readonly kind: 'ipport' | 'hostnameport';
  readonly thumbprint: string;
  readonly appId: string;
  readonly store: string | null;
  readonly checkMode: number;
  readonly flags: number;
  readonly freshness: number;
  readonly timeout: number;
  readonly ctlIdentifier: string | null;
  readonly ctlStore: string | null;
  /** Values of `update sslpropertyex`: receivewindow, maxsettingsperframe, maxsettingsperminute. */
  properties: { [name: string]: string };
}

/** The part of a service's process that outlives the lab: its id, and the settings it read when it started. */
interface Running {
  readonly pid: number;
  readonly settings: { readonly [key: string]: string };
}

export interface ServiceConfig {
  readonly name: string;
  readonly displayName: string;
  /** null: any other service of the machine, without a program behind it. */
  readonly role: Role | null;
  account: string;
  start: 'auto' | 'manual' | 'disabled';
  readonly image: string;
  readonly folder: string;
  readonly dependsOn: readonly string[];
  running: Running | null;
  exitCode: number;
}

/** How a host behaves where Windows versions and farms differ. */
export interface Switches {
  codePage: CodePage;
  /** Missing in a world made before this existed. */
  language?: Language;
  build: Build;
  /** Whether netsh knows `http update sslcert`; by default from 2019 on. */
  netshUpdate: boolean;
  /** For this long after a key was made, binding it answers "The parameter is incorrect". Milliseconds. */
  newKeySettlesMs: number;
  stopMs: number;
  startMs: number;
  /** How long the fault settings-locked lasts. Milliseconds. */
  lockMs: number;
  /** Whether a worker that lost its master, or found none, waits for a restart. */
  staysAway: boolean;
  sqlcmd: SqlcmdVersion;
  /** Roles of SSISDB, or `sysadmin`, that the caller has. */
  ssisdbRoles: readonly string[];
  /**
   * Whether catalog.executions names workers. true: as the 2017 catalog does, with worker_agent_id and the worker's
   * machine_name. false: as its page says, without that column and with the SQL Server's machine as machine_name.
   */
  executionsNameWorkers: boolean;
  /** Whether the host trusts the SQL Server's certificate: only sqlcmd 18 checks. */
  sqlCertificateTrusted: boolean;
  /** SQL Server's clock minus the host's. Milliseconds. */
  sqlSkewMs: number;
  /** How long a running package stays with its worker without a heartbeat; one minute in real life. Milliseconds. */
  leaseMs: number;
  /** How long after that it is given to another worker; up to five minutes in real life. Milliseconds. */
  sweepMs: number;
}

/** Defaults for switches that worlds made earlier do not have. */
export const SQL_SWITCHES = {
  sqlcmd: '15',
  ssisdbRoles: ['ssis_cluster_executor', 'ssis_logreader'],
  executionsNameWorkers: true,
  sqlCertificateTrusted: true,
  sqlSkewMs: 0,
  leaseMs: 3000,
  sweepMs: 1000,
} as const satisfies Partial<Switches>;

/** One execution of a package in Scale Out. Times are the SQL Server's. */
export interface LabPackage {
  readonly id: number;
  readonly project: string;
  readonly package: string;
  worker: string;
  readonly ms: number | null;
  /** How often it was started: more than once when a lease ran out. */
  runs: number;
  /** As in catalog.executions. */
  status: number;
  error: number | null;
  startedAt: number;
  endsAt: number | null;
  endedAt: number | null;
  leaseUntil: number;
}

export interface SsisdbState {
  nextId: number;
  readonly packages: LabPackage[];
  /** Workers that are disabled. */
  disabled: string[];
  /** Workers that belong to no host of the lab. */
  strangers: readonly { readonly machine: string; readonly agoMs: number }[];
}

export interface HostState {
  readonly name: string;
  readonly roles: readonly Role[];
  /** Address on the farm's made-up network. */
  readonly address: string;
  readonly machineGuid: string;
  readonly switches: Switches;
  readonly services: ServiceConfig[];
  certificates: StoredCertificate[];
  containers: KeyContainer[];
  bindings: Binding[];
  /** SDDL by Windows path in lower case; a file that is not here has the inherited one. */
  acls: { [path: string]: string };
  /** The owner's SID by Windows path in lower case; what is not here belongs to SYSTEM. */
  owners?: { readonly [path: string]: string };
  /** Registry values beyond those derived from the rest: key -> name -> [type, value]. */
  registry: { [key: string]: { [name: string]: readonly [type: string, value: string] } };
  nextPid: number;
  /** The catalog of the farm, on the master's host. */
  ssisdb?: SsisdbState;
}

/** A store by its name in tools and HTTP.SYS, without case. Null: the lab has no such store. */
export function storeNamed(name: string): Store | null {
  const lower = name.toLowerCase();
  return lower === 'my' ? 'My' : lower === 'root' ? 'Root' : null;
}
