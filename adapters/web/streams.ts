import type { ServerResponse } from 'node:http';
import { openStream } from './http.ts';
import type { Actor } from './people.ts';

/** Open pages. Each listens as one person and is told only what that person may see. */
interface Streams {
  /** False when too many are open already. */
  open(actor: Actor, response: ServerResponse, state: object): boolean;
  /** `data` is called for each person; null: not for them. */
  send(event: 'message' | 'console', data: (actor: Actor) => object | null): void;
  close(): void;
}

const MOST = 64;
/** A page that does not read is disconnected: it reconnects by itself and gets the whole state again. */
const BUFFER_LIMIT = 4 * 1024 * 1024;
const HEARTBEAT_MS = 15_000;

/** A page that does not read is cut off before what waits for it fills the memory. */
export function createStreams(): Streams {
  const open = new Map<ServerResponse, Actor>();
  const write = (response: ServerResponse, text: string): void => {
    if (response.writableLength > BUFFER_LIMIT) response.destroy();
    else response.write(text);
  };
  // A comment line: without it neither side notices a peer that vanished.
  const heartbeat = setInterval(() => {
    for (const response of open.keys()) write(response, ':\n\n');
  }, HEARTBEAT_MS).unref();

  return {
    open: (actor, response, state) => {
      if (open.size >= MOST) return false;
      openStream(response);
      open.set(response, actor);
      response.on('close', () => open.delete(response));
      response.on('error', () => open.delete(response));
      write(response, toEvent('state', state));
      return true;
    },
    send: (event, data) => {
      for (const [response, actor] of open) {
        const shown = data(actor);
        if (shown !== null) write(response, toEvent(event, shown));
      }
    },
    close: () => {
      clearInterval(heartbeat);
      for (const response of open.keys()) response.end();
    },
  };
}

/** JSON text contains no raw line feed, so the event is always one `data:` line. */
const toEvent = (event: string, data: object): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
