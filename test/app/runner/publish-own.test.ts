import type { MadeCertificate } from '../../../src/domain/plan/plan.ts';
import { plainWish } from '../../../src/domain/plan/wish.ts';
import { profileOf } from '../../fixtures/profile.ts';
import { createRig, type Rig, stateOf } from './rig.ts';
import { host, make } from './world.ts';

const WORKER = 'sqlw01';
const STAGES = [
  [WORKER, 'worker-create'],
  [WORKER, 'worker-trust'],
  ['sqlm01', 'master-trust'],
  [WORKER, 'worker-publish'],
  [WORKER, 'worker-switch'],
] as const;

/** One worker whose .cer file holds a certificate that is in no store any more. */
async function withFile(): Promise<{ rig: Rig; older: MadeCertificate }> {
  const rig = await createRig({
    hosts: { sqlm01: ['master'], sqlw01: ['worker'] },
    wish: { ...plainWish('rotate-worker'), workers: [host(WORKER)] },
  });
  const older = make(profileOf(host(WORKER)), rig.clock.now() - 700 * 86_400_000);
  Object.assign(rig.machines.get(WORKER) ?? {}, { publishedOwn: older });
  return { rig, older };
}

const refsFor = (rig: Rig, name: string) =>
  name === 'sqlm01' ? rig.refs() : { 'new.sqlw01': rig.refs()['new.sqlw01'] };

async function go(rig: Rig, plan: Awaited<ReturnType<Rig['plan']>>, kind: 'apply' | 'undo', stages: typeof STAGES) {
  const ends: string[] = [];
  for (const [name, stage] of kind === 'apply' ? stages : [...stages].reverse()) {
    const refs = Object.fromEntries(Object.entries(refsFor(rig, name)).filter(([, ref]) => ref !== undefined));
    ends.push(await rig.run(plan, name, kind, stage, { refs: refs as never }));
  }
  return ends;
}

describe("A worker's .cer file", () => {
  test('is refreshed with the worker’s new certificate', async () => {
    const { rig } = await withFile();
    const plan = await rig.plan();
    expect(await go(rig, plan, 'apply', STAGES)).toEqual(STAGES.map(() => 'applied'));
    const made = rig.refs()['new.sqlw01']?.thumbprint;
    const { worker } = (await rig.looks())[WORKER] ?? {};
    expect([worker?.published, worker?.workerThumbprint]).toEqual([made, made]);
  });

  test('is put back byte for byte, whatever it held', async () => {
    const { rig, older } = await withFile();
    const before = stateOf(rig.machines.get(WORKER));
    const plan = await rig.plan();
    await go(rig, plan, 'apply', STAGES);
    expect(await go(rig, plan, 'undo', STAGES)).toEqual(STAGES.map(() => 'put-back'));
    expect(rig.machines.get(WORKER)?.publishedOwn).toEqual({ thumbprint: older.thumbprint, der: older.der });
    expect(stateOf(rig.machines.get(WORKER))).toEqual(before);
  });

  test('that changed after the plan was made is a fact that moved', async () => {
    const { rig } = await withFile();
    const plan = await rig.plan();
    const [create, trust, master, publish] = STAGES;
    await go(rig, plan, 'apply', [create, trust, master] as never);
    Object.assign(rig.machines.get(WORKER) ?? {}, { publishedOwn: rig.old });
    expect(await go(rig, plan, 'apply', [publish] as never)).toEqual(['refused FactsMoved']);
  });
});
