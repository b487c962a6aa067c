import type { SteadyClock } from '../../../ports/clock.ts';
import type { ConsoleFeed } from '../../../ports/console.ts';
import type { Desk } from '../desk.ts';
import { consoleView } from '../views/console/console-view.ts';

/**
 * Drawing the console takes a third of the bot's time while fifty machines report, so it keeps the pace of the cards.
 */
const MERGE_MS = 250;
/** Drawing never takes more than a quarter of the time, however many farms there are. */
const PAUSES = 4;

/** What the console shows of each farm. A quiet farm is not drawn again because another one is busy. */
export const createFeeds = (desks: readonly Desk[], clock: SteadyClock): readonly ConsoleFeed[] =>
  desks.map((desk) => feedOf(desk, { clock, pauses: PAUSES * desks.length }));

function feedOf(desk: Desk, { clock, pauses }: { readonly clock: SteadyClock; readonly pauses: number }): ConsoleFeed {
  const changed = new Set<() => void>();
  let pending = false;
  let pauseMs = MERGE_MS;
  const redraw = (): void => {
    if (pending) return;
    pending = true;
    void clock.sleep(pauseMs).then(() => {
      pending = false;
      const from = clock.steady();
      for (const listener of changed) listener();
      pauseMs = Math.max(MERGE_MS, pauses * (clock.steady() - from));
    });
  };
  desk.onChange(redraw);
  desk.onHeard(() => {
    if (changed.size > 0) redraw();
  });
  return {
    view: () => consoleView(desk),
    subscribe(listener) {
      changed.add(listener);
      return () => changed.delete(listener);
    },
  };
}
