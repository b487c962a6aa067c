import { OWN_APP_ID, ownBinding } from '../../../src/domain/machine/own-binding.ts';
import type { Thumbprint } from '../../../src/domain/values.ts';
import { forged, ofKind, put, refusal } from './forge.ts';
import { CUTOVER, createRig, outcomeOf, PREPARE, type Rig, stateOf } from './rig.ts';

const MASTER = 'sqlm01';

/** A farm whose master has lost its binding, and its stages applied up to the one named; that one not. */
async function unboundBefore(stage: string) {
  const rig = await createRig();
  const machine = rig.machines.get(MASTER);
  if (machine === undefined) throw new Error('no master');
  machine.bindings = [];
  const before = stateOf(machine);
  const plan = await rig.plan();
  for (const [name, one] of [...PREPARE, ...CUTOVER]) {
    if (one === stage) break;
    expect([one, await rig.run(plan, name, 'apply', one)]).toEqual([one, 'applied']);
  }
  return { rig, plan, machine, before };
}

const made = (rig: Rig): Thumbprint => rig.refs().new?.thumbprint as Thumbprint;

describe('A port without a binding', () => {
  test('is rehearsed on, bound and proved, and the journal says that there was none', async () => {
    const { rig, machine } = await unboundBefore('nothing');
    expect(machine.bindings).toEqual([ownBinding(8391, made(rig), 'Root')]);
    const started = rig
      .entries(MASTER)
      .find((entry) => entry.type === 'started' && entry.step === `${MASTER}/master/bind-port`);
    expect(started).toMatchObject({ before: {} });
    const looks = await rig.looks();
    for (const name of ['sqlw01', 'sqlw02']) expect(looks[name]?.worker?.connection.log?.state).toBe('connected');
  });

  test('undone, has none again, and all is as before', async () => {
    const { rig, plan, machine, before } = await unboundBefore('nothing');
    for (const [name, stage] of CUTOVER) expect(await rig.run(plan, name, 'undo', stage)).toBe('put-back');
    for (const [name, stage] of [...PREPARE].reverse()) {
      expect([stage, await rig.run(plan, name, 'undo', stage)]).toEqual([stage, 'put-back']);
    }
    expect(stateOf(machine)).toEqual(before);
  });

  test('that somebody has bound anew since is left as it is, and nobody says that it is put back', async () => {
    const { rig, plan, machine } = await unboundBefore('nothing');
    const theirs = { ...ownBinding(8391, rig.old.thumbprint, 'Root'), appId: '{4dc3e181-e14b-4a21-b022-59fc669b0914}' };
    machine.bindings = [theirs];
    expect(await rig.run(plan, MASTER, 'undo', 'master')).toBe('unknown');
    expect(machine.bindings).toEqual([theirs]);
  });

  test('that is bound before the master switches is a fact that moved', async () => {
    const { rig, plan, machine } = await unboundBefore('master');
    machine.bindings = [ownBinding(8391, rig.old.thumbprint, 'Root')];
    expect(await rig.run(plan, MASTER, 'apply', 'master')).toBe('refused FactsMoved');
  });

  test('has none again when the restart behind it fails', async () => {
    const { rig, plan, machine } = await unboundBefore('master');
    machine.faults.set('service.restart', { kind: 'fail', times: 1 });
    const settings = structuredClone(machine.settings);
    expect(await rig.run(plan, MASTER, 'apply', 'master')).toBe('put-back');
    expect([machine.bindings, machine.settings]).toEqual([[], settings]);
  });

  test('is bound nowhere else by whoever owns the bot', async () => {
    const { rig, plan } = await unboundBefore('master');
    for (const [name, value, code] of [
      ['port', 443, 'PortNotAllowed'],
      ['make', '10.0.0.5:8391', 'StepNotUnderstood'],
      ['key', '10.0.0.5:8391', 'StepNotUnderstood'],
      ['appId', OWN_APP_ID, 'StepNotUnderstood'],
    ] as const) {
      const other = forged(plan, MASTER, 'master', { step: ofKind('bind-port', put(name, value)) });
      expect([name, await refusal(rig, other, MASTER, 'master', { refs: {} })]).toEqual([name, `refused ${code}`]);
    }
  });
});

test('A master that bound where nothing was stays when nobody confirms: its workers find it, and nobody else', async () => {
  const { rig, plan, machine } = await unboundBefore('master');
  const order = rig.order(plan, MASTER, 'apply', 'master');
  const runner = rig.runner(MASTER);
  await runner.start();
  await runner.receive(rig.seal(order));
  await runner.idle();
  await rig.clock.sleep(600_000);
  expect(rig.entries(MASTER).at(-1)).toMatchObject({ type: 'switched', goesBackAt: null });
  expect(machine.bindings[0]?.thumbprint).toBe(made(rig));
  await runner.receive(rig.said(order, 'confirm'));
  await runner.idle();
  await runner.stop();
  expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('applied');
});

test.each(['one and the same runner', 'a runner that was started anew'])(
  'A master that bound where nothing was is held by %s until an hour after the gap limit, and ends as it is',
  async (who) => {
    const { rig, plan, machine } = await unboundBefore('master');
    const order = rig.order(plan, MASTER, 'apply', 'master');
    let runner = rig.runner(MASTER);
    await runner.start();
    await runner.receive(rig.seal(order));
    await runner.idle();
    await rig.clock.sleep(3_500_000);
    expect(rig.entries(MASTER).at(-1)).toMatchObject({ type: 'switched' });
    if (who !== 'one and the same runner') {
      await runner.stop();
      runner = rig.runner(MASTER);
      await runner.start();
    }
    await rig.clock.sleep(300_000);
    await runner.idle();
    await runner.stop();
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('applied');
    expect(machine.bindings[0]?.thumbprint).toBe(made(rig));
    expect(await rig.run(plan, MASTER, 'undo', 'master')).toBe('put-back');
    expect(machine.bindings).toEqual([]);
  },
);
