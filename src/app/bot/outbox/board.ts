import type { SteadyClock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { Desk } from '../desk.ts';
import { createDrawing, type Wanted } from './wanted.ts';

/** The newest state is drawn at most once in this many milliseconds, for all channels together. */
const MERGE_MS = 250;
/** Drawing takes at most a fifth of the time: while fifty machines report, people who click come first. */
const PAUSES = 4;

interface Board {
  /** As of the last drawing. */
  wanted(): Wanted;
  start(): void;
}

/** Draws what every channel should show, after each change and not too often. `drawn` is called after each drawing. */
export function createBoard(
  desk: Desk,
  deps: {
    readonly queueUp: () => boolean;
    readonly clock: SteadyClock;
    readonly log: Log;
    readonly stopping: AbortSignal;
    readonly drawn: () => void;
  },
): Board {
  const { clock, stopping, drawn } = deps;
  const wantedNow = createDrawing(desk, deps);
  let wanted: Wanted = { cards: [], notes: [] };
  let isWaiting = false;
  let nextAt = Number.NEGATIVE_INFINITY;

  function changed(): void {
    if (isWaiting || stopping.aborted) return;
    isWaiting = true;
    // The pause comes after the work, so the first change is shown at once and the next ones are merged.
    const pauseMs = nextAt - clock.steady();
    // Whatever else this turn brings, such as an order or an answer to a click, leaves first.
    const turn = pauseMs > 0 ? clock.sleep(pauseMs, stopping) : new Promise<void>((resolve) => setImmediate(resolve));
    void turn.then(draw, () => {});
  }

  function draw(): void {
    isWaiting = false;
    // By the steady clock: a wall clock that is set back would stop all cards until it has caught up.
    const from = clock.steady();
    wanted = wantedNow();
    drawn();
    const to = clock.steady();
    nextAt = Math.max(from + MERGE_MS, to + PAUSES * (to - from));
  }

  return {
    wanted: () => wanted,
    start() {
      desk.onChange(changed);
      changed();
    },
  };
}
