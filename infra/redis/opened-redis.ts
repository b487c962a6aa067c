export interface OpenedRedis {
  /** With the password: for connections only, never for a log. */
  readonly url: string;
  readonly kind: 'url' | 'server' | 'memory';
  /** For people: what and where, without the password. */
  readonly describe: string;
  /** Ends what was started here; somebody else's Redis keeps running. */
  close(): Promise<void>;
}
