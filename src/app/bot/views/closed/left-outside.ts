import { type Farm, hostsWith } from '../../../../domain/farm/farm.ts';
import { unseenOf } from '../../../../domain/machine/outside.ts';
import { keepsCertificate } from '../../../../domain/plan/plan.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import type { Message } from '../../../../domain/values.ts';

/** Workers that the request left behind. Where the certificate stays, they reconnect by themselves. */
export function leftOutside(farm: Farm, { wish, plan, looks }: RotationState): readonly Message[] {
  if (plan !== null && keepsCertificate(plan.header)) return [];
  const isBack = wish.of !== null;
  const master = hostsWith(farm, 'master').flatMap(({ name }) => looks[name] ?? [])[0];
  const hosts = farm.hosts.map(({ name }) => name);
  const unseen = isBack ? [] : unseenOf(master, hosts, wish.leaveBehind);
  const left = wish.leaveBehind.filter((name) => !unseen.includes(name));
  return [
    ...(left.length === 0 ? [] : [{ id: 'next.left-outside', data: { hosts: left, isBack } }]),
    ...(unseen.length === 0 ? [] : [{ id: 'next.left-unseen', data: { hosts: unseen } }]),
  ];
}
