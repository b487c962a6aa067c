import type { Farm } from '../../../domain/farm/farm.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import type { Message } from '../../../domain/values.ts';
import type { CardView, NoticeView } from '../../../domain/views/view.ts';

/** A short message that is due below a card. Its name is unique in the rotation, and marks it as said. */
export interface DueNote {
  readonly name: string;
  readonly notice: NoticeView;
  /** Ids of the people it calls. */
  readonly call: readonly string[];
}

/** What notes are made from: the rotation, and the card as it is drawn now. */
export interface NoteMoment {
  readonly farm: Farm;
  readonly rotation: RotationState;
  readonly view: CardView;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export const note = (name: string, messages: readonly Message[], called: readonly string[] = []): DueNote => ({
  name,
  notice: { kind: 'notice', messages, actions: [] },
  call: called,
});
