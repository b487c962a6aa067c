import type { Lab } from '../../infra/lab/index.ts';
import type { RunnerEntry } from '../../src/domain/journal/entries.ts';
import { connectedOn, workersOn } from './ends.ts';
import { type Processes, startProcesses } from './processes.ts';
import { MASTER, openLab } from './rig.ts';

const LIMIT_MS = 20_000;
/**
 * What the card promises: the master goes back at the limit, its followers within as long again, plus a restart of
 * each.
 */
const PROMISED_MS = 2 * LIMIT_MS + 15_000;

export type Alone = Awaited<ReturnType<typeof openAlone>>;

/** A farm of processes whose bot and queue can be ended for good, and the questions that tests then ask of it. */
export async function openAlone(options: Parameters<typeof openLab>[0] = {}) {
  const opened = await openLab(options);
  const lab: Lab = opened.lab;
  const farm: Processes = await startProcesses(lab, { limit: `${LIMIT_MS / 1000} s` });

  const wrote = (host: string, is: (entry: RunnerEntry) => boolean) => (): boolean => farm.journalOf(host).some(is);

  /** What the master presents, as the lab sees it. */
  const bound = (): string | undefined => lab.machine(MASTER).host.state.bindings[0]?.thumbprint.toUpperCase();

  /** Whether it is an apply order of that stage on that machine, whatever else the machine is doing. */
  const isOfStage = (host: string, stage: string, n: number | null): boolean =>
    farm.journalOf(host).some((entry) => entry.type === 'accepted' && entry.n === n && entry.stage === stage);

  /** The master's runner has ended its part of the cutover, or never had one. */
  function masterIsThrough(): boolean {
    const journal = farm.journalOf(MASTER);
    const order = journal.find((entry) => entry.type === 'accepted' && entry.stage === 'master');
    return order === undefined || journal.some((entry) => entry.type === 'finished' && entry.n === order.n);
  }

  return {
    lab,
    farm,
    wrote,
    bound,
    isOfStage,
    ordered: (stage: string): boolean =>
      farm.botEntries().some((entry) => entry.type === 'ordered' && entry.kind === 'apply' && entry.stage === stage),
    /** Like a power failure in the bot's room: nothing of it ever comes back. */
    async endBotAndRedis(): Promise<void> {
      await Promise.all([farm.bot.kill(), farm.redis.kill()]);
    },
    /** Without help, the farm comes to rest: all workers are connected on what the master presents. */
    async expectOne(): Promise<void> {
      await farm.until(async () => {
        if (!masterIsThrough()) return false;
        const { workers } = await lab.measure();
        return Object.values(workers).every(({ thumbprint }) => thumbprint !== null && thumbprint === bound());
      });
      expect(await connectedOn(lab)).toEqual(workersOn(lab, bound()));
      const { workers } = await lab.measure();
      const late = Object.entries(workers).filter(([, { gaps }]) =>
        gaps.some(({ ms }) => (ms ?? PROMISED_MS + 1) > PROMISED_MS),
      );
      expect(late.map(([name, { gaps }]) => [name, gaps])).toEqual([]);
    },
    async end(): Promise<void> {
      await farm.stop();
      await opened.end();
    },
  };
}

export const isStep =
  (type: 'started' | 'done', kind: string) =>
  (entry: RunnerEntry): boolean =>
    entry.type === type && entry.step.endsWith(kind);

export const isOf =
  (type: RunnerEntry['type']) =>
  (entry: RunnerEntry): boolean =>
    entry.type === type;
