import { keepsCertificate } from '../../../../domain/plan/plan.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import type { Message } from '../../../../domain/values.ts';

/** Workers that the request left behind. Where the certificate stays, they reconnect by themselves. */
export function leftOutside({ wish, plan }: RotationState): readonly Message[] {
  if (wish.leaveBehind.length === 0 || (plan !== null && keepsCertificate(plan.header))) return [];
  return [{ id: 'next.left-outside', data: { hosts: wish.leaveBehind, isBack: wish.of !== null } }];
}
