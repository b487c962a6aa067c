import type { IncomingMessage } from 'node:http';

/** Bytes that this request's body may take; one sent in chunks counts as the longest. */
function claimOf({ headers }: IncomingMessage, longest: number): number {
  const announced = Number(headers['content-length'] ?? 0);
  return headers['transfer-encoding'] === undefined ? announced : longest;
}

/**
 * Keeps the bodies being read at one time within `most` bytes. Senders are unknown until their whole body is there, so
 * any number of slow ones could otherwise hold any amount of memory. A real one is done within milliseconds: when there
 * is no room left, the one that has been sending longest is cut off, and the newest goes on.
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
