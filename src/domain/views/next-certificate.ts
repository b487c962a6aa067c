import type { HostName, Instant, Message, StoreName, Thumbprint } from '../values.ts';

/** What a plan card shows as the certificate after. */
export interface NextCertificate {
  readonly host: HostName;
  readonly notAfter: Instant;
  readonly keyBits: number;
  readonly hash: string;
  readonly exportable: boolean;
  readonly names: readonly string[];
  readonly store: StoreName;
  /** Of one that exists; left out: it is made later. */
  readonly thumbprint?: Thumbprint | undefined;
}

/** One thing that was looked at of a certificate that exists. */
export interface ExistingLine {
  readonly state: 'good' | 'mind';
  readonly what: Message;
}
