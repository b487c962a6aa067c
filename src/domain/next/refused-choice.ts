import type { ResolveChoice } from '../entries.ts';
import type { RotationState } from '../rotation.ts';
import { type Refusal, refuse } from '../values.ts';
import { asksAboutPackages } from './drain.ts';
import type { Cause } from './moment.ts';
import { contains, masterOf } from './stages.ts';

/**
 * Why a choice is none about what is not known now, when it is asked and when its votes are complete; null: it is one.
 */
export function refusedChoice(
  { id, plan }: RotationState,
  choice: ResolveChoice,
  attention: readonly Cause[],
): Refusal | null {
  if (attention.length === 0 || (choice === 'go-on' && !attention.every(asksAboutPackages)))
    return refuse('nothing-unknown', { id });
  const master = plan === null ? null : masterOf(plan);
  if (choice === 'leave-behind' && attention.some(({ host }) => host !== null && host === master))
    return refuse('master-not-left', { id, host: master });
  if (choice === 'put-all-back' && plan !== null && contains(plan)) return refuse('nothing-goes-back', { id });
  return null;
}
