import { openMailbox, REPORTS, reportsFrom, reportsOf } from '../../jobs/letters.ts';
import type { Farm } from '../domain/farm/farm.ts';
import type { Log } from '../ports/log.ts';
import type { LetterHandler } from '../ports/post-office.ts';

/** What comes while the disk is busy is recorded in one write, however many runners speak. */
const AT_ONCE = 16;
/** Of one machine: whoever floods the bot has no more than these before another's. */
const OF_ONE_AT_ONCE = 4;

/**
 * Each machine has a box of its own. In the one that all share write those whose Redis user is of an earlier version;
 * what another bot on this Redis took of ours there lies in the farm's own.
 */
export async function openMailboxes(
  farms: readonly Farm[],
  handler: LetterHandler,
  place: { readonly redis: string; readonly prefix: string; readonly log: Log },
): Promise<{ close(): Promise<void> }> {
  const { prefix } = place;
  const boxes = [
    ...farms.flatMap(({ name, hosts }) => [
      ...hosts.map((host) => ({ queue: reportsFrom(host.name), prefix, atOnce: OF_ONE_AT_ONCE })),
      { ...reportsOf(name, prefix), atOnce: AT_ONCE },
    ]),
    { queue: REPORTS, prefix, atOnce: AT_ONCE },
  ];
  const open = await Promise.all(boxes.map((box) => openMailbox({ ...place, ...box, handler })));
  return {
    close: async () => {
      await Promise.all(open.map((box) => box.close()));
    },
  };
}
