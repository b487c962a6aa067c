import type { PlanSlice } from '../../plan/plan.ts';
import type { Data, Json } from '../../values.ts';
import type { Cause } from '../moment.ts';

type Doubt = Pick<Cause, 'code' | 'data'>;

const against = ({ code, data }: Doubt): readonly Json[] =>
  code === 'NotProved' && Array.isArray(data.against) ? data.against : [];

/** Whether a final look found nothing wrong but what a port presents. */
export const isOfPortAlone = (doubt: Doubt): boolean => against(doubt).length > 0 && against(doubt).every(isPresented);

const isPresented = (one: Json): boolean => String((one as Data | null)?.fact).startsWith('TLS ');

/**
 * Whom to ask about on the way back. What a master presents, each worker sees as well: one on which all else is as
 * before is not in question where its master is for that, nor once people have left that as it is.
 */
export function withoutEchoes(
  doubts: readonly Cause[],
  slices: readonly PlanSlice[],
  left: readonly string[],
): readonly Cause[] {
  const masters: readonly (string | null)[] = slices.flatMap(({ host, roles }) =>
    roles.includes('master') ? [host] : [],
  );
  const isAsked = masters.some(
    (host) => left.includes(host ?? '') || doubts.some((one) => one.host === host && against(one).some(isPresented)),
  );
  return isAsked ? doubts.filter((one) => masters.includes(one.host) || !isOfPortAlone(one)) : doubts;
}
