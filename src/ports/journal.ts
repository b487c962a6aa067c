import type { Envelope, JournalLine } from '../domain/letters/protocol.ts';

/** An entry as stored in the file: the parsed line, and the signed envelope it came in. */
export interface Recorded<E> {
  readonly line: JournalLine<E>;
  readonly envelope: Envelope;
}

/**
 * An append-only, hash-chained, signed file with a fold kept beside it. Appends are serial; `decide` is pure and sees
 * the fold of all earlier entries; the promise resolves after fsync. When the disk refuses the write, it rejects with
 * `JournalNotWritable` and the fold is unchanged.
 */
export interface Journal<S, E> {
  readonly stream: string;
  state(): S;
  /** Lines with from <= seq <= to, oldest first; `to` left out: up to the newest. */
  read(from?: number, to?: number): readonly Recorded<E>[];
  append<T>(decide: (state: S) => { readonly entries: readonly E[]; readonly answer: T }): Promise<T>;
  /** Whether it could be written now: rejects as `append` does if not, and leaves no line behind either way. */
  tryWrite(): Promise<void>;
  /** Sequence number and hash of the newest line; seq 0 for an empty journal. */
  head(): { readonly seq: number; readonly hash: string };
  close(): Promise<void>;
}

/** Signs with this process's own key. */
export interface Signer {
  /** Public form, `ed25519:<base64url>`. */
  readonly publicKey: string;
  /** First 16 hexadecimal digits of SHA-256 over the raw public key. */
  readonly keyId: string;
  sign(type: Envelope['type'], body: string): Envelope;
  /** The same, without blocking this thread. */
  signBeside(type: Envelope['type'], body: string): Promise<Envelope>;
}
