import { noteKey } from '../../../domain/rotation/rotation.ts';
import type { Place } from '../chats/places.ts';
import { onPlatform } from '../chats/posting.ts';
import type { Desk } from '../desk.ts';
import { CALL_NOTE } from '../notes/index.ts';
import type { WantedNote } from './wanted.ts';

/** A channel that has failed for this long is not waited for: another one calls. Milliseconds. */
const PATIENCE_MS = 30_000;

/** Which channel of a platform calls people: each person is called once, in the first that accepts what it is sent. */
interface Callers {
  /** Whether the card of this rotation calls people where it is posted. */
  byCard(rotation: string, place: Place): boolean;
  byNote(note: WantedNote, place: Place): boolean;
  /** Whether the note that calls is due here, because the card left the call to another channel, which fails. */
  instead(note: WantedNote, place: Place): boolean;
}

/** `failingSince` and `now`: milliseconds since 1970. */
export function createCallers(
  desk: Desk,
  deps: { readonly failingSince: (place: Pick<Place, 'platform' | 'id'>) => number | null; readonly now: () => number },
): Callers {
  const on = (platform: string) => desk.farm.channels.filter((one) => one.platform === platform);

  function isFirst({ platform, id }: Place): boolean {
    const channels = on(platform);
    const well = channels.filter((one) => deps.failingSince(one) === null);
    return (well[0] ?? channels[0])?.id === id;
  }

  /** In a channel that the farm file names no longer, perhaps nobody reads any more. */
  function hasCalled(rotation: string, platform: string, noted = on(platform)): boolean {
    const posted = desk.state().rotations[rotation]?.posted ?? [];
    const calling = posted.filter((one) => one.platform === platform && one.calls).map(({ channel }) => channel);
    return on(platform).some(({ id }) => calling.includes(id)) || hasNoted(rotation, CALL_NOTE, noted);
  }

  function hasNoted(rotation: string, name: string, channels: readonly Pick<Place, 'platform' | 'id'>[]): boolean {
    const notes = desk.state().rotations[rotation]?.notes ?? {};
    return channels.some(({ platform, id }) => notes[noteKey(platform, id, name)]?.calls === true);
  }

  const others = ({ platform, id }: Place) => on(platform).filter((one) => one.id !== id);

  return {
    byCard: (rotation, place) => isFirst(place) && !hasCalled(rotation, place.platform),
    byNote: ({ rotation, name }, place) => isFirst(place) && !hasNoted(rotation.id, name, others(place)),
    instead({ rotation, call }, place) {
      const longAgo = deps.now() - PATIENCE_MS;
      const isWaitedFor = others(place).some((one) => (deps.failingSince(one) ?? Number.POSITIVE_INFINITY) <= longAgo);
      const called = onPlatform(desk.farm, place.platform, call);
      // Its own failed attempt does not count as a call: its notes tell whether another one is made.
      return (
        isWaitedFor && called.length > 0 && isFirst(place) && !hasCalled(rotation.id, place.platform, others(place))
      );
    },
  };
}
