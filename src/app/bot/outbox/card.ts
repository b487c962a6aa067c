import type { RotationState } from '../../../domain/rotation/rotation.ts';
import type { CardView } from '../../../domain/views/view.ts';
import type { Place } from '../chats/places.ts';

/** A message that should be in some places, as it should look now. */
export interface Card {
  readonly about: 'rotation' | 'reminder' | 'word';
  readonly key: string;
  /** Since when it has been wanted, milliseconds since 1970. */
  readonly since: number;
  readonly view: CardView;
  /** Two views with the same text look the same. */
  readonly text: string;
  readonly rotation: RotationState | null;
  readonly places: readonly Place[];
  /** A word that is updated where it was posted; `over`: it is not posted anywhere new. */
  readonly changes?: 'live' | 'over';
}
