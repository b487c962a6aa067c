import { createServer, type Socket } from 'node:net';
import type { Listener } from './lock-socket.ts';

export interface Holder {
  readonly who: string;
  readonly pid: number;
  readonly since: string;
  /** What it said of itself besides, as codes; left out: nothing. */
  readonly notes?: readonly string[];
}

const ANSWER_MS = 1000;

/**
 * A server that tells every client who holds the lock. Normally the connection stays open, and its end tells a standby
 * that the holder has gone. With `hangsUp` it is closed after a second: where anybody may connect, clients that never
 * hang up would exhaust us.
 */
export function createListener(answer: Holder, hangsUp = false): Listener {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.unref();
    socket.write(`${JSON.stringify(answer)}\n`);
    if (hangsUp) setTimeout(() => socket.destroy(), ANSWER_MS).unref();
  });
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { server, close };
}

/** null: the holder has gone. One that is too busy to say who it is still holds the lock. */
export async function answerOf(holder: Socket): Promise<Holder | null> {
  const line = await new Promise<string>((resolve) => {
    const timer = setTimeout(() => resolve(''), ANSWER_MS);
    holder.once('data', (bytes) => {
      clearTimeout(timer);
      resolve(bytes.toString());
    });
    holder.once('close', () => {
      clearTimeout(timer);
      resolve('');
    });
  });
  return line === '' && holder.destroyed ? null : readHolder(line);
}

/** What a holder said about itself; blank when it cannot be parsed. */
export function readHolder(text: string): Holder {
  try {
    const { who, pid, since, notes } = JSON.parse(text);
    const holder = { who: String(who).slice(0, 200), pid: Number(pid), since: String(since).slice(0, 40) };
    const said = Array.isArray(notes) ? notes.filter((one) => /^[a-z-]{1,40}$/u.test(String(one))).slice(0, 8) : [];
    return said.length === 0 ? holder : { ...holder, notes: said.map(String) };
  } catch {
    return { who: '', pid: 0, since: '' };
  }
}
