import type { Thumbprint } from '../../../src/domain/values.ts';
import type { WindowsHost } from '../../../src/ports/windows-host.ts';
import { windowsHostContract } from '../../contract/windows-host.ts';
import { openLabWorld } from './lab-world.ts';
import { CUTOVER, createRig, PREPARE } from './rig.ts';

windowsHostContract("the lab's machine", async () => {
  const world = await openLabWorld({ workers: 1 });
  return { host: world.windowsHost, close: world.close };
});

test('what a runner took, refused, ended and put back by hand is in the event log of its machine', async () => {
  const world = await openLabWorld({ workers: 1 });
  const rig = await createRig({ world, hosts: { sqlm01: ['master'], sqlw01: ['worker'] } });
  const plan = await rig.plan();
  const machine = rig.windowsHost('sqlm01');
  const written: Promise<void>[] = [];
  const event: WindowsHost['event'] = (...what) => {
    const writing = machine.event(...what);
    written.push(writing);
    return writing;
  };
  const runner = rig.runner('sqlm01', { host: { ...machine, event } });
  await runner.start();
  await runner.receive(rig.seal(rig.order(plan, 'sqlm01', 'apply', 'create')));
  await runner.idle();
  await runner.receive({ hello: 1 });
  await runner.undoHere('prod-17');
  await runner.stop();
  await Promise.all(written);
  const events = await world.events('sqlm01');
  expect(events.map(({ id }) => id).sort()).toEqual([100, 101, 103, 104]);
  expect(events.find(({ id }) => id === 100)?.text).toContain('order 1 (prod-17): apply create');
  await world.close();
});

test('an undo that was killed after the new key was gone, and before its certificate was, is finished by the next undo', async () => {
  const world = await openLabWorld({ workers: 1 });
  const rig = await createRig({ world, hosts: { sqlm01: ['master'], sqlw01: ['worker'] } });
  const before = (await rig.looks()).sqlm01?.root;
  const plan = await rig.plan();
  expect(await rig.run(plan, 'sqlm01', 'apply', 'create')).toBe('applied');
  const thumbprint = rig.refs().new?.thumbprint as Thumbprint;
  const killed = new AbortController().signal;
  await rig.windowsHost('sqlm01').perform({ type: 'key.remove', store: 'Root', thumbprint }, killed);
  expect(await rig.run(plan, 'sqlm01', 'undo', 'create')).toBe('put-back');
  expect((await rig.looks()).sqlm01?.root).toEqual(before);
  await world.close();
}, 120_000);

test('a rotation over real tools, files and sockets is applied and, when undone, leaves nothing behind', async () => {
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
  for (const name of ['sqlw01', 'sqlw02'])
    expect(after[name]?.worker?.connection).toMatchObject({ log: { state: 'connected' }, tcp: true });
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
