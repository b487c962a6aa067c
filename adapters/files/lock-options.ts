export interface LockOptions {
  /**
   * The lock is one of this folder, whoever asks; without it, one of this machine (elsewhere than on Windows: of this
   * user).
   */
  readonly folder?: string;
  /** Said to whoever finds the lock held. */
  readonly who?: string;
  /** Stand by until the holder ends, instead of `LockHeld`. */
  readonly wait?: boolean;
  readonly signal?: AbortSignal;
  /**
   * Files that holders keep open, in a folder that is theirs alone. By one an older version is told from a stranger on
   * Windows, where the name of its lock can be taken by anybody.
   */
  readonly keepsOpen?: readonly string[];
}

export interface Lock {
  release(): Promise<void>;
}
