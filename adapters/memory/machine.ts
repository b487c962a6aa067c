import type {
  CertificateFacts,
  CertificateUser,
  ServiceFacts,
  SslBinding,
} from '../../src/domain/machine/host-facts.ts';
import type { SsisdbLook } from '../../src/domain/machine/ssisdb.ts';
import type { MadeCertificate } from '../../src/domain/plan/plan.ts';
import type { Data, Role, StoreName } from '../../src/domain/values.ts';
import type { HostChange } from '../../src/ports/windows-host.ts';

export interface MemoryCertificate {
  readonly facts: CertificateFacts;
  readonly der: string;
  readers: readonly string[];
  readonly friendlyName?: string;
}

/**
 * fail: the tool says no; lie: it says yes and does nothing; hang: it ends only when aborted; late: it does the work,
 * then says no.
 */
export type Fault = 'fail' | 'lie' | 'hang' | 'late';

export interface MemoryService {
  facts: ServiceFacts;
  /** The settings that the running process read when it started. */
  read: { readonly [key: string]: string };
}

/** The state of one machine; tests change it to make facts move. */
export interface MemoryMachine {
  readonly stores: { readonly [store in StoreName]: Map<string, MemoryCertificate> };
  bindings: readonly SslBinding[];
  readonly settings: { readonly [role in Role]?: { [key: string]: string } };
  readonly services: { readonly [role in Role]?: MemoryService };
  /** The master's .cer file, and the worker's. */
  published: MadeCertificate | null;
  publishedOwn?: MadeCertificate | null;
  /**
   * With `staysAway`, a worker that was refused when it started (`refusedAtStart`) stays away until it is restarted.
   */
  staysAway: boolean;
  refusedAtStart: boolean;
  clustered: boolean;
  notSelfSigned: number;
  /** What the master sees in SSISDB; null: nothing, as there is no sqlcmd. */
  ssisdb: SsisdbLook | null;
  readonly problems: { code: string; data: Data }[];
  readonly faults: Map<HostChange['type'], { kind: Fault; times: number }>;
  /** Witnesses that this host does not have. */
  readonly blind: Set<'log' | 'tcp'>;
  /** Addresses, with the port, that never answer, whatever is bound there. */
  readonly silent?: Set<string>;
  /** Who else uses a certificate, by thumbprint. */
  readonly users?: Map<string, readonly CertificateUser[]>;
  readonly performed: HostChange[];
}

/** The machines of a farm, by name, that can reach each other. */
export type MemoryFarm = Map<string, MemoryMachine>;
