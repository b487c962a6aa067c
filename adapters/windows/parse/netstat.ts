import { linesOf } from './text.ts';

interface TcpConnection {
  readonly local: string;
  readonly remote: string;
  readonly remotePort: number;
  readonly pid: number;
}

const ROW = /^\s*TCP\s+(\S+:\d{1,5})\s+(\S+):(\d{1,5})(?:\s+\D.*?)?\s+(\d{1,10})$/iu;

const BEHIND = /^\s*UDP\s+\S+:\d{1,5}\s/imu;

/**
 * TCP connections in `netstat -ano`: addresses and process ids. The state word is localized and not read; listeners are
 * left out. Not whole: what is not listed may be there all the same, since every Windows uses UDP, which is listed
 * behind. null: not understood; every Windows listens somewhere.
 */
export function parseNetstat(
  text: string,
): { readonly connections: readonly TcpConnection[]; readonly isWhole: boolean } | null {
  const rows = linesOf(text).flatMap((line) => {
    const [, local, host, port, pid] = ROW.exec(line) ?? [];
    if (local === undefined || host === undefined) return [];
    return [{ local, remote: `${host}:${port}`, remotePort: Number(port), pid: Number(pid) }];
  });
  if (rows.length === 0) return null;
  return { connections: rows.filter(({ remotePort }) => remotePort !== 0), isWhole: BEHIND.test(text) };
}
