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
    /** The root above it, which workers trust in its place, and who issued it up to there; null: it signed itself. */
    readonly authority: { readonly thumbprint: Thumbprint; readonly names: readonly string[] } | null;
  };
  readonly workers: readonly {
    readonly host: HostName;
    /** The thumbprint in its settings, as it stands there where it is none. */
    readonly pinned: string;
    /** Whether it trusts what it pins; null: nobody can tell. */
    readonly trusted: boolean | null;
    /** Its service is running, and is restarted; else it stays as it is. */
    readonly restarts: boolean;
  }[];
}
