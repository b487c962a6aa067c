import { contains, followStages } from '../../plan/plan-phases.ts';
import type { Planned } from '../../rotation/rotation.ts';
import type { HostName } from '../../values.ts';
import { fallenHosts, fellIn } from '../fallen.ts';
import type { Cause } from '../moment.ts';
import { forthWork } from '../stages.ts';
import { cause, failure } from './failure.ts';

/**
 * Waves stop at the first host that failed or that a person left behind; where they are already cut off, all of them
 * go.
 */
export function waveCause(rotation: Planned): Cause | null {
  const { plan } = rotation;
  const fallen = fallenHosts(rotation);
  for (const stage of followStages(plan)) {
    const going = stage.hosts.filter((one) => !fallen.includes(one));
    const goesOn =
      contains(plan) && going.some((one) => ['none', 'under-way'].includes(forthWork(rotation, one, stage.name)));
    if (goesOn) continue;
    const [first] = fallen;
    if (first !== undefined) return fall(rotation, first);
    const host = stage.hosts.find((one) => ['failed', 'left'].includes(forthWork(rotation, one, stage.name)));
    if (host !== undefined) return failure(rotation, host, stage.name);
  }
  return leftOutCause(rotation);
}

/** All that were not left out have switched: what was prepared for the left-out ones is undone. */
function leftOutCause(rotation: Planned): Cause | null {
  const { plan, leftOut } = rotation;
  for (const { name, hosts } of followStages(plan)) {
    const out = hosts.filter((host) => leftOut[host] !== undefined);
    const [first] = out;
    const isThrough = hosts.every((host) => out.includes(host) || forthWork(rotation, host, name) === 'good');
    if (first !== undefined && isThrough) {
      const by = leftOut[first]?.name ?? '';
      return { host: first, stage: name, step: null, code: 'LeftForPackages', data: { by, hosts: out } };
    }
  }
  return null;
}

/** A host that speaks again was silent when the others went on. */
function fall(rotation: Planned, host: HostName): Cause {
  const stage = fellIn(rotation, host);
  return stage === null ? cause('RunnerSilent', {}, host) : failure(rotation, host, stage);
}
