import os from 'node:os';
import path from 'node:path';
import type { Options } from '../../config/options.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import type { Clock } from '../../ports/clock.ts';
import { labFileOf } from '../lab-command.ts';
import { places } from '../program/places.ts';
import { type Child, type ChildOptions, startChild } from './children.ts';
import { demoFolders, prepareFarm } from './farm-of-lab.ts';
import { type GoesOn, readGoesOn } from './goes-on.ts';
import { predecessorGone, readLabFile } from './lab-file.ts';
import { type DemoRedis, openDemoRedis } from './redis.ts';
import type { Shape } from './shape.ts';
import { nicenessOf } from './turns.ts';

interface DemoParts {
  readonly redis: DemoRedis;
  readonly farm: Farm;
  readonly url: string;
  readonly labFile: string;
  readonly open: readonly GoesOn[];
}

interface StartOptions {
  readonly state: string;
  readonly shape: Shape;
  readonly port: string | null;
  readonly options: Options;
  readonly clock: Clock;
  readonly said: (sentence: string) => void;
  /** Called for everything that is started; the newest must be ended first. */
  readonly began: (end: () => Promise<void>) => void;
}

/**
 * Starts Redis and lab side by side, then the bot and all runners side by side, from the bundles that production runs.
 */
export async function startDemo(start: StartOptions): Promise<DemoParts> {
  const { state, began, options } = start;
  const [redis, lab] = await Promise.all([startRedis(start), startLab(start)]);
  const folders = demoFolders(state);
  const farm = await prepareFarm(await readLabFile(lab.file), folders, places().farm);

  const env = { REDIS_URL: redis.url, CERTOPS_REDIS_PREFIX: redis.prefix, CERTOPS_LOG_LEVEL: options.logLevel };
  const args = ['bot', '--with-parent', '--farm', folders.farmFile, '--state', folders.bot];
  const bot = child(start, 'bot', places().certops, {
    args: [
      ...args,
      '--console',
      '--lab',
      path.join(state, 'lab'),
      ...(start.port === null ? [] : ['--port', start.port]),
    ],
    env: { ...env, ...doorOf(farm, options) },
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
  return { redis, farm, url: String(said.url), labFile: lab.file, open: readGoesOn(said.open) };
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

async function startRedis(start: StartOptions): Promise<DemoRedis> {
  const redis = await openDemoRedis(start);
  start.began(() => redis.close());
  return redis;
}

/** The HTTP settings of a rehearsal that also uses Slack or Teams. */
export const doorOf = (
  { chat }: Pick<Farm, 'chat'>,
  { port, listen }: Pick<Options, 'port' | 'listen'>,
): { readonly [name: string]: string } =>
  chat.slack === null && chat.teams === null
    ? {}
    : { ...(port === null ? {} : { CERTOPS_PORT: port }), CERTOPS_LISTEN: listen };

function child(
  { state, said }: StartOptions,
  name: string,
  script: string,
  how: Pick<ChildOptions, 'args' | 'env' | 'needs' | 'niceness'>,
): Child {
  return startChild({ name, script, restart: true, ...how, log: path.join(state, 'log', `${name}.log`), said });
}
