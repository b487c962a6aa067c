import type { CardView, Reader } from '../../src/domain/views/view.ts';
import type { LocaleOf, Mentioned, Posting } from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { inTime } from './in-time.ts';
import type { People } from './people.ts';
import { type Sayable, sayable } from './plainer.ts';
import type { Place } from './references.ts';

/** A card waits no longer than this for the list of people who get their own version: its next change brings that. */
const ROSTER_LIMIT_MS = 4_000;

/** Which card a conversation gets: for whom it is drawn, and in which language. */
export function createDrawing({
  channels,
  people,
  localeOf,
  clock,
}: {
  readonly channels: readonly string[];
  readonly people: People;
  readonly localeOf: LocaleOf;
  readonly clock: Clock;
}) {
  /** The card for a conversation, drawn for an approver; each client then asks for its reader's own. */
  async function draw(
    place: Place,
    view: CardView,
    { readers, locale }: Posting,
    { mention = [], reader = 'approver' }: { mention?: readonly Mentioned[]; reader?: Reader } = {},
  ): Promise<Sayable> {
    const { account } = place;
    const accounts = account === null ? readers.map((one) => one.account.toLowerCase()) : [account];
    const members = people.members(place, accounts);
    const refreshFor = await inTime(clock, ROSTER_LIMIT_MS, members, () => []);
    return sayable(view, reader, locale, { mention, refreshFor });
  }

  /** Outside the farm's channels a copy keeps its own conversation's language, whichever channel's change brings it. */
  function drawCopy(place: Place, view: CardView, posting: Posting): Promise<Sayable> {
    const { conversation, kind, account } = place;
    if (channels.includes(conversation)) return draw(place, view, posting);
    const locale = localeOf({ account: account ?? '', channel: conversation });
    const own = posting.readers.find((one) => one.account.toLowerCase() === account)?.reader ?? 'other';
    return draw(place, view, { ...posting, locale }, kind === 'personal' ? { reader: own } : {});
  }

  return { draw, drawCopy };
}
