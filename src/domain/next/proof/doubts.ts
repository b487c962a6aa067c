import type { PlanSlice } from '../../plan/plan.ts';
import type { Data, Json } from '../../values.ts';
import type { Cause } from '../moment.ts';

/** Whether a final look found nothing wrong but what a port presents, and that for each of these facts. */
export function isOfPortAlone({ code, data }: Pick<Cause, 'code' | 'data'>): boolean {
  const { against } = data;
  return code === 'NotProved' && Array.isArray(against) && against.length > 0 && against.every(isPresented);
}

const isPresented = (one: Json): boolean => String((one as Data | null)?.fact).startsWith('TLS ');

/**
 * Whom to ask about on the way back. What a master presents, each worker sees as well: one on which all else is as
 * before is not in question beside its master, nor once people have left that as it is.
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
    (host) => left.includes(host ?? '') || doubts.some((one) => one.host === host && one.code === 'NotProved'),
  );
  return isAsked ? doubts.filter((one) => masters.includes(one.host) || !isOfPortAlone(one)) : doubts;
}
