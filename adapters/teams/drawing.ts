import type { CardView, Reader } from '../../src/domain/views/view.ts';
import type { Mentioned, Posting, TongueOf } from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { inTime } from './in-time.ts';
import type { People } from './people.ts';
import { type Sayable, sayable } from './plainer.ts';
import type { Place } from './references.ts';

/** A card does not wait longer for who is to see one of their own: its next change brings that. */
const ROSTER_LIMIT_MS = 4_000;

/** Which card stands in a conversation: for whom it is drawn, and in whose words. */
export function createDrawing({
  channels,
  people,
  tongueOf,
  clock,
}: {
  readonly channels: readonly string[];
  readonly people: People;
  readonly tongueOf: TongueOf;
  readonly clock: Clock;
}) {
  /** The card as it stands in a conversation: drawn for who decides; each client then asks for its reader's own. */
  async function draw(
    place: Place,
    view: CardView,
    { readers, tongue }: Posting,
    { mention = [], reader = 'approver' }: { mention?: readonly Mentioned[]; reader?: Reader } = {},
  ): Promise<Sayable> {
    const { account } = place;
    const accounts = account === null ? readers.map((one) => one.account.toLowerCase()) : [account];
    const members = people.members(place, accounts);
    const refreshFor = await inTime(clock, ROSTER_LIMIT_MS, members, () => []);
    return sayable(view, reader, tongue, { mention, refreshFor });
  }

  /** Outside of the farm's channels it speaks as there is spoken there, whichever channel's change brings it. */
  function drawCopy(place: Place, view: CardView, posting: Posting): Promise<Sayable> {
    const { conversation, kind, account } = place;
    if (channels.includes(conversation)) return draw(place, view, posting);
    const tongue = tongueOf({ account: account ?? '', channel: conversation });
    const own = posting.readers.find((one) => one.account.toLowerCase() === account)?.reader ?? 'other';
    return draw(place, view, { ...posting, tongue }, kind === 'personal' ? { reader: own } : {});
  }

  return { draw, drawCopy };
}
