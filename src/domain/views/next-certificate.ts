import type { HostName, Instant, Message, StoreName, Thumbprint } from '../values.ts';

/** The certificate that follows, as a plan card shows it. */
export interface NextCertificate {
  readonly host: HostName;
  readonly notAfter: Instant;
  readonly keyBits: number;
  readonly hash: string;
  readonly exportable: boolean;
  readonly names: readonly string[];
  readonly store: StoreName;
  /** For an existing certificate; left out: it is made later. */
  readonly thumbprint?: Thumbprint | undefined;
  /** Of an existing certificate, when the card was drawn; left out: it is made later, with its whole lifetime. */
  readonly daysLeft?: number | undefined;
}

/** One thing that was checked about an existing certificate. */
export interface ExistingLine {
  readonly state: 'good' | 'mind';
  readonly what: Message;
}
