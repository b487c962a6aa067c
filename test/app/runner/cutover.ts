import type { RunnerDeps } from '../../../src/app/runner/deps.ts';
import { type Rig, rigBefore } from './rig.ts';

export const MASTER = 'sqlm01';
export const WORKER = 'sqlw01';

/** The certificate that a master's port is bound to. */
export const bound = (rig: Rig, name = MASTER): string | undefined => rig.machines.get(name)?.bindings[0]?.thumbprint;
/** The certificate that a worker accepts of its master. */
export const pinned = (rig: Rig, name = WORKER): string | undefined =>
  rig.machines.get(name)?.settings.worker?.MasterHttpsCertThumbprint;
/** The one that was made for this rotation. */
export const made = (rig: Rig): string => rig.refs().new?.thumbprint ?? '';

/** Whatever the master's binding says is what it presents. */
export function present(rig: Rig, thumbprint: string): void {
  const machine = rig.machines.get(MASTER);
  if (machine !== undefined)
    machine.bindings = machine.bindings.map((one) => ({ ...one, thumbprint: thumbprint as never }));
}

/** `how` is asked once its rig is there. */
type How = (rig: Rig) => Partial<RunnerDeps>;

async function ordered(name: string, stage: string, how: How) {
  const { rig, plan } = await rigBefore('master');
  const order = rig.order(plan, name, 'apply', stage);
  const runner = rig.runner(name, how(rig));
  await runner.start();
  await runner.receive(rig.seal(order));
  await runner.idle();
  return { rig, plan, order, runner };
}

/** A master's runner that has switched, and waits to be confirmed. */
export const switchedMaster = (how: How = () => ({})) => ordered(MASTER, 'master', how);

/** A worker's runner that holds its order, while the master is as it was before the cutover. */
export const armedWorker = (how: How = () => ({})) => ordered(WORKER, 'workers', how);
