import type { Log } from '../src/ports/log.ts';
import { noLog, openQueue, producerConnection, reasonOf, within } from './connection.ts';
import { OF_A_RUN } from './harmless.ts';
import { openWorker } from './worker.ts';

const SCHEDULE = 'schedule';

/**
 * A queue per farm, since a job goes to whichever bot asks first. Every bot's Redis user may reach the keys below
 * `schedule:`.
 */
export const scheduleOf = (prefix: string): string => `${prefix}:${SCHEDULE}`;

export type ScheduledJob = {
  /** Lower-case words: becomes the scheduler's id. */
  readonly name: string;
  /** A job never runs twice at a time; a run that falls due meanwhile is skipped. Whatever it throws is logged. */
  readonly run: () => Promise<void>;
} & (
  | { /** Milliseconds. */ readonly every: number }
  | { /** Five or six fields. */ readonly cron: string /** IANA name. */; readonly tz: string }
);

interface ScheduleOptions {
  readonly redis: string;
  readonly prefix: string;
  /** Other bots on the same Redis have their own schedules, and their farms have other names. */
  readonly farm: string;
  readonly jobs: readonly ScheduledJob[];
  readonly log?: Log;
  /** How often to check that the schedule is still there. Milliseconds. */
  readonly lookMs?: number;
}

const LOOK_MS = 60_000;
/** A run that is this late was lost, together with whatever should have triggered it. */
const LOST_MS = 300_000;
/** How many schedulers that are not ours are removed at a time. */
const MOST_FOREIGN = 1000;

/**
 * Runs one farm's jobs at their times, by BullMQ's job schedulers. They are written again at each connection to Redis,
 * and when found missing, since Redis may have been wiped. Schedulers left by an older version of the program are
 * removed, those of other farms are left alone. A run that fell due while Redis or this process was away comes once,
 * late, or not at all if Redis was wiped: a job must look at what there is to do, not at how often it was called.
 */
export async function openSchedule(options: ScheduleOptions): Promise<{ close(): Promise<void> }> {
  const { redis: url, prefix, farm, jobs, log = noLog, lookMs = LOOK_MS } = options;
  const producer = producerConnection(url, `${SCHEDULE} (writing)`, log);
  const queue = openQueue(farm, scheduleOf(prefix), producer);
  /** Older versions kept the schedulers of all farms here: nobody takes jobs from it any more, so ours are removed. */
  const shared = openQueue(SCHEDULE, prefix, producer);

  /** When each scheduler runs next, by its name: all that is read of them, whoever wrote their content. */
  const runs = queue.toKey('repeat');
  /** BullMQ removes the content only of one that has a next run; content that is no hash would stop it for good. */
  const forget = async (name: string): Promise<void> => {
    await producer.redis.del(`${runs}:${name}`);
    await queue.removeJobScheduler(name);
  };

  /**
   * BullMQ's parser finds no next time on the day before some changes of the clocks (Australia/Lord_Howe, by half an
   * hour): that job is written by a later look, and the others must not wait for it.
   */
  const writeOne = async (job: ScheduledJob): Promise<void> => {
    const times = 'every' in job ? { every: job.every } : { pattern: job.cron, tz: job.tz };
    try {
      await queue.upsertJobScheduler(job.name, times, { name: job.name, data: {} });
    } catch (error) {
      log.warn({ queue: SCHEDULE, job: job.name, reason: reasonOf(error) }, 'a job could not be scheduled');
    }
  };

  const write = async (): Promise<void> => {
    try {
      for (const job of jobs) await writeOne(job);
      const names = new Set(jobs.map((job) => job.name));
      for (const name of await producer.redis.zrange(runs, '0', String(MOST_FOREIGN - 1))) {
        if (!names.has(name)) await forget(name);
      }
      for (const name of names) await shared.removeJobScheduler(name);
    } catch (error) {
      log.warn({ queue: SCHEDULE, reason: reasonOf(error) }, 'the schedule could not be written');
    }
  };
  producer.redis.on('ready', write);

  /** Redis may be wiped or replaced while the connection stays up. */
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking || producer.redis.status !== 'ready') return;
    isLooking = true;
    try {
      const next = await Promise.all(jobs.map(({ name }) => producer.redis.zscore(runs, name)));
      const runsFrom = Date.now() - LOST_MS;
      const lost = jobs.filter((_, at) => !(Number(next[at] ?? 0) > runsFrom));
      if (lost.length === 0) return;
      log.warn(
        { queue: SCHEDULE, jobs: lost.map(({ name }) => name) },
        'scheduled jobs were lost: they are written again',
      );
      for (const { name } of lost) await forget(name);
      await write();
    } catch (error) {
      log.warn({ queue: SCHEDULE, reason: reasonOf(error) }, 'the schedule could not be checked');
    } finally {
      isLooking = false;
    }
  };
  const looking = setInterval(() => void look(), lookMs).unref();

  const running = new Set<string>();
  const worker = openWorker({
    redis: url,
    queue: farm,
    prefix: scheduleOf(prefix),
    concurrency: Math.max(1, jobs.length),
    fields: OF_A_RUN,
    log,
    onRemoved: () => void write(),
    processor: async ({ name }) => {
      const job = jobs.find((one) => one.name === name);
      if (job === undefined || running.has(name)) return;
      running.add(name);
      try {
        await job.run();
      } catch (error) {
        log.warn({ job: name, reason: reasonOf(error) }, 'a scheduled job failed');
      } finally {
        running.delete(name);
      }
    },
  });

  return {
    close: async () => {
      producer.redis.off('ready', write);
      clearInterval(looking);
      await worker.close();
      await within(Promise.all([queue.close(), shared.close()]));
      producer.end();
    },
  };
}
