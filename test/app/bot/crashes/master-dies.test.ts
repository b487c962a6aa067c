import { createBotRig } from '../rig.ts';

test('a master whose service dies again and again after its workers came in is put back with all of them, and nobody is asked', async () => {
  const rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.until(() =>
    rig.rotation().orders.some(({ stage, switchedAt }) => stage === 'master' && switchedAt !== null),
  );
  const master = rig.world.machines.get('sqlm01');
  const old = rig.rotation().plan?.header.old?.thumbprint;
  const dies = async (): Promise<void> => {
    while (master?.services.master !== undefined && rig.rotation().turned === null) {
      const { facts } = master.services.master;
      master.services.master.facts = { ...facts, pid: facts.pid + 4 };
      await rig.clock.sleep(700);
    }
  };
  await Promise.all([dies(), rig.closed('prod-1', 300_000)]);
  expect(rig.rotation().closed?.outcome).toBe('put-back');
  expect(rig.rotation().turned).toMatchObject({ host: 'sqlm01', code: 'ServiceRestartsItself' });
  expect(master?.bindings.map(({ thumbprint }) => thumbprint)).toEqual([old]);
  for (const name of ['sqlw01', 'sqlw02'])
    expect(rig.world.machines.get(name)?.settings.worker?.MasterHttpsCertThumbprint).toBe(old);
  await rig.stop();
});
