import type {
  CertificateFacts,
  CertificateTrace,
  ConnectionWitness,
  HandshakeFacts,
  HostLook,
  NamedCertificate,
  RootSummary,
  ServiceFacts,
  SslBinding,
  StoredCertificate,
} from '../domain/machine/host-facts.ts';
import type { Probe } from '../domain/machine/probes.ts';
import type { SsisdbLook } from '../domain/machine/ssisdb.ts';
import type { CertificateProfile, MadeCertificate } from '../domain/plan/plan.ts';
import type { HostName, Role, StoreName, Thumbprint, ThumbprintSetting } from '../domain/values.ts';

/** A private key between its making and its import. Opaque: it prints as `[secret]` and serialises to nothing. */
export interface Secret {
  toJSON(): '[secret]';
  toString(): '[secret]';
}

export interface HandshakeTarget {
  readonly host: string;
  readonly port: number;
  readonly servername: string | null;
  readonly own?: Probe['own'];
}

/** Reads one machine. Every call is a fresh look; what cannot be read throws a CertopsError, never "none". */
export interface HostReader {
  readonly name: HostName;
  /** null: not in that store. */
  certificate(store: StoreName, thumbprint: Thumbprint): Promise<CertificateFacts | null>;
  rootSummary(): Promise<RootSummary>;
  /** Every binding on the port. Both readers (netsh, registry) must agree: else `BindingReadersDisagree`. */
  sslBindings(port: number): Promise<readonly SslBinding[]>;
  /** The value as it stands in the settings file, hidden characters included. `SettingMissing`, `SettingTwice`. */
  setting(role: Role, key: string): Promise<string>;
  service(role: Role): Promise<ServiceFacts>;
  /** SIDs that may read the private key, sorted; empty when the certificate has none or is not there. */
  keyReaders(store: StoreName, thumbprint: Thumbprint): Promise<readonly string[]>;
  /** Thumbprint of the .cer file beside the service's image; null when there is none. */
  published(role: Role): Promise<Thumbprint | null>;
  /** The same file as DER, base64: what an undo of `publish-cer` gives back. */
  publishedDer(role: Role): Promise<string | null>;
  /** Whether the end of what stood there before still stands behind it: our writer was killed. False where unknown. */
  isPublishedTorn(role: Role): Promise<boolean>;
  /**
   * One fresh TLS handshake from this machine. Never throws for a refused connection: `error` says it. `own`: what this
   * machine binds, asked at no address but its own.
   */
  handshake(target: HandshakeTarget): Promise<HandshakeFacts>;
  connectionWitness(): Promise<ConnectionWitness>;
  /**
   * What SSISDB tells this machine, which must be the master's. Never throws for what it cannot see: each part says
   * why.
   */
  ssisdb(): Promise<SsisdbLook>;
  /**
   * Where each of these certificates lies and who would miss it: every port, store, Scale Out version and SQL instance.
   */
  traces(thumbprints: readonly Thumbprint[]): Promise<readonly CertificateTrace[]>;
  /**
   * What the machine holds of each of these, with their bytes and, as far as it knows them, those of their issuers. One
   * that it does not hold is answered too.
   */
  named(thumbprints: readonly Thumbprint[]): Promise<readonly NamedCertificate[]>;
  /** Every certificate that the machine itself keeps in Root and My; what Group Policy brings is not among them. */
  stored(): Promise<readonly StoredCertificate[]>;
  look(): Promise<HostLook>;
}

export interface HostMaker {
  /** Makes key and certificate in memory; nothing on the machine changes. */
  makeCertificate(profile: CertificateProfile): Promise<{ made: MadeCertificate; secret: Secret }>;
}

/** The closed list of changes. Nothing else can be done to a machine. */
export type HostChange =
  | {
      readonly type: 'certificate.import';
      readonly store: StoreName;
      readonly made: MadeCertificate;
      readonly secret: Secret;
      readonly profile: CertificateProfile;
    }
  | { readonly type: 'certificate.trust'; readonly der: string; readonly thumbprint: Thumbprint }
  | {
      readonly type: 'certificate.remove';
      readonly store: StoreName;
      readonly thumbprint: Thumbprint;
      readonly withKey: boolean;
      /** It stays while this machine is set to trust it. `withKey` asks for more. */
      readonly unlessPinned?: true;
    }
  | { readonly type: 'key.remove'; readonly store: StoreName; readonly thumbprint: Thumbprint }
  | {
      readonly type: 'key.grant';
      readonly store: StoreName;
      readonly thumbprint: Thumbprint;
      readonly sid: string;
      /** The key stays when this is taken back: refused where the account has an entry that would go with it. */
      readonly isReturned?: true;
    }
  | { readonly type: 'key.revoke'; readonly store: StoreName; readonly thumbprint: Thumbprint; readonly sid: string }
  | { readonly type: 'sslcert.set'; readonly from: SslBinding | null; readonly to: SslBinding | null }
  | {
      readonly type: 'setting.write';
      readonly role: Role;
      readonly key: ThumbprintSetting;
      readonly from: string;
      readonly to: Thumbprint;
      /** The old value was on disk before it was changed: no room for a copy of the file is no reason to leave it. */
      readonly isWayBack?: true;
    }
  | { readonly type: 'service.restart'; readonly role: Role }
  | {
      readonly type: 'cer.publish';
      readonly role: Role;
      readonly der: string;
      readonly thumbprint: Thumbprint;
      readonly isWayBack?: true;
    };

/** An event's number. `eventcreate` takes 1 to 1000 and refuses any other with exit code 1. */
export type WindowsEvent = 100 | 101 | 103 | 104 | 105 | 106;

export interface WindowsHost extends HostReader, HostMaker {
  /**
   * Makes one change and returns when the tools have ended; the caller looks afresh. Throws a CertopsError when a tool
   * says no; the state is then whatever a fresh look shows.
   */
  perform(change: HostChange, signal: AbortSignal): Promise<void>;
  /** Asks anew for what is kept for some seconds: how services are registered. Called before each order is judged. */
  forget(): void;
  /** Refuses to run where the product cannot work: 32-bit Node, not elevated, a tool blocked. Reads only. */
  preflight(): Promise<readonly { code: string; data: { readonly [name: string]: string } }[]>;
  /** Waits until tools that a dead runner started have ended, and empties the temporary folder. */
  sweep(): Promise<void>;
  /**
   * Removes the private key that an import which was cut short has left, where it is surely ours. A change of the
   * machine. Never throws: what could not be removed is told in the event log where the tool has
   * answered, and tried again at the next call, unless another import has begun.
   */
  endHalfImport(): Promise<void>;
  /**
   * Writes a Windows event: a record that the bot cannot edit. Throws `EventNotWritten`, or what the tool did not do
   * (`ToolTimedOut` and the like).
   */
  event(id: WindowsEvent, sentence: string): Promise<void>;
}
