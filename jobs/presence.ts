import { CertopsError } from '../src/domain/errors.ts';
import { askOnce, DEFAULT_PREFIX, reasonOf } from './connection.ts';
import { ordersOf } from './letters.ts';

export interface PresenceOptions {
  readonly redis: string;
  readonly hosts: readonly string[];
  readonly prefix?: string;
}

/**
 * Who waits for the orders of each host, by the names of Redis's connections: a BullMQ worker names its blocking
 * connection after its queue, and polls at least every five seconds. Nothing is taken out of a queue, and no letter is
 * read. Answers with the seconds since a runner last asked; a host that is missing has no runner waiting. Throws
 * CertopsError `RedisAway`, or `PresenceHidden` where CLIENT LIST is not allowed or not known.
 */
export async function runnersWaiting({
  redis: url,
  hosts,
  prefix = DEFAULT_PREFIX,
}: PresenceOptions): Promise<ReadonlyMap<string, number>> {
  const text = await askOnce(url, (redis) =>
    redis.client('LIST').catch((error: unknown) => {
      throw new CertopsError('PresenceHidden', { reason: reasonOf(error), wanted: '+client|list' });
    }),
  );
  return waitingIn(String(text), hosts, prefix);
}

/** Reads the text of CLIENT LIST. Pure, for the table of cases in the tests. */
export function waitingIn(text: string, hosts: readonly string[], prefix: string): ReadonlyMap<string, number> {
  const nameOf = (host: string): string => `${prefix}:${Buffer.from(ordersOf(host)).toString('base64')}`;
  const byName = new Map(hosts.map((host) => [nameOf(host), host]));
  const found = new Map<string, number>();
  for (const line of text.split('\n')) {
    const fields = new Map(
      line
        .trim()
        .split(' ')
        .map((field) => field.split(/=(.*)/su, 2) as [string, string]),
    );
    const host = byName.get(fields.get('name') ?? '');
    const idle = Number(fields.get('idle'));
    if (host !== undefined && idle <= (found.get(host) ?? Number.POSITIVE_INFINITY)) found.set(host, idle);
  }
  return found;
}
