import type { LabHost } from '../world/host.ts';
import type { LabPackage, SsisdbState } from '../world/state.ts';

/** Error of a task whose worker was disabled while it ran. */
const WORKER_DISABLED = 27252;

/** SSISDB of one farm: who is online, what runs and under which lease. Times are the SQL Server's own clock. */
export interface Catalog {
  now(): number;
  /** A worker's heartbeat was answered: it is online, and the leases of what it runs are renewed. */
  heard(worker: string): void;
  workers(): readonly CatalogWorker[];
  /** Brought up to date first: packages that have ended, and those that were requeued and started a second time. */
  packages(): readonly LabPackage[];
  begin(start: PackageStart): void;
  /** As catalog.disable_worker_agent does. This is no drain: the worker's running tasks end with error 27252. */
  setEnabled(worker: string, enabled: boolean): void;
}

interface CatalogWorker {
  readonly machine: string;
  readonly lastOnline: number | null;
  readonly enabled: boolean;
}

export interface PackageStart {
  readonly package: string;
  readonly worker: string;
  /** How long it takes; null: until something else ends it. */
  readonly ms: number | null;
}

/** RUNNING, FAILED, PENDING, SUCCEEDED: catalog.executions.status. */
const [RUNNING, FAILED, PENDING, SUCCEEDED] = [2, 4, 5, 7] as const;

export function createCatalog(input: { host: LabHost; workers: readonly string[]; clock: () => number }): Catalog {
  const { host } = input;
  const { switches } = host.state;
  const state: SsisdbState = host.state.ssisdb ?? { nextId: 20_001, packages: [], disabled: [], strangers: [] };
  host.state.ssisdb = state;
  const lastOnline = new Map<string, number>();
  const now = (): number => input.clock() + switches.sqlSkewMs;
  const isOnline = (worker: string): boolean =>
    !state.disabled.includes(worker) && (lastOnline.get(worker) ?? 0) > now() - switches.leaseMs;

  /** No timer sweeps: what would have happened by now is worked out when somebody looks. */
  const settle = (): void => {
    const at = now();
    for (const one of state.packages) {
      // A task goes on while its lease lasts, even if its worker is not connected.
      if (one.status === RUNNING && one.endsAt !== null && one.endsAt <= Math.min(at, one.leaseUntil)) {
        Object.assign(one, { status: SUCCEEDED, endedAt: one.endsAt });
      }
      if (one.status === RUNNING && one.leaseUntil + switches.sweepMs <= at) one.status = PENDING;
      const next = one.status === PENDING ? input.workers.find(isOnline) : undefined;
      if (next === undefined) continue;
      const ms = one.ms;
      const again = { worker: next, startedAt: at, endsAt: ms === null ? null : at + ms, runs: one.runs + 1 };
      Object.assign(one, again, { status: RUNNING, leaseUntil: at + switches.leaseMs });
    }
  };

  return {
    now,
    heard: (worker) => {
      const at = now();
      lastOnline.set(worker, at);
      for (const one of state.packages) {
        const held = one.status === RUNNING && one.worker === worker && one.leaseUntil > at;
        if (held) one.leaseUntil = at + switches.leaseMs;
      }
    },
    workers: () => [
      ...input.workers.map((machine) => {
        const enabled = !state.disabled.includes(machine);
        return { machine: machine.toUpperCase(), lastOnline: lastOnline.get(machine) ?? null, enabled };
      }),
      ...state.strangers.map(({ machine, agoMs }) => ({ machine, lastOnline: now() - agoMs, enabled: true })),
    ],
    packages: () => {
      settle();
      return state.packages;
    },
    begin: ({ package: name, worker, ms }) => {
      if (!input.workers.includes(worker)) throw new Error(`no such worker: ${worker}`);
      const at = now();
      state.packages.push({
        ...{ id: state.nextId, package: name, project: 'Warehouse', worker, ms, runs: 1, status: RUNNING, error: null },
        ...{ startedAt: at, endsAt: ms === null ? null : at + ms, endedAt: null, leaseUntil: at + switches.leaseMs },
      });
      state.nextId += 1;
      host.save();
    },
    setEnabled: (worker, enabled) => {
      settle();
      state.disabled = enabled ? state.disabled.filter((one) => one !== worker) : [...state.disabled, worker];
      for (const one of state.packages) {
        if (!enabled && one.worker === worker && one.status === RUNNING)
          Object.assign(one, { status: FAILED, error: WORKER_DISABLED, endedAt: now() });
      }
      host.save();
    },
  };
}
