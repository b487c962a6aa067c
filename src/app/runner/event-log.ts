import type { WindowsEvent } from '../../ports/windows-host.ts';
import type { RunnerDeps } from './deps.ts';
import { failureOf } from './failure.ts';

/** Ids in the Windows event log for what a runner does. */
export const EVENTS = { accepted: 100, finished: 101, refused: 103, byHand: 104, lacksRight: 107 } as const satisfies {
  readonly [what: string]: WindowsEvent;
};

/** Nobody waits for it: the thing has happened, with or without this record, and the journal has it too. */
export function tellEventLog(
  { host, log }: Pick<RunnerDeps, 'host' | 'log'>,
  id: WindowsEvent,
  sentence: string,
): void {
  host
    .event(id, sentence)
    .catch((error: unknown) => log.warn(failureOf(error), 'the Windows event log took no record'));
}
