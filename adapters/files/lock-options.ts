export interface LockOptions {
  /**
   * The lock belongs to this folder, whoever asks; without it, to this machine (other than on Windows, to this user).
   */
  readonly folder?: string;
  /** Told to whoever finds the lock held. */
  readonly who?: string;
  /** Told besides, as it is when somebody asks, where the lock is a socket or a pipe. */
  readonly notes?: () => readonly string[];
  /** Wait until the holder has gone, instead of throwing `LockHeld`. */
  readonly wait?: boolean;
  readonly signal?: AbortSignal;
  /**
   * Files that a holder keeps open, in a folder that only holders may use. On Windows anybody can take the name of an
   * older version's lock: one of these files being open tells an older version from a stranger.
   */
  readonly keepsOpen?: readonly string[];
}

export interface Lock {
  release(): Promise<void>;
}
