import { askOnce, reasonOf } from './connection.ts';
import { ordersOf, REPORTS, reportsOf } from './letters.ts';
import { scheduleOf } from './schedule.ts';
import { HOLDS, recordOf } from './tidy.ts';

interface HeldOptions {
  readonly redis: string;
  readonly farm: string;
  readonly hosts: readonly string[];
  readonly prefix: string;
}

interface Held {
  readonly held: readonly string[];
  /** Queues that this Redis user may not look at: a bot with the same user could not write there either. */
  readonly hidden: readonly string[];
}

/**
 * Queues of a farm whose letters are held back in Redis: somebody else has paused or limited the queue, or its record
 * is a key of the wrong type. Throws CertopsError `RedisAway` when it does not answer.
 */
export async function queuesHeld({ redis: url, farm, hosts, prefix }: HeldOptions): Promise<Held> {
  const own = reportsOf(farm, prefix);
  const bases = [`${prefix}:${REPORTS}`, `${own.prefix}:${own.queue}`, `${scheduleOf(prefix)}:${farm}`].concat(
    hosts.map((host) => `${prefix}:${ordersOf(host)}`),
  );
  const questions = bases.map((base) => ['hmget', recordOf(base), ...HOLDS]);
  const answers = await askOnce(url, (redis) => redis.pipeline(questions).exec());
  const whose = (wanted: keyof Held): readonly string[] => bases.filter((_, at) => judge(answers?.[at]) === wanted);
  return { held: whose('held'), hidden: whose('hidden') };
}

function judge([error, found]: readonly [Error | null, unknown] = [null, []]): keyof Held | null {
  const reason = error === null ? null : reasonOf(error);
  if (reason === 'NOPERM') return 'hidden';
  if (reason !== null) return reason === 'WRONGTYPE' ? 'held' : null;
  return (found as readonly (string | null)[]).some((one) => one !== null) ? 'held' : null;
}
