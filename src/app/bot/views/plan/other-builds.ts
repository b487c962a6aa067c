import { groupsBy } from '../../../../domain/group-by.ts';
import { hostsIn } from '../../../../domain/plan/scope.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import type { Message } from '../../../../domain/values.ts';
import type { Desk } from '../../desk.ts';

/**
 * Machines of a plan whose runner is of another build than this bot: it may not know a step of the plan, and says so
 * only when its order comes. By the last hello, else by the look that the plan rests on.
 */
export function otherBuilds(
  { farm, presence, version: bot }: Pick<Desk, 'farm' | 'presence' | 'version'>,
  { wish, looks }: Pick<RotationState, 'wish' | 'looks'>,
): readonly Message[] {
  const others = hostsIn(farm, wish).flatMap(({ name: host }) => {
    const version = presence[host]?.version ?? looks[host]?.version ?? bot;
    return version === bot ? [] : [{ host, version }];
  });
  return groupsBy(others, ({ version }) => version).map((alike) => {
    const hosts = alike.map(({ host }) => host);
    return { id: 'warning.other-build', data: { hosts, version: alike[0]?.version ?? '', bot } };
  });
}
