import type { Lab } from '../../infra/lab/index.ts';
import { serviceSid } from '../../infra/lab/world/sid.ts';
import { connectedOn, workersOn } from './ends.ts';
import { type E2e, MASTER } from './rig.ts';
import { type World, worldOf } from './world.ts';

/**
 * These workers are on new certificates of their own, each in My with its key and in its .cer file, trusted by itself
 * and by the master; all others, and everything else, are as before, and every worker is connected on what the master
 * presents.
 */
export async function expectOwn(
  lab: Lab,
  rig: E2e,
  before: World,
  kept: readonly string[],
  presented = rig.rotation().looks[MASTER]?.master?.sslCertThumbprint,
): Promise<void> {
  expect(await connectedOn(lab)).toEqual(workersOn(lab, presented));
  const after = worldOf(lab);
  const madeFor = (name: string): string =>
    rig.rotation().made[`new.${name}`]?.certificate.thumbprint.toLowerCase() ?? '';
  for (const { name, roles } of lab.hosts) {
    const was = before[name];
    const is = after[name];
    if (was === undefined || is === undefined) throw new Error(name);
    const isKept = kept.includes(name);
    const trusted = [...new Set([...(roles.includes('master') ? kept : []), ...(isKept ? [name] : [])])];
    expect([name, is.certificates]).toEqual([
      name,
      [
        ...was.certificates,
        ...(isKept ? [`My ${madeFor(name)} key`] : []),
        ...trusted.map((one) => `Root ${madeFor(one)}`),
      ].sort(),
    ]);
    expect([name, is.bindings, is.services]).toEqual([name, was.bindings, was.services]);
    const changed = Object.keys(is.files).filter((file) => was.files[file] !== is.files[file]);
    expect([name, changed]).toEqual([name, isKept ? ['SSISScaleOutWorker.cer', 'WorkerSettings.config'] : []]);
    const fresh = is.keys.filter((key) => !was.keys.includes(key));
    expect(fresh).toEqual(
      isKept ? [expect.stringMatching(`^${madeFor(name)} .*${serviceSid('SSISScaleOutWorker160')}`)] : [],
    );
  }
}
