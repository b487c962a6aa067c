import { OWN_APP_ID, ownBinding } from '../../../src/domain/plan/own-binding.ts';
import { plainWish } from '../../../src/domain/plan/wish.ts';
import type { Thumbprint } from '../../../src/domain/values.ts';
import { profileOf } from '../../fixtures/profile.ts';
import { forged, ofKind, put, refusal } from './forge.ts';
import { CUTOVER, createRig, outcomeOf, PREPARE, type Rig, stateOf } from './rig.ts';
import { host, make } from './world.ts';

const MASTER = 'sqlm01';

/** A farm whose master has lost its binding, and its stages applied up to the named one, but without that one. */
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
  test('is bound and proved, and the journal says that there was no binding', async () => {
    const { rig, machine } = await unboundBefore('nothing');
    expect(machine.bindings).toEqual([ownBinding(8391, made(rig), 'Root')]);
    const started = rig
      .entries(MASTER)
      .find((entry) => entry.type === 'started' && entry.step === `${MASTER}/master/bind-port`);
    expect(started).toMatchObject({ before: {} });
    const looks = await rig.looks();
    for (const name of ['sqlw01', 'sqlw02']) expect(looks[name]?.worker?.connection.log?.state).toBe('connected');
  });

  test('has no binding again when undone, and all is as before', async () => {
    const { rig, plan, machine, before } = await unboundBefore('nothing');
    for (const [name, stage] of CUTOVER) expect(await rig.run(plan, name, 'undo', stage)).toBe('put-back');
    for (const [name, stage] of [...PREPARE].reverse()) {
      expect([stage, await rig.run(plan, name, 'undo', stage)]).toEqual([stage, 'put-back']);
    }
    expect(stateOf(machine)).toEqual(before);
  });

  test('that somebody has bound again since is left as it is, and is not said to be put back', async () => {
    const { rig, plan, machine } = await unboundBefore('nothing');
    const theirs = { ...ownBinding(8391, rig.old.thumbprint, 'Root'), appId: '{4dc3e181-e14b-4a21-b022-59fc669b0914}' };
    machine.bindings = [theirs];
    expect(await rig.run(plan, MASTER, 'undo', 'master')).toBe('unknown');
    expect(machine.bindings).toEqual([theirs]);
  });

  test.each([
    ['certificate', (_kept: { facts: { privateKey: string } }) => null],
    ['key', (kept: { facts: { privateKey: string } }) => ({ ...kept, facts: { ...kept.facts, privateKey: 'no' } })],
  ])(
    'stays bound if the settings would again name what has no %s, for no service starts with that',
    async (missing, spoil) => {
      const { rig, plan, machine } = await unboundBefore('nothing');
      const { Root } = machine.stores;
      const { thumbprint } = rig.old;
      const kept = spoil(Root.get(thumbprint) as never);
      if (kept === null) Root.delete(thumbprint);
      else Root.set(thumbprint, kept as never);
      const before = stateOf(machine);
      expect(await rig.run(plan, MASTER, 'undo', 'master')).toBe('unknown');
      expect(rig.entries(MASTER).findLast(({ type }) => type === 'failed')).toMatchObject({
        step: 'sqlm01/master/write-setting',
        code: 'OldCertificateGone',
        data: { thumbprint, missing },
      });
      expect(stateOf(machine)).toEqual(before);
    },
  );

  test('has no binding again even if the certificate that the settings name is in another store by now', async () => {
    const { rig, plan, machine } = await unboundBefore('nothing');
    const { Root, My } = machine.stores;
    const { thumbprint } = rig.old;
    My.set(thumbprint, Root.get(thumbprint) as never);
    Root.delete(thumbprint);
    expect(await rig.run(plan, MASTER, 'undo', 'master')).toBe('put-back');
    expect([machine.bindings, machine.settings.master?.SSLCertThumbprint]).toEqual([[], thumbprint]);
  });

  test('that is bound before the master switches is a fact that moved', async () => {
    const { rig, plan, machine } = await unboundBefore('master');
    machine.bindings = [ownBinding(8391, rig.old.thumbprint, 'Root')];
    expect(await rig.run(plan, MASTER, 'apply', 'master')).toBe('refused FactsMoved');
  });

  test('has no binding again if the restart after it fails', async () => {
    const { rig, plan, machine } = await unboundBefore('master');
    machine.faults.set('service.restart', { kind: 'fail', times: 1 });
    const settings = structuredClone(machine.settings);
    expect(await rig.run(plan, MASTER, 'apply', 'master')).toBe('put-back');
    expect([machine.bindings, machine.settings]).toEqual([[], settings]);
  });

  test('cannot be bound anywhere else by whoever owns the bot', async () => {
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

test('A master that bound where nothing was bound stays when nobody confirms, and can be confirmed later', async () => {
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

test.each(['one and the same runner', 'a runner that was restarted'])(
  'A master that bound where nothing was bound is held by %s until an hour after the gap limit, and ends as it is',
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

describe('With bot and queue gone for good when a master has bound where nothing was bound,', () => {
  const WORKERS = ['sqlw01', 'sqlw02'];

  /** Everybody holds an order, the master begins, and nobody says a word any more. */
  async function left() {
    const { rig, plan, machine } = await unboundBefore('master');
    const runners = new Map([MASTER, ...WORKERS].map((name) => [name, rig.runner(name)] as const));
    for (const runner of runners.values()) await runner.start();
    for (const name of WORKERS) await runners.get(name)?.receive(rig.seal(rig.order(plan, name, 'apply', 'workers')));
    await runners.get(MASTER)?.receive(rig.seal(rig.order(plan, MASTER, 'apply', 'master')));
    await rig.clock.sleep(2 * plan.header.gap.limitMs);
    const stop = async () => {
      for (const runner of runners.values()) await runner.stop();
    };
    return { rig, machine, runners, stop };
  }
  const pins = (rig: Rig) => WORKERS.map((name) => rig.machines.get(name)?.settings.worker?.MasterHttpsCertThumbprint);
  const states = async (rig: Rig) => {
    const looks = await rig.looks();
    return WORKERS.map((name) => looks[name]?.worker?.connection.log?.state);
  };

  test('every worker is connected within twice the gap limit', async () => {
    const { rig, stop } = await left();
    await stop();
    expect(await states(rig)).toEqual(['connected', 'connected']);
    expect(pins(rig)).toEqual([made(rig), made(rig)]);
  });

  test('workers that hold their orders still follow whatever is bound by hand after the master was undone by hand', async () => {
    const { rig, machine, runners, stop } = await left();
    await runners.get(MASTER)?.undoHere('prod-17');
    expect(machine.bindings).toEqual([]);
    await rig.clock.sleep(600_000);
    // Whoever presents nothing may present the new one again in a moment: nobody can tell, and nobody is served.
    expect(pins(rig)).toEqual([made(rig), made(rig)]);
    machine.bindings = [ownBinding(8391, rig.old.thumbprint, 'Root')];
    await rig.clock.sleep(60_000);
    await stop();
    expect(pins(rig)).toEqual([rig.old.thumbprint, rig.old.thumbprint]);
    expect(await states(rig)).toEqual(['connected', 'connected']);
  });
});

describe('The certificate that the settings name, bound again where nothing is bound,', () => {
  const STAGES = [
    [MASTER, 'rehearse'],
    [MASTER, 'rehearse-end'],
    [MASTER, 'master'],
    ['sqlw01', 'workers'],
    ['sqlw02', 'workers'],
  ] as const;

  /** Its runners have looked before, as they do daily, and no administrator has named it anywhere. */
  async function asked() {
    const rig = await createRig();
    const machine = rig.machines.get(MASTER);
    if (machine === undefined) throw new Error('no master');
    for (const name of rig.machines.keys()) await rig.run(null, name, 'look', null);
    machine.bindings = [];
    rig.ask({ ...plainWish('rotate-master'), use: rig.old.thumbprint });
    return { rig, machine, plan: await rig.plan() };
  }
  const settings = (rig: Rig) => [...rig.machines].map(([name, one]) => [name, one.settings]);

  test('changes nothing else, but services restart and workers connect by it', async () => {
    const { rig, machine, plan } = await asked();
    const before = structuredClone(settings(rig));
    for (const [name, stage] of STAGES)
      expect([stage, await rig.run(plan, name, 'apply', stage)]).toEqual([stage, 'applied']);
    expect(machine.bindings).toEqual([ownBinding(8391, rig.old.thumbprint, 'Root')]);
    expect(settings(rig)).toEqual(before);
    const changes = [...rig.machines.values()].map(({ performed }) => performed.map(({ type }) => type));
    expect(changes).toEqual([
      ['sslcert.set', 'sslcert.set', 'sslcert.set', 'service.restart'],
      ['service.restart'],
      ['service.restart'],
    ]);
    const looks = await rig.looks();
    for (const name of ['sqlw01', 'sqlw02']) expect(looks[name]?.worker?.connection.log?.state).toBe('connected');
  });

  test('is removed again by an undo, and all is as before', async () => {
    const { rig, machine, plan } = await asked();
    const before = stateOf(machine);
    for (const [name, stage] of STAGES) await rig.run(plan, name, 'apply', stage);
    for (const [name, stage] of STAGES.slice(2)) expect(await rig.run(plan, name, 'undo', stage)).toBe('put-back');
    expect(stateOf(machine)).toEqual(before);
  });

  test('is followed even with the bot gone: a worker restarts when it sees it, and not before', async () => {
    const { rig, plan } = await asked();
    for (const [name, stage] of STAGES.slice(0, 2)) await rig.run(plan, name, 'apply', stage);
    const follower = rig.runner('sqlw01');
    await follower.start();
    await follower.receive(rig.seal(rig.order(plan, 'sqlw01', 'apply', 'workers')));
    await rig.clock.sleep(60_000);
    expect(rig.machines.get('sqlw01')?.performed).toEqual([]);
    expect(await rig.run(plan, MASTER, 'apply', 'master')).toBe('applied');
    await rig.clock.sleep(60_000);
    expect(rig.entries('sqlw01').at(-1)).toMatchObject({ type: 'switched' });
    await follower.stop();
    expect((await rig.looks()).sqlw01?.worker?.connection.log?.state).toBe('connected');
  });

  test('does not make a runner accept what it never used, whatever the header says of the old one', async () => {
    const { rig, plan } = await asked();
    const strange = make(profileOf(host(MASTER)), rig.clock.now());
    const refs = { new: { ...strange, host: host(MASTER) } };
    const other = forged(plan, 'sqlw01', 'workers', {
      header: (header) =>
        Object.assign(header, {
          old: { thumbprint: strange.thumbprint, notAfter: new Date(rig.clock.now()).toISOString() },
          existing: { new: { thumbprint: strange.thumbprint, host: MASTER, store: 'Root' } },
        }),
    });
    expect(await refusal(rig, other, 'sqlw01', 'workers', { refs })).toBe('refused CertificateNotAllowed');
  });
});
