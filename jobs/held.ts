import { askOnce, DEFAULT_PREFIX, reasonOf } from './connection.ts';
import { ordersOf, REPORTS, reportsOf } from './letters.ts';
import { scheduleOf } from './schedule.ts';
import { HOLDS, recordOf } from './tidy.ts';

export interface HeldOptions {
  readonly redis: string;
  readonly farm: string;
  readonly hosts: readonly string[];
  readonly prefix?: string;
}

/**
 * Queues of a farm whose letters are held back in Redis: paused or limited by somebody else, or with a record that is
 * none. Throws CertopsError `RedisAway` when it does not answer.
 */
export async function queuesHeld({
  redis: url,
  farm,
  hosts,
  prefix = DEFAULT_PREFIX,
}: HeldOptions): Promise<readonly string[]> {
  const own = reportsOf(farm, prefix);
  const bases = [`${prefix}:${REPORTS}`, `${own.prefix}:${own.queue}`, `${scheduleOf(prefix)}:${farm}`].concat(
    hosts.map((host) => `${prefix}:${ordersOf(host)}`),
  );
  const questions = bases.map((base) => ['hmget', recordOf(base), ...HOLDS]);
  const answers = await askOnce(url, (redis) => redis.pipeline(questions).exec());
  return bases.filter((_, at) => {
    const [error, found] = answers?.[at] ?? [null, []];
    if (error !== null) return reasonOf(error) === 'WRONGTYPE';
    return (found as readonly (string | null)[]).some((one) => one !== null);
  });
}
