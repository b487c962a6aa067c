import { windowsHostContract } from '../../contract/windows-host.ts';
import { openLabWorld } from './lab-world.ts';
import { CUTOVER, createRig, PREPARE } from './rig.ts';

windowsHostContract("the lab's machine", async () => {
  const world = await openLabWorld({ workers: 1 });
  return { host: world.windowsHost, close: world.close };
});

test('a rotation over real tools, files and sockets goes forth and, undone, leaves nothing behind', async () => {
  const world = await openLabWorld({ workers: 2 });
  const rig = await createRig({ world });
  const before = await rig.looks();
  const plan = await rig.plan();
  const old = plan.header.old?.thumbprint;
  for (const [name, stage] of [...PREPARE, ...CUTOVER]) {
    const outcome = await rig.run(plan, name, 'apply', stage);
    expect([name, stage, outcome]).toEqual([name, stage, 'applied']);
  }
  const made = rig.refs().new?.thumbprint ?? '';
  const after = await rig.looks();
  expect(after.sqlm01?.master?.presented.map(({ thumbprint }) => thumbprint)).toEqual([made, made]);
  for (const name of ['sqlw01', 'sqlw02']) expect(after[name]?.worker?.connection.log?.state).toBe('connected');
  for (const [name, stage] of [...CUTOVER, ...[...PREPARE].reverse()]) {
    const outcome = await rig.run(plan, name, 'undo', stage);
    expect([name, stage, outcome]).toEqual([name, stage, 'put-back']);
  }
  const end = await rig.looks();
  expect(end.sqlm01?.master?.bindings).toEqual(before.sqlm01?.master?.bindings);
  expect(end.sqlm01?.root).toEqual(before.sqlm01?.root);
  expect(end.sqlm01?.master?.published).toBe(old);
  for (const name of ['sqlw01', 'sqlw02']) {
    expect(end[name]?.worker?.masterThumbprint).toBe(old);
    expect(end[name]?.root).toEqual(before[name]?.root);
    expect(end[name]?.worker?.connection.log?.state).toBe('connected');
  }
  await world.close();
}, 120_000);
