import type { Options } from '../../config/options.ts';
import { seen } from '../../config/problem.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import { lookAtBotFolder } from '../bot/bot-folder.ts';
import { farmFilesOf, readFarms } from '../bot/farms.ts';
import { proxyOf } from '../bot/way-out.ts';
import { asTyped } from '../program/as-typed.ts';
import { colors } from '../program/colors.ts';
import { createLogger } from '../program/logger.ts';
import { readOptions } from '../program/options.ts';
import { botFiles, botFolder } from '../program/state.ts';
import { systemClock } from '../program/system-clock.ts';
import { FAILED } from '../sayings/saying.ts';
import { lookAtBot } from './bot.ts';
import { lookAtChat } from './chats.ts';
import { lookAtJournals } from './journals.ts';
import { type Line, looked, no } from './line.ts';
import { lookAtNotify } from './notify.ts';
import { lookAtFarm, lookAtSize, lookAtState } from './own.ts';
import { looksAtRedis } from './redis.ts';
import { lookAtWayOut } from './way-out.ts';

interface ValidateFlags {
  readonly farm?: readonly string[];
  readonly state?: string;
  readonly sample?: boolean;
}

/**
 * `certops validate`: checks everything that a bot of these farms needs, and says for each failure what to do. Changes
 * nothing; with `--sample` it posts one card to each channel. Exit code 0: all is well; 1: something has to be done; 2:
 * the farm file or an option cannot be read.
 */
export async function runValidate(flags: ValidateFlags): Promise<void> {
  const options = readOptions({ stateFolder: flags.state });
  const named = farmFilesOf(flags.farm, options);
  const farms = await readFarms(named);
  const folder = botFolder(options);
  const files = botFiles(folder);
  const { redisUrl: redis, redisPrefix: prefix } = options;
  const here = proxyOf(farms, options);
  const chat = {
    farms,
    options,
    here,
    folder: files.teams,
    sample: flags.sample ?? false,
    clock: systemClock,
    log: createLogger('validate', 'error'),
  };
  const looks: readonly (() => Promise<readonly Line[]>)[] = [
    async () => farms.flatMap((farm, at) => lookAtFarm(farm, named[at] ?? '')),
    () => lookAtState(folder, files.key),
    () => lookAtSize(farms, files.journal),
    () => lookAtJournals(farms, { folder, key: files.key }),
    // A rehearsal with only a console may be in a place that others can read.
    async () => {
      if (farms.some((farm) => isServed(farm, options))) await lookAtBotFolder(files.key);
      return [];
    },
    ...(redis === null ? [async () => [no(NO_REDIS)]] : looksAtRedis({ redis, prefix }, farms)),
    async () => lookAtWayOut(here),
    () => lookAtChat({ ...chat, platform: 'slack' }),
    () => lookAtChat({ ...chat, platform: 'teams' }),
    ...farms.map((farm) => () => lookAtNotify(farm, here)),
    async () => (farms.some((farm) => isServed(farm, options)) ? lookAtBot(options) : []),
  ];
  let todo = 0;
  for (const look of looks) {
    for (const line of await looked(look)) {
      if (line.mark === 'no') todo += 1;
      process.stdout.write(`${MARKS[line.mark]}  ${asTyped(seen(line.sentence))}\n`);
    }
  }
  process.stdout.write(`\n${summary(todo)}\n`);
  // The chat libraries keep timers and connections that nobody waits for any more.
  process.stdout.write('', () => process.exit(todo === 0 ? 0 : FAILED));
}

/** With only a console, the bot opens no server of its own. */
const isServed = ({ chat: { slack, teams } }: Farm, { port }: Options): boolean =>
  slack !== null || teams !== null || port !== null;

const MARKS = { ok: colors.green('ok  '), no: colors.red('no  '), note: colors.dim('note') };

const NO_REDIS = 'No Redis is named: set REDIS_URL, such as redis://user:password@host:6379. (RedisUrlMissing)';

const summary = (todo: number): string =>
  todo === 0
    ? 'All is well.'
    : `${todo === 1 ? 'One thing has' : `${todo} things have`} to be done: each line that begins with "no" says what.`;
