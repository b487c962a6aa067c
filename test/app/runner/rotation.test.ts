import { CUTOVER, createRig, MONITORING_SID, PREPARE, type Rig, rigBefore, SERVICE_SID, stateOf } from './rig.ts';

const prepared = () => rigBefore('master');

const thumbprintOf = (rig: Rig): string => rig.refs().new?.thumbprint ?? '';

describe('a rotation, order by order', () => {
  test('ends with the new certificate bound, written, trusted and pinned, and every worker connected', async () => {
    const { rig, plan } = await prepared();
    for (const [name, stage] of CUTOVER) expect(await rig.run(plan, name, 'apply', stage)).toBe('applied');
    const made = thumbprintOf(rig);
    const looks = await rig.looks();
    expect(looks.sqlm01?.master?.bindings.map(({ thumbprint }) => thumbprint)).toEqual([made]);
    expect(looks.sqlm01?.master?.bindings[0]?.parameters).toEqual({ clientcertnegotiation: 'enable' });
    expect(looks.sqlm01?.master?.sslCertThumbprint).toBe(made);
    expect(looks.sqlm01?.master?.published).toBe(made);
    for (const name of ['sqlw01', 'sqlw02']) {
      expect(looks[name]?.worker?.masterThumbprint).toBe(made);
      expect(looks[name]?.worker?.connection.log?.state).toBe('connected');
    }
  });

  test('grants the new key to the service and to whoever else could read the old one', async () => {
    const { rig } = await prepared();
    const readers = rig.machines.get('sqlm01')?.stores.Root.get(thumbprintOf(rig))?.readers;
    expect(readers).toEqual([MONITORING_SID, SERVICE_SID].sort());
  });

  test('is as before when undone stage by stage, and the new certificate is nowhere', async () => {
    const { rig, plan } = await prepared();
    for (const [name, stage] of CUTOVER) await rig.run(plan, name, 'apply', stage);
    const made = thumbprintOf(rig);
    for (const [name, stage] of CUTOVER) expect(await rig.run(plan, name, 'undo', stage)).toBe('put-back');
    for (const [name, stage] of [...PREPARE].reverse()) {
      expect([stage, await rig.run(plan, name, 'undo', stage)]).toEqual([stage, 'put-back']);
    }
    const looks = await rig.looks();
    expect(looks.sqlm01?.master?.bindings.map(({ thumbprint }) => thumbprint)).toEqual([rig.old.thumbprint]);
    expect(looks.sqlm01?.master?.published).toBe(rig.old.thumbprint);
    for (const machine of rig.machines.values()) expect(machine.stores.Root.has(made)).toBe(false);
    for (const name of ['sqlw01', 'sqlw02']) {
      expect(looks[name]?.worker?.masterThumbprint).toBe(rig.old.thumbprint);
      expect(looks[name]?.worker?.connection.log?.state).toBe('connected');
    }
  });
});

describe('a onebox, master and worker at once', () => {
  const STAGES = ['create', 'rehearse', 'rehearse-end', 'publish', 'master', 'workers'] as const;

  test('goes forward and back through one runner, and keeps the one certificate of both until the end', async () => {
    const rig = await createRig({ hosts: { sqlm01: ['master', 'worker'] } });
    const machine = rig.machines.get('sqlm01');
    const before = stateOf(machine);
    const plan = await rig.plan();
    for (const stage of STAGES)
      expect([stage, await rig.run(plan, 'sqlm01', 'apply', stage)]).toEqual([stage, 'applied']);
    const made = thumbprintOf(rig);
    expect(machine?.settings.worker?.MasterHttpsCertThumbprint).toBe(made);
    expect(machine?.stores.Root.get(made)?.facts.privateKey).toBe('yes');
    for (const stage of ['master', 'workers', 'publish', 'rehearse-end', 'rehearse', 'create']) {
      expect([stage, await rig.run(plan, 'sqlm01', 'undo', stage)]).toEqual([stage, 'put-back']);
    }
    expect(stateOf(machine)).toEqual(before);
  });
});
