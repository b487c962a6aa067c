import os from 'node:os';
import path from 'node:path';
import type { OpenedRedis } from '../../../infra/redis/open-redis.ts';
import { openRedis } from '../../../infra/redis/open-redis.ts';
import type { Options } from '../../config/options.ts';
import { isCertopsError } from '../../domain/errors.ts';
import type { Farm } from '../../domain/farm.ts';
import type { Clock } from '../../ports/clock.ts';
import { labFileOf } from '../lab-command.ts';
import { places } from '../places.ts';
import { type Child, type ChildOptions, startChild } from './children.ts';
import { demoFolders, prepareFarm } from './farm-of-lab.ts';
import { predecessorGone, readLabFile } from './lab-file.ts';
import type { Shape } from './shape.ts';
import { nicenessOf } from './turns.ts';

export interface DemoParts {
  readonly redis: OpenedRedis;
  readonly farm: Farm;
  readonly url: string;
  readonly labFile: string;
}

export interface StartOptions {
  readonly state: string;
  readonly shape: Shape;
  readonly port: string | null;
  readonly options: Options;
  readonly clock: Clock;
  readonly said: (sentence: string) => void;
  /** Is told of everything that runs, as it is started; the newest is to be ended first. */
  readonly began: (end: () => Promise<void>) => void;
}

/**
 * Starts redis and lab side by side, then the bot and all runners side by side, as the bundles that production runs.
 */
export async function startDemo(start: StartOptions): Promise<DemoParts> {
  const { state, began, options } = start;
  const [redis, lab] = await Promise.all([startRedis(start), startLab(start)]);
  const folders = demoFolders(state);
  const farm = await prepareFarm(await readLabFile(lab.file), folders, places().farm);

  const level = options.logLevel ?? 'info';
  const env = { REDIS_URL: redis.url, CERTOPS_LOG_LEVEL: level };
  const args = ['bot', '--with-parent', '--farm', folders.farmFile, '--state', folders.bot];
  const bot = child(start, 'bot', places().certops, {
    args: [
      ...args,
      '--console',
      '--lab',
      path.join(state, 'lab'),
      ...(start.port === null ? [] : ['--port', start.port]),
    ],
    env,
  });
  began(() => bot.end());
  const niceness = nicenessOf(farm.hosts.length, os.availableParallelism());
  const runners = farm.hosts.map(({ name }, at) =>
    child(start, `runner-${name}`, places().runner, {
      args: ['--with-parent', '--host', name, '--folder', folders.runner(name)],
      env,
      needs: lab.child,
      niceness: niceness[at] ?? 0,
    }),
  );
  began(async () => void (await Promise.all(runners.map((runner) => runner.end()))));
  const [said] = await Promise.all([bot.ready, ...runners.map((runner) => runner.ready)]);
  return { redis, farm, url: String(said.url), labFile: lab.file };
}

async function startLab(start: StartOptions): Promise<{ child: Child; file: string }> {
  const folder = path.join(start.state, 'lab');
  const file = labFileOf(folder);
  await predecessorGone(file, start.clock);
  const { workers, onebox } = start.shape;
  const args = ['serve', '--folder', folder, '--workers', String(workers), ...(onebox ? ['--onebox'] : [])];
  const lab = child(start, 'lab', places().lab, { args, env: {} });
  start.began(() => lab.end());
  await lab.ready;
  return { child: lab, file };
}

/** Redis of a rehearsal that was killed may still have clients that are just ending: patience. */
async function startRedis({ state, options, clock, said, began }: StartOptions): Promise<OpenedRedis> {
  const log = { info: () => {}, warn: (_data: object, words: string) => said(words) };
  for (let tries = 1; ; tries += 1) {
    try {
      const redis = await openRedis({
        folder: path.join(state, 'redis'),
        log,
        url: options.redisUrl ?? undefined,
        production: options.mode === 'production',
      });
      began(() => redis.close());
      return redis;
    } catch (error) {
      if (!isCertopsError(error) || error.code !== 'RedisFolderInUse' || tries > 50) throw error;
      await clock.sleep(200);
    }
  }
}

function child(
  { state, said }: StartOptions,
  name: string,
  script: string,
  how: Pick<ChildOptions, 'args' | 'env' | 'needs' | 'niceness'>,
): Child {
  return startChild({ name, script, restart: true, ...how, log: path.join(state, 'log', `${name}.log`), said });
}
