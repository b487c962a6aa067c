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

/** A private key between its creation and its import. Opaque: it prints as `[secret]` and serialises to nothing. */
export interface Secret {
  toJSON(): '[secret]';
  toString(): '[secret]';
}

interface HandshakeTarget {
  readonly host: string;
  readonly port: number;
  readonly servername: string | null;
  readonly own?: Probe['own'];
}

/**
 * Reads one machine. Every call is a fresh look; what cannot be read throws a CertopsError and is never reported as
 * "none".
 */
export interface HostReader {
  readonly name: HostName;
  /** null: not in that store. */
  certificate(store: StoreName, thumbprint: Thumbprint): Promise<CertificateFacts | null>;
  rootSummary(): Promise<RootSummary>;
  /** Every binding on the port. Both readers (netsh, registry) must agree: else `BindingReadersDisagree`. */
  sslBindings(port: number): Promise<readonly SslBinding[]>;
  /** The value as it is in the settings file, hidden characters included. Throws `SettingMissing`, `SettingTwice`. */
  setting(role: Role, key: string): Promise<string>;
  service(role: Role): Promise<ServiceFacts>;
  /** SIDs that may read the private key, sorted; empty when the certificate has none or is not there. */
  keyReaders(store: StoreName, thumbprint: Thumbprint): Promise<readonly string[]>;
  /** Thumbprint of the .cer file beside the service's image; null when there is none. */
  published(role: Role): Promise<Thumbprint | null>;
  /** The same file as DER, base64: what an undo of `publish-cer` gives back. */
  publishedDer(role: Role): Promise<string | null>;
  /**
   * Whether the tail of the previous content still follows the certificate in that file: our writer was killed. False
   * if unknown.
   */
  isPublishedTorn(role: Role): Promise<boolean>;
  /**
   * One fresh TLS handshake from this machine. Never throws for a refused connection: see `error`. `own`: what this
   * machine binds, asked only at its own addresses.
   */
  handshake(target: HandshakeTarget): Promise<HandshakeFacts>;
  connectionWitness(): Promise<ConnectionWitness>;
  /**
   * What SSISDB tells this machine, which must be the master's. Never throws for a part that cannot be seen: each part
   * says why.
   */
  ssisdb(): Promise<SsisdbLook>;
  /** Where each of these certificates is and what uses it: every port, store, Scale Out version and SQL instance. */
  traces(thumbprints: readonly Thumbprint[]): Promise<readonly CertificateTrace[]>;
  /**
   * What the machine holds of each of these certificates, with its bytes and, as far as known, those of its issuers.
   * One that the machine does not hold is in the answer too.
   */
  named(thumbprints: readonly Thumbprint[]): Promise<readonly NamedCertificate[]>;
  /** Every certificate that the machine itself keeps in Root and My; those from Group Policy are not among them. */
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
      /** Not removed while this machine's settings rely on it. `withKey` checks more than that. */
      readonly unlessPinned?: true;
    }
  | { readonly type: 'key.remove'; readonly store: StoreName; readonly thumbprint: Thumbprint }
  | {
      readonly type: 'key.grant';
      readonly store: StoreName;
      readonly thumbprint: Thumbprint;
      readonly sid: string;
      /**
       * An undo revokes this and keeps the key: refused if the account has an entry that the revocation would remove
       * too.
       */
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
      /**
       * Part of an undo. The old value was on disk before it was changed, so no room for a backup of the file is no
       * obstacle.
       */
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
export type WindowsEvent = 100 | 101 | 103 | 104 | 105 | 106 | 107;

export interface WindowsHost extends HostReader, HostMaker {
  /**
   * Makes one change and returns when the tools have ended. The caller's next look may be the one with which the change
   * itself ended. Throws a CertopsError when a tool says no; the state is then whatever a fresh look shows.
   */
  perform(change: HostChange, signal: AbortSignal): Promise<void>;
  /**
   * Whether there is room beside this role's settings file for the copy that a change begins with: writes as much there
   * and removes it again. Throws CertopsError `FileNotWritable`. Only for an order that was approved.
   */
  tryRoomForCopy(role: Role): Promise<void>;
  /**
   * Drops what is kept for some seconds: how services are registered, what netsh knows, what the last change saw.
   * Called before each order to apply is judged.
   */
  forget(): void;
  /** Refuses to run where the product cannot work: 32-bit Node, not elevated, a tool blocked. Reads only. */
  preflight(): Promise<readonly { code: string; data: { readonly [name: string]: string } }[]>;
  /** Waits until tools that a dead runner started have ended, and empties the temporary folder. */
  sweep(): Promise<void>;
  /**
   * Removes the private key that an interrupted import has left, if it is certainly ours. This changes the machine.
   * Never throws: what could not be removed is written to the event log if the tool has answered, and tried again at
   * the next call, unless another import has begun.
   */
  endHalfImport(): Promise<void>;
  /**
   * Writes a Windows event: a record that the bot cannot edit. Throws `EventNotWritten`, or the tool's own failure
   * (`ToolTimedOut` and the like).
   */
  event(id: WindowsEvent, sentence: string): Promise<void>;
}
