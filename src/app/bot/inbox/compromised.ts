import { compromisedIn, leftWith, stillThere } from '../../../domain/follow-up/compromised.ts';
import type { Message } from '../../../domain/values.ts';
import type { Desk } from '../desk.ts';

/** `status`: which certificates are still somewhere whose keys are in the wrong hands, by the newest looks. */
export function compromisedLines({ farm, state }: Desk): readonly Message[] {
  const { latest } = state();
  const looks = farm.hosts.flatMap(({ name }) => latest[name] ?? []);
  return stillThere(farm.name, compromisedIn(state()), looks, (one) => leftWith(state(), one));
}
