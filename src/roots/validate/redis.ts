import { commandsOf } from '../../../infra/redis/acl.ts';
import { queuesHeld } from '../../../jobs/held.ts';
import { REPORTS, watchedWith } from '../../../jobs/letters.ts';
import { botsServing, type PresenceOptions, QUIET_S, runnersWaiting } from '../../../jobs/presence.ts';
import { checkRedis, type RedisProblem } from '../../../jobs/redis-check.ts';
import { rightsMissing } from '../../../jobs/rights.ts';
import { whyNothing } from '../../../jobs/writes.ts';
import { isCertopsError } from '../../domain/errors.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import { type Line, no, note, ok } from './line.ts';

const PROBLEMS: { readonly [code in RedisProblem['code']]: (data: RedisProblem['data']) => string } = {
  RedisEvicts: ({ found }) =>
    `Redis throws letters away when its memory is full (maxmemory-policy is ${found}): set it to noeviction.`,
  RedisForgets: () => 'Redis forgets what it holds when it restarts (appendonly is no): set it to yes.',
  RedisTooOld: ({ found, wanted }) => `Redis is too old (${found}): BullMQ needs ${wanted} or later.`,
  RedisReadOnly: ({ found }) => `Redis accepts no writes, because it is ${found}: name that one in REDIS_URL.`,
  RedisSentinel: () =>
    'What answers at REDIS_URL is a Sentinel, which holds no letters, and certops does not ask it where the master is: name an address that leads to the master and follows a failover.',
  RedisCluster: () =>
    'What answers at REDIS_URL is a node of a Redis Cluster (cluster-enabled yes), whose protocol bot and runners do not speak: no letter goes through it once another node holds their keys. Name a Redis that is no Cluster.',
  RedisNoScripts: ({ command, reason }) =>
    `Redis refuses ${command} (${reason}), and each letter is a script: ${reason === 'NOPERM' ? 'give this user the rights that certops redis acl prints' : `take out the rename-command of ${command} in its configuration`}.`,
  RedisSettingsHidden: ({ wanted }) =>
    `The bot's Redis user may not read the settings: add ${wanted} to its rights, as certops redis acl prints them.`,
};

/** One after the other; once Redis does not answer it is not asked again, for each question waits for seconds. */
export function looksAtRedis(
  place: Pick<PresenceOptions, 'redis' | 'prefix'>,
  farms: readonly Farm[],
): readonly (() => Promise<readonly Line[]>)[] {
  let isAway = false;
  const looks = [
    () => lookAtRedis(place),
    () => lookAtRights(place.redis, place.prefix),
    ...farms.map((farm) => () => lookAtQueues(place, farm)),
    ...farms.map((farm) => () => lookAtBots(place, farm).catch(unlessHidden([]))),
    ...farms.map((farm) => () => lookAtRunners(place, farm).catch(unlessHidden([runnersHidden()]))),
  ];
  return looks.map((look) => async () => {
    if (isAway) return [];
    return look().catch((error: unknown) => {
      isAway = isCertopsError(error) && error.code === 'RedisAway';
      throw error;
    });
  });
}

const unlessHidden =
  (lines: readonly Line[]) =>
  (error: unknown): readonly Line[] => {
    if (isCertopsError(error) && error.code === 'PresenceHidden') return lines;
    throw error;
  };

/** What to do where Redis answers and takes nothing. A replica and missing rights are told by the other looks. */
const NOTHING: { readonly [reason: string]: string } = {
  OOM: 'its memory is full: give it more (maxmemory), or remove what is not of certops',
  MISCONF: 'its last save failed: see its disk and its log',
  NOREPLICAS: 'it has fewer replicas than min-replicas-to-write: start them',
};

/** What a production start would refuse, and whether anything is taken now. Throws CertopsError `RedisAway`. */
export async function lookAtRedis({ redis, prefix }: Pick<PresenceOptions, 'redis' | 'prefix'>) {
  const problems = await checkRedis(redis);
  const lines = problems.map(({ code, data }) => no(`${PROBLEMS[code](data)} (${code})`));
  const reason = (await whyNothing(redis, watchedWith(prefix))) ?? '';
  const why = NOTHING[reason];
  if (why !== undefined) lines.push(no(`Redis takes nothing, for ${why}. (RedisTakesNothing, ${reason})`));
  return lines.length === 0 ? [ok('Redis answers, and keeps what it is given.')] : lines;
}

/** Those that the other looks name, each with what it is for. */
const TOLD_ELSEWHERE: readonly string[] = ['eval', 'evalsha', 'info', 'client|list'];

/** Whether the bot's user has each right that it needs: rights that an earlier version printed may lack one. */
export async function lookAtRights(redis: string, prefix: string): Promise<readonly Line[]> {
  const commands = commandsOf('bot').filter((command) => !TOLD_ELSEWHERE.includes(command));
  const missing = await rightsMissing({ redis, key: `${prefix}:${REPORTS}`, commands });
  if (missing.length === 0) return [];
  const user = decodeURIComponent(new URL(redis).username) || 'default';
  const rights = missing.map((command) => `+${command}`).join(' ');
  // Nobody should give one machine's user the rights of the bot.
  const mayBeRunner = user.startsWith('certops-') && !user.endsWith('-bot');
  const way = mayBeRunner ? `If ${user} is a runner's user, put the bot's own into REDIS_URL. Else, in` : 'In';
  return [
    no(
      `The bot's Redis user lacks rights that bot and queue need, as certops redis acl prints them. ${way} redis-cli, and in the aclfile if there is one: ACL SETUSER ${user} ${rights} (RedisRightsMissing)`,
    ),
  ];
}

/** Whether each host's runner is connected: nothing is read from a queue, so a running bot misses no letter. */
export async function lookAtRunners(
  place: Omit<PresenceOptions, 'hosts'>,
  { name: farm, hosts }: Pick<Farm, 'name' | 'hosts'>,
): Promise<readonly Line[]> {
  const waiting = await runnersWaiting({ ...place, hosts: hosts.map(({ name }) => name) });
  const refused = await refusedAmong(place, waiting);
  return hosts.map(({ name }) => {
    const { idle, from = [] } = waiting.get(name) ?? {};
    if (from.length > 1) return no(twice(name, from));
    if (refused.includes(name))
      return no(
        `${name}: its runner is connected, but Redis does not let it wait for orders, because its user lacks a right. Load the line that certops redis acl ${name} prints. (OrdersRefused)`,
      );
    if (idle !== undefined && idle <= QUIET_S) return ok(`The runner of ${name} waits for orders.`);
    const since = idle === undefined ? 'no runner is connected' : `its runner has said nothing for ${idle} s`;
    return no(
      `${name}: ${since}. Start certops runner there; if it runs, compare redisUrl in its runner.json with the bot's REDIS_URL, and see its log. It needs the user that certops redis acl ${name} prints, and its farm must be ${farm}. (RunnerAbsent)`,
    );
  });
}

/** How often a runner whose wait Redis does not hold is looked for again: one at work on a letter waits for none. */
const LOOKS = 10;
const LOOK_AGAIN_MS = 500;
/** A runner that is refused asks again every two seconds. */
const ASKS_AGAIN_S = 3;

/** Runners that ask for letters again and again, and are never left waiting for one. */
async function refusedAmong(
  place: Omit<PresenceOptions, 'hosts'>,
  waiting: Awaited<ReturnType<typeof runnersWaiting>>,
): Promise<readonly string[]> {
  let left = [...waiting].flatMap(([host, { isHeld, idle }]) => (isHeld || idle > ASKS_AGAIN_S ? [] : [host]));
  for (let looks = 0; looks < LOOKS && left.length > 0; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    const now = await runnersWaiting({ ...place, hosts: left });
    left = left.filter((host) => now.get(host)?.isHeld === false && (now.get(host)?.idle ?? 0) <= ASKS_AGAIN_S);
  }
  return left;
}

const twice = (name: string, from: readonly string[]): string =>
  `${from.length} runners wait for the orders of ${name} at once, connected from ${[...new Set(from)].join(' and ')}: each gets a part of them. ${name} or its folder was copied, or another farm on this Redis has a machine of that name. End all but one, or give that farm a Redis of its own. (RunnerTwice)`;

/** Each bot of a farm takes a part of its letters, so there may be only one. */
export async function lookAtBots(
  place: Omit<PresenceOptions, 'hosts'>,
  { name: farm }: Pick<Farm, 'name'>,
): Promise<readonly Line[]> {
  const bots = await botsServing({ ...place, farm });
  if (bots.length < 2) return [];
  const from = [...new Set(bots)].join(' and ');
  return [
    no(
      `${bots.length} bots serve ${farm} at once, connected from ${from}: each gets a part of what runners and people say. End all but one. (TwoBots)`,
    ),
  ];
}

/** Queues that somebody else has paused or limited: letters in them do not arrive. */
export async function lookAtQueues(
  place: Omit<PresenceOptions, 'hosts'>,
  { name: farm, hosts }: Farm,
): Promise<readonly Line[]> {
  const { held, hidden } = await queuesHeld({ ...place, farm, hosts: hosts.map(({ name }) => name) });
  const lines = held.map((queue) =>
    no(
      `Letters in ${queue} are held back: somebody has paused or limited that queue in Redis. A bot or runner of this version that takes letters out of it ends that within a minute; an older one never does: update it, or remove ${queue}:meta there. If it comes back, check who can write into Redis. (QueueHeld)`,
    ),
  );
  if (hidden.length === 0) return lines;
  const words = `The bot's Redis user may not look at ${hidden.join(', ')}: give it all the rights that certops redis acl prints, or no letter goes there.`;
  return [...lines, no(`${words} (QueueHidden)`)];
}

/** Some Redis services do not allow CLIENT LIST: then only the bot knows who is there. */
const runnersHidden = (): Line =>
  note(
    "Redis does not tell who is connected, so the runners could not be looked for: /ssis status says it, or give the bot's user +client|list. (PresenceHidden)",
  );
