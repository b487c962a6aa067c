import type { FaultBox } from '../faults/box.ts';
import type { LabHost } from '../world/host.ts';
import { readSettings } from '../world/settings.ts';
import type { ServiceConfig } from '../world/state.ts';
import type { ServiceProgram, ServiceStart } from './program.ts';

/** 1 STOPPED, 2 START_PENDING, 3 STOP_PENDING, 4 RUNNING */
export interface ScmState {
  readonly state: 1 | 2 | 3 | 4;
  readonly pid: number;
  readonly exitCode: number;
}

/** The service control manager of one machine. Codes are those of Windows, 0 for accepted. */
export interface Scm {
  query(service: ServiceConfig): ScmState;
  /** Resolves when StartService would return: at once, or after the wait that ends in 1053. */
  start(service: ServiceConfig): Promise<number>;
  stop(service: ServiceConfig): number;
  /** Ends its process now, as a crash does. */
  die(service: ServiceConfig): void;
  /** Brings back the processes that ran when the lab ended, with the settings they had read. */
  restore(): Promise<void>;
  /** Faults were cleared: services that hang are stopped, and crash loops end. */
  relent(): void;
  close(): void;
}

/** Waits that take about half a minute on Windows, at the lab's speed. Milliseconds. */
const NO_ANSWER_MS = 800;
const LATE_START_MS = 1200;
const CRASH_MS = 500;
const ERROR_PROCESS_ABORTED = 1067;

interface Runtime {
  state: 1 | 2 | 3 | 4;
  looping: boolean;
  stuck: boolean;
  timer: NodeJS.Timeout | null;
}

export function createScm(input: {
  host: LabHost;
  faults: FaultBox;
  program: (service: ServiceConfig) => ServiceProgram;
  now: () => number;
  log: (service: ServiceConfig, level: 'Information' | 'Error', sentence: string, pid: number) => void;
}): Scm {
  const { host, faults, log } = input;
  const programs = new Map<ServiceConfig, ServiceProgram>();
  const runtimes = new Map<ServiceConfig, Runtime>();
  for (const service of host.state.services) {
    programs.set(service, input.program(service));
    runtimes.set(service, { state: 1, looping: false, stuck: false, timer: null });
  }
  const runtime = (service: ServiceConfig): Runtime => runtimes.get(service) as Runtime;
  const later = (service: ServiceConfig, ms: number, work: () => void): void => {
    const own = runtime(service);
    if (own.timer !== null) clearTimeout(own.timer);
    own.timer = setTimeout(work, ms);
  };
  const stopped = (service: ServiceConfig, exitCode: number): void => {
    const own = runtime(service);
    if (own.timer !== null) clearTimeout(own.timer);
    programs.get(service)?.halt();
    Object.assign(own, { state: 1, stuck: false, timer: null });
    service.running = null;
    service.exitCode = exitCode;
    host.save();
  };

  /** Starts the program: it reads its settings now, and reports that it runs after `ms`. */
  const launch = (service: ServiceConfig, ms: number): void => {
    const start = readStart(host, service, host.nextPid());
    service.running = { pid: start.pid, settings: start.settings };
    host.save();
    runtime(service).state = 2;
    log(service, 'Information', `${service.name} starts.`, start.pid);
    later(service, ms, () => void becomeRunning(service, start));
  };
  const becomeRunning = async (service: ServiceConfig, start: ServiceStart): Promise<void> => {
    const own = runtime(service);
    const reason = programs.get(service)?.check(start) ?? null;
    if (reason !== null) {
      log(service, 'Error', reason, start.pid);
      stopped(service, ERROR_PROCESS_ABORTED);
      return;
    }
    await programs.get(service)?.run(start);
    if (service.running?.pid !== start.pid || own.state === 3) {
      programs.get(service)?.halt();
      return;
    }
    own.state = 4;
    if (own.looping) later(service, CRASH_MS, () => crash(service));
  };
  const crash = (service: ServiceConfig): void => {
    stopped(service, ERROR_PROCESS_ABORTED);
    if (runtime(service).looping) later(service, CRASH_MS, () => launch(service, host.state.switches.startMs));
  };

  return {
    query: (service) => ({
      state: runtime(service).state,
      pid: service.running?.pid ?? 0,
      exitCode: service.exitCode,
    }),
    start: async (service) => {
      const own = runtime(service);
      if (own.state !== 1) return 1056;
      if (service.start === 'disabled') return 1058;
      const depends = service.dependsOn.map((name) => host.service(name));
      if (depends.some((each) => each !== null && runtime(each).state !== 4)) return 1068;
      const mode = faults.take(host.state.name, 'start')?.mode;
      const { startMs } = host.state.switches;
      own.looping = mode === 'crash-loop';
      if (mode === 'start-1058' || mode === 'start-1069') return Number(mode.slice(6));
      if (mode === 'start-1053') {
        own.state = 2;
        service.running = { pid: host.nextPid(), settings: {} };
        await pause(NO_ANSWER_MS);
        stopped(service, 1053);
        return 1053;
      }
      if (mode === 'start-1053-then-running') {
        launch(service, NO_ANSWER_MS + LATE_START_MS);
        await pause(NO_ANSWER_MS);
        return 1053;
      }
      launch(service, startMs);
      if (mode === 'start-pending-forever') {
        own.stuck = true;
        clearTimeout(own.timer ?? undefined);
      }
      return 0;
    },
    stop: (service) => {
      const own = runtime(service);
      own.looping = false;
      if (own.state === 1) {
        if (own.timer !== null) clearTimeout(own.timer);
        return 1062;
      }
      if (own.state !== 4) return 1061;
      const dependents = host.state.services.filter((each) => each.dependsOn.includes(service.name));
      if (dependents.some((each) => runtime(each).state !== 1)) return 1051;
      const pid = service.running?.pid ?? 0;
      own.state = 3;
      programs.get(service)?.halt();
      log(service, 'Information', `${service.name} stops.`, pid);
      own.stuck = faults.take(host.state.name, 'stop') !== null;
      if (!own.stuck) later(service, host.state.switches.stopMs, () => stopped(service, 0));
      return 0;
    },
    die: (service) => {
      if (runtime(service).state !== 1) stopped(service, ERROR_PROCESS_ABORTED);
    },
    restore: async () => {
      for (const service of host.state.services) {
        if (service.running === null) continue;
        const { pid, settings } = service.running;
        const start = Object.keys(settings).length > 0 ? { pid, settings } : readStart(host, service, pid);
        service.running = { ...service.running, settings: start.settings };
        await becomeRunning(service, start);
      }
      host.save();
    },
    relent: () => {
      for (const [service, own] of runtimes) {
        if (own.stuck) stopped(service, 0);
        own.looping = false;
      }
    },
    close: () => {
      for (const [service, own] of runtimes) {
        if (own.timer !== null) clearTimeout(own.timer);
        programs.get(service)?.halt();
      }
    },
  };
}

/** Settings that cannot be read become empty: the program's check then says what is missing. */
function readStart(host: LabHost, service: ServiceConfig, pid: number): ServiceStart {
  const file = service.role === null ? null : `${service.role === 'master' ? 'Master' : 'Worker'}Settings.config`;
  const place = file === null ? null : host.real(`${service.folder}\\${file}`);
  try {
    return { pid, settings: place === null ? {} : readSettings(place) };
  } catch {
    return { pid, settings: {} };
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
