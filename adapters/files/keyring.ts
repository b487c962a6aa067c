import type { Head } from './journal-head.ts';

/** A key that this process had before its key was exchanged. */
export interface FormerKey {
  readonly publicKey: string;
  /** The last line that it signed in this journal. */
  readonly last: Head;
}

export interface Keyring {
  readonly publicKeys: readonly string[];
  /** Given each line in turn, with the key that signed it. A string says what is wrong with it. */
  judge(publicKey: string, head: Head): string | null;
  /** Given the end of the journal. A string says what is wrong with it. */
  judgeEnd(head: Head): string | null;
}

/**
 * Lines signed by a former key are valid only up to its last line, and only as they were when the key was exchanged:
 * anyone who has that key could sign all of them again, and add more.
 */
export function createKeyring(current: string, known: readonly FormerKey[] = []): Keyring {
  const former = known.filter(({ publicKey }) => publicKey !== current);
  const lasts = new Map(former.map(({ publicKey, last }) => [publicKey, last]));
  const used = new Set<string>();
  return {
    publicKeys: [current, ...lasts.keys()],
    judge: (publicKey, { seq, hash }) => {
      const last = lasts.get(publicKey);
      if (last !== undefined && seq > last.seq) return 'former-key';
      if (last !== undefined) used.add(publicKey);
      const isOther = former.some((one) => used.has(one.publicKey) && one.last.seq === seq && one.last.hash !== hash);
      return isOther ? 'changed-before-exchange' : null;
    },
    judgeEnd: ({ seq }) => ([...used].some((key) => seq < (lasts.get(key)?.seq ?? 0)) ? 'cut-before-exchange' : null),
  };
}
