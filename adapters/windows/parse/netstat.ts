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
 * left out. null: not understood, or not whole. Every Windows listens somewhere, and uses UDP, which is listed behind.
 */
export function parseNetstat(text: string): readonly TcpConnection[] | null {
  const rows = linesOf(text).flatMap((line) => {
    const [, local, host, port, pid] = ROW.exec(line) ?? [];
    if (local === undefined || host === undefined) return [];
    return [{ local, remote: `${host}:${port}`, remotePort: Number(port), pid: Number(pid) }];
  });
  return rows.length === 0 || !BEHIND.test(text) ? null : rows.filter(({ remotePort }) => remotePort !== 0);
}
