import { compromisedBy, compromisedIn, leftWith, stillThere } from '../../../domain/follow-up/compromised.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import type { Message, Thumbprint } from '../../../domain/values.ts';
import type { Desk } from '../desk.ts';

/** `status`: certificates with compromised keys that are still somewhere, by the newest looks. */
export const compromisedLines = (desk: Desk): readonly Message[] => linesOf(desk, compromisedIn(desk.state()));

/** The same for those that one rotation is about, also once it has ended: they may have been removed since. */
export const stillThereOf = (desk: Desk, rotation: RotationState): readonly Message[] =>
  linesOf(desk, compromisedBy(rotation));

function linesOf({ farm, state }: Desk, thumbprints: readonly Thumbprint[]): readonly Message[] {
  const { latest } = state();
  const looks = farm.hosts.flatMap(({ name }) => latest[name] ?? []);
  return stillThere(farm.name, thumbprints, looks, (one) => leftWith(state(), one));
}
