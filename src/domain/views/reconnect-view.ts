import type { HostName, Instant, RotationId, Thumbprint } from '../values.ts';
import type { AskingView } from './retire-view.ts';

/** Asks whether workers may be brought in line with their master. */
export interface ReconnectView extends AskingView {
  readonly kind: 'reconnect';
  readonly master: HostName;
  /** What the master presents and goes on presenting. */
  readonly present: {
    readonly thumbprint: Thumbprint;
    /** null: nobody could read it. */
    readonly notAfter: Instant | null;
    /** The rotation that made it. */
    readonly madeBy: RotationId | null;
    /** The root above it, which workers trust instead, and the issuers up to it; null: it is self-signed. */
    readonly authority: { readonly thumbprint: Thumbprint; readonly names: readonly string[] } | null;
  };
  readonly workers: readonly {
    readonly host: HostName;
    /** The thumbprint in its settings, or whatever is there instead. */
    readonly pinned: string;
    /** Whether it trusts what it pins; null: unknown. */
    readonly trusted: boolean | null;
    /** Its service runs and will be restarted; otherwise it stays as it is. */
    readonly restarts: boolean;
  }[];
}
