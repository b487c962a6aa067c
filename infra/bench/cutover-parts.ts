import { RUNNING } from './bare.ts';
import type { Call } from './recording.ts';

/** How long the parts of a cutover took, by its tool calls. Milliseconds. */
interface CutoverParts {
  /** From the moment the master's service is told to stop until it is seen running again. */
  readonly masterMs: number;
  /** From the canary's stop to the end of its last tool before any other worker stops; 0 without a canary. */
  readonly canaryMs: number;
}

const isStop = ({ tool, args }: Call): boolean => tool === 'sc' && args[0] === 'stop';

/** `canary`: the worker that goes first, or null. Throws when the recording shows no switch. */
export function cutoverParts(calls: readonly Call[], master: string, canary: string | null): CutoverParts {
  const stop = calls.findLast((call) => call.host === master && isStop(call));
  const running = calls.find(
    (call) => call.host === master && call.from > (stop?.from ?? Number.POSITIVE_INFINITY) && call.state === RUNNING,
  );
  if (stop === undefined || running === undefined) throw new Error('the recording shows no switch of the master');
  return { masterMs: running.to - stop.from, canaryMs: canary === null ? 0 : canaryMs(calls, stop.from, canary) };
}

function canaryMs(calls: readonly Call[], since: number, canary: string): number {
  const stops = calls.filter((call) => isStop(call) && call.from > since);
  const first = stops.find(({ host }) => host === canary)?.from ?? Number.NaN;
  const next = Math.min(...stops.filter(({ host }) => host !== canary).map(({ from }) => from));
  const own = calls.filter((call) => call.host === canary && call.from >= first && call.to <= next);
  return Math.max(...own.map(({ to }) => to)) - first;
}
