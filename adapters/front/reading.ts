import type { IncomingMessage } from 'node:http';

/** What this request's body may take, in bytes. */
function claimOf({ headers }: IncomingMessage, longest: number): number {
  const announced = Number(headers['content-length'] ?? 0);
  return headers['transfer-encoding'] === undefined ? announced : longest;
}

/**
 * Keeps what is read of bodies at one time within `most` bytes. Nobody knows who sends before all is there, so that
 * any number of senders who take their time would hold any amount of memory. A true one is done within milliseconds:
 * where there is no room left, whoever has been sending for longest is cut off, and the newest goes on.
 */
export function createReading(most: number, longest: number, cutOff: () => void): (request: IncomingMessage) => void {
  const claims = new Map<IncomingMessage, number>();
  let sum = 0;
  const release = (request: IncomingMessage): void => {
    sum -= claims.get(request) ?? 0;
    claims.delete(request);
  };
  return (request) => {
    const claim = claimOf(request, longest);
    if (claim === 0) return;
    for (const [slowest] of claims) {
      if (sum + claim <= most) break;
      release(slowest);
      slowest.socket.destroy();
      cutOff();
    }
    claims.set(request, claim);
    sum += claim;
    request.once('close', () => release(request));
  };
}
