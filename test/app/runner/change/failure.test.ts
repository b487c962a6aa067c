import type { Fault } from '../../../../adapters/memory/machine.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import type { Plan } from '../../../../src/domain/plan/plan.ts';
import type { HostChange, WindowsHost } from '../../../../src/ports/windows-host.ts';
import { outcomeOf, type Rig, rigBefore, stateOf } from '../rig.ts';

const CHANGES: readonly (readonly [host: string, stage: string, type: HostChange['type']])[] = [
  ['sqlm01', 'create', 'certificate.import'],
  ['sqlm01', 'create', 'key.grant'],
  ['sqlw01', 'trust', 'certificate.trust'],
  ['sqlm01', 'rehearse', 'sslcert.set'],
  ['sqlm01', 'publish', 'cer.publish'],
  ['sqlm01', 'master', 'sslcert.set'],
  ['sqlm01', 'master', 'setting.write'],
  ['sqlm01', 'master', 'service.restart'],
  ['sqlw01', 'workers', 'setting.write'],
  ['sqlw01', 'workers', 'service.restart'],
];

/** How an order of a stage ended on a machine that behaves differently; if it is armed, it is told to go. */
async function carriedOut(rig: Rig, plan: Plan, name: string, stage: string, host: Partial<WindowsHost>) {
  const runner = rig.runner(name, { host: { ...rig.windowsHost(name), ...host } });
  await runner.start();
  const order = rig.order(plan, name, 'apply', stage);
  await runner.receive(rig.seal(order));
  await runner.idle();
  if (outcomeOf(rig.entries(name), order.n) === 'nothing') await runner.receive(rig.said(order, 'go'));
  await runner.idle();
  await runner.stop();
  return outcomeOf(rig.entries(name), order.n);
}

describe.each(CHANGES)('on %s in stage %s, when %s', (name, stage, type) => {
  test.each<Fault>(['fail', 'lie', 'hang'])('goes wrong (%s), the machine is as before and says so', async (kind) => {
    const { rig, plan } = await rigBefore(stage);
    const machine = rig.machines.get(name);
    const before = stateOf(machine);
    machine?.faults.set(type, { kind, times: 1 });
    expect(await rig.run(plan, name, 'apply', stage)).toBe('put-back');
    expect(stateOf(machine)).toEqual(before);
    expect(rig.entries(name).filter((entry) => entry.type === 'failed')).toHaveLength(1);
  });

  test('reports a failure but has done it, a fresh look decides', async () => {
    const { rig, plan } = await rigBefore(stage);
    rig.machines.get(name)?.faults.set(type, { kind: 'late', times: 1 });
    expect(await rig.run(plan, name, 'apply', stage)).toBe('applied');
  });
});

describe('where there is no room for the copy of its settings, a machine', () => {
  const tryRoomForCopy = async () => {
    throw new CertopsError('FileNotWritable', { file: 'x', reason: 'ENOSPC' });
  };

  test.each([
    ['sqlm01', 'master'],
    ['sqlw01', 'workers'],
  ])('refuses the order that would change them, before anybody is cut off: %s, %s', async (name, stage) => {
    const { rig, plan } = await rigBefore(stage);
    expect(await carriedOut(rig, plan, name, stage, { tryRoomForCopy })).toBe('refused FileNotWritable');
  });

  test('takes any other order', async () => {
    const { rig, plan } = await rigBefore('publish');
    expect(await carriedOut(rig, plan, 'sqlm01', 'publish', { tryRoomForCopy })).toBe('applied');
  });

  test('goes on with what it has begun: the copy was made then', async () => {
    const { rig, plan } = await rigBefore('master');
    expect(await rig.run(plan, 'sqlm01', 'apply', 'master')).toBe('applied');
    expect(await carriedOut(rig, plan, 'sqlm01', 'master', { tryRoomForCopy })).not.toMatch(/^refused/u);
  });

  test('goes back all the same', async () => {
    const { rig, plan } = await rigBefore('workers');
    const before = rig.machines.get('sqlm01')?.settings.master?.SSLCertThumbprint;
    const runner = rig.runner('sqlm01', { host: { ...rig.windowsHost('sqlm01'), tryRoomForCopy } });
    await runner.start();
    await runner.receive(rig.seal(rig.order(plan, 'sqlm01', 'undo', 'master')));
    await runner.idle();
    await runner.stop();
    expect(before).not.toBe(rig.old.thumbprint);
    expect(rig.machines.get('sqlm01')?.settings.master?.SSLCertThumbprint).toBe(rig.old.thumbprint);
  });
});

describe('a service that was seen running after a restart, and then not, or as another process,', () => {
  /** Restarts it all the same, so that every later look finds it running. */
  function crashing(world: WindowsHost, code: string, times: number): Partial<WindowsHost> {
    let left = times;
    return {
      async perform(change, signal) {
        await world.perform(change, signal);
        if (change.type !== 'service.restart' || left === 0) return;
        left -= 1;
        throw new CertopsError(code, { service: 'SSISScaleOutMaster160', ran: 4711 });
      },
    };
  }

  test.each(['ServiceRestartsItself', 'ServiceNotRunning'])(
    'has failed with %s, and is put back, even if it looks well a moment later',
    async (code) => {
      const { rig, plan } = await rigBefore('master');
      const before = stateOf(rig.machines.get('sqlm01'));
      expect(await carriedOut(rig, plan, 'sqlm01', 'master', crashing(rig.windowsHost('sqlm01'), code, 1))).toBe(
        'put-back',
      );
      expect(rig.entries('sqlm01').find(({ type }) => type === 'failed')).toMatchObject({ code });
      expect(stateOf(rig.machines.get('sqlm01'))).toEqual(before);
    },
  );

  test('is restarted again if it does so once on the way back too', async () => {
    const { rig, plan } = await rigBefore('master');
    const before = stateOf(rig.machines.get('sqlm01'));
    const host = crashing(rig.windowsHost('sqlm01'), 'ServiceRestartsItself', 2);
    expect(await carriedOut(rig, plan, 'sqlm01', 'master', host)).toBe('put-back');
    expect(stateOf(rig.machines.get('sqlm01'))).toEqual(before);
  });

  test('is unknown if it does so each time on the way back', async () => {
    const { rig, plan } = await rigBefore('master');
    const host = crashing(rig.windowsHost('sqlm01'), 'ServiceRestartsItself', 99);
    expect(await carriedOut(rig, plan, 'sqlm01', 'master', host)).toBe('unknown');
  });
});

describe('putting back', () => {
  test('ends as unknown, with the facts seen, if it is refused too', async () => {
    const { rig, plan } = await rigBefore('workers');
    rig.machines.get('sqlw01')?.faults.set('service.restart', { kind: 'fail', times: 9 });
    expect(await rig.run(plan, 'sqlw01', 'apply', 'workers')).toBe('unknown');
    const finished = rig.entries('sqlw01').at(-1);
    expect(finished).toMatchObject({ type: 'finished', facts: { 'sqlw01/workers/restart-service': { pid: 1200 } } });
    // What could be put back was.
    expect(rig.machines.get('sqlw01')?.settings.worker?.MasterHttpsCertThumbprint).toBe(rig.old.thumbprint);
  });

  test('ends as unknown if one step of it is refused, even if all others are done and the old certificate is presented', async () => {
    const { rig, plan } = await rigBefore('master');
    const machine = rig.machines.get('sqlm01');
    const { perform } = rig.windowsHost('sqlm01');
    machine?.faults.set('service.restart', { kind: 'fail', times: 1 });
    let writes = 0;
    const readOnly: Partial<WindowsHost> = {
      async perform(change, signal) {
        if (change.type === 'setting.write' && ++writes > 1) throw new CertopsError('FileReadOnly', {});
        await perform(change, signal);
      },
    };
    expect(await carriedOut(rig, plan, 'sqlm01', 'master', readOnly)).toBe('unknown');
    expect(machine?.settings.master?.SSLCertThumbprint).toBe(rig.refs().new?.thumbprint);
    expect(machine?.bindings[0]?.thumbprint).toBe(rig.old.thumbprint);
    // Another order finds that step done, and does not put it back: what an earlier one left is in doubt still.
    machine?.faults.set('service.restart', { kind: 'fail', times: 1 });
    expect(await carriedOut(rig, plan, 'sqlm01', 'master', {})).toBe('unknown');
    expect(machine?.settings.master?.SSLCertThumbprint).toBe(rig.refs().new?.thumbprint);
    expect(machine?.bindings[0]?.thumbprint).toBe(rig.old.thumbprint);
  });

  test('tries a failed tool again, for nobody else will', async () => {
    const { rig, plan } = await rigBefore('workers');
    const before = stateOf(rig.machines.get('sqlw01'));
    // Once on the way forth, twice on the way back.
    rig.machines.get('sqlw01')?.faults.set('service.restart', { kind: 'fail', times: 3 });
    expect(await rig.run(plan, 'sqlw01', 'apply', 'workers')).toBe('put-back');
    expect(stateOf(rig.machines.get('sqlw01'))).toEqual(before);
  });

  test.each(['sqlw01', 'sqlm01'])(
    'starts a service again even if one step on %s took all of the time',
    async (name) => {
      const stage = name === 'sqlm01' ? 'master' : 'workers';
      const { rig, plan } = await rigBefore(stage);
      const machine = rig.machines.get(name);
      const before = stateOf(machine);
      machine?.faults.set('service.restart', { kind: 'fail', times: 1 });
      const world = rig.windowsHost(name);
      let writes = 0;
      const slow: Partial<WindowsHost> = {
        async perform(change, signal) {
          // As the adapters do it: they look first, and what was told to end by then begins nothing.
          await rig.clock.sleep(20);
          if (signal.aborted) throw new CertopsError('ChangeStopped', { change: change.type });
          await world.perform(change, signal);
          if (change.type === 'setting.write' && ++writes === 2) await rig.clock.sleep(600_000);
        },
      };
      await carriedOut(rig, plan, name, stage, slow);
      expect(stateOf(machine)).toEqual(before);
      expect(rig.entries(name).filter((entry) => entry.type === 'undone')).toHaveLength(name === 'sqlm01' ? 3 : 2);
    },
  );

  test.each([
    // It holds its order until its master is back.
    ['of sqlw01 that stops a moment after its time is over, and starts it', 'sqlw01', 70_000, 'nothing'],
    ['of sqlm01 that stops a moment after its time is over, and starts it', 'sqlm01', 70_000, 'put-back'],
    ['that never stops, but not forever', 'sqlm01', Number.POSITIVE_INFINITY, 'unknown'],
  ] as const)('waits for a service %s', async (_, name, stopsAfterMs, outcome) => {
    const stage = name === 'sqlm01' ? 'master' : 'workers';
    const role = name === 'sqlm01' ? 'master' : 'worker';
    const { rig, plan } = await rigBefore(stage);
    const machine = rig.machines.get(name);
    const before = stateOf(machine);
    const world = rig.windowsHost(name);
    let asked: number | null = null;
    let stopsAt = Number.POSITIVE_INFINITY;
    const isStopping = (): boolean => asked !== null && rig.clock.now() < stopsAt;
    const slow: Partial<WindowsHost> = {
      async service(of) {
        const facts = await world.service(of);
        return of === role && isStopping() ? { ...facts, state: 'stop-pending' } : facts;
      },
      // As the adapters do it: who has asked for a stop waits a minute for it, whatever its signal says.
      async perform(change, signal) {
        if (change.type === 'setting.write' && asked !== null) {
          // The step before it on the way back takes all of the time but what each part has for itself.
          await world.perform(change, signal);
          await rig.clock.sleep(100_000);
          stopsAt = rig.clock.now() + stopsAfterMs;
          return;
        }
        if (change.type !== 'service.restart') return world.perform(change, signal);
        if (asked !== null && signal.aborted && isStopping()) throw new CertopsError('ChangeStopped', {});
        asked ??= rig.clock.now();
        const until = Math.min(rig.clock.now() + 60_000, stopsAt);
        await rig.clock.sleep(until - rig.clock.now());
        if (isStopping()) throw new CertopsError('ServiceStuckStopping', { found: 'stop-pending' });
        await world.perform(change, signal);
      },
    };
    expect(await carriedOut(rig, plan, name, stage, slow)).toBe(outcome);
    if (outcome !== 'unknown') expect(stateOf(machine)).toEqual(before);
  });

  test('covers the steps of this order only, and leaves what an earlier order did', async () => {
    const { rig, plan } = await rigBefore('master');
    rig.machines.get('sqlm01')?.faults.set('service.restart', { kind: 'fail', times: 1 });
    await rig.run(plan, 'sqlm01', 'apply', 'master');
    expect(rig.machines.get('sqlm01')?.stores.Root.has(rig.refs().new?.thumbprint ?? '')).toBe(true);
  });

  test('happens when a worker is refused by the master, and its log line is named', async () => {
    const { rig, plan } = await rigBefore('workers');
    rig.machines.get('sqlw01')?.stores.Root.delete(rig.refs().new?.thumbprint ?? '');
    expect(await rig.run(plan, 'sqlw01', 'apply', 'workers')).toBe('put-back');
    const failed = rig.entries('sqlw01').find((entry) => entry.type === 'failed');
    expect(failed).toMatchObject({
      code: 'WorkerRefused',
      data: { found: { line: 'The remote certificate is invalid' } },
    });
  });

  test('happens when nothing can tell whether a worker is connected, and the lack of a witness is named', async () => {
    const { rig, plan } = await rigBefore('workers');
    rig.machines.get('sqlw01')?.blind.add('log').add('tcp');
    expect(await rig.run(plan, 'sqlw01', 'apply', 'workers')).toBe('put-back');
    expect(rig.entries('sqlw01').find((entry) => entry.type === 'failed')).toMatchObject({ code: 'NoWitness' });
  });

  test('happens when what was written is lost afterwards, although the master presents the new certificate', async () => {
    const { rig, plan } = await rigBefore('master');
    const machine = rig.machines.get('sqlm01');
    const before = stateOf(machine);
    const host = rig.windowsHost('sqlm01');
    const forgetful: Partial<WindowsHost> = {
      async perform(change, signal) {
        await host.perform(change, signal);
        const settings = machine?.settings.master;
        if (change.type === 'service.restart' && settings) settings.SSLCertThumbprint = rig.old.thumbprint;
      },
    };
    expect(await carriedOut(rig, plan, 'sqlm01', 'master', forgetful)).toBe('put-back');
    expect(rig.entries('sqlm01').find(({ type }) => type === 'failed')).toMatchObject({
      step: 'sqlm01/master/write-setting',
      code: 'SettingDiffers',
    });
    expect(stateOf(machine)).toEqual(before);
  });

  test('happens at once when what was written is lost afterwards, whatever is still waited for', async () => {
    const { rig, plan } = await rigBefore('workers');
    const machine = rig.machines.get('sqlw01');
    const host = rig.windowsHost('sqlw01');
    const restarts: number[] = [];
    const forgetful: Partial<WindowsHost> = {
      async perform(change, signal) {
        await host.perform(change, signal);
        if (change.type !== 'service.restart') return;
        restarts.push(rig.clock.now());
        machine?.blind.add('log').add('tcp');
        if (machine?.settings.worker) machine.settings.worker.MasterHttpsCertThumbprint = rig.old.thumbprint;
      },
    };
    await carriedOut(rig, plan, 'sqlw01', 'workers', forgetful);
    const failed = rig.entries('sqlw01').find((entry) => entry.type === 'failed');
    expect(failed).toMatchObject({ step: 'sqlw01/workers/write-setting', code: 'SettingDiffers' });
    expect((restarts[1] ?? 0) - (restarts[0] ?? 0)).toBeLessThan(10_000);
  });

  test.each([
    ['the old certificate', 'certificate'],
    ['the key of the old certificate', 'key'],
  ])('leaves all as it is if %s is gone meanwhile, and says why: nothing is half put back', async (_, missing) => {
    const { rig, plan } = await rigBefore('master');
    const machine = rig.machines.get('sqlm01');
    const made = rig.refs().new?.thumbprint;
    const world = rig.windowsHost('sqlm01');
    machine?.faults.set('service.restart', { kind: 'fail', times: 1 });
    const losing: Partial<WindowsHost> = {
      async perform(change, signal) {
        const root = machine?.stores.Root;
        const kept = root?.get(rig.old.thumbprint);
        if (change.type === 'service.restart') root?.delete(rig.old.thumbprint);
        if (change.type === 'service.restart' && missing === 'key' && kept !== undefined)
          root?.set(rig.old.thumbprint, { ...kept, facts: { ...kept.facts, privateKey: 'no' } });
        await world.perform(change, signal);
      },
    };
    expect(await carriedOut(rig, plan, 'sqlm01', 'master', losing)).toBe('unknown');
    const last = rig.entries('sqlm01').findLast(({ type }) => type === 'failed');
    expect(last).toMatchObject({ code: 'OldCertificateGone', data: { thumbprint: rig.old.thumbprint, missing } });
    expect(machine?.bindings.map(({ thumbprint }) => thumbprint)).toEqual([made]);
    expect(machine?.settings.master?.SSLCertThumbprint).toBe(made);
  });

  test('ends as unknown if each step is back but the master presents nothing all the same', async () => {
    const { rig, plan } = await rigBefore('master');
    const world = rig.windowsHost('sqlm01');
    let isSilent = false;
    const silent: Partial<WindowsHost> = {
      async perform(change, signal) {
        await world.perform(change, signal);
        isSilent ||= change.type === 'service.restart';
      },
      async handshake(probe) {
        const seen = await world.handshake(probe);
        return isSilent ? { ...seen, thumbprint: null, error: 'ECONNRESET' } : seen;
      },
    };
    expect(await carriedOut(rig, plan, 'sqlm01', 'master', silent)).toBe('unknown');
    const undone = rig.entries('sqlm01').flatMap((entry) => (entry.type === 'undone' ? [entry.step] : []));
    expect(undone).toEqual(['sqlm01/master/bind-port', 'sqlm01/master/write-setting', 'sqlm01/master/restart-service']);
  });

  test('is not needed if the TCP connection alone can tell: it is named as the witness', async () => {
    const { rig, plan } = await rigBefore('workers');
    rig.machines.get('sqlw01')?.blind.add('log');
    expect(await rig.run(plan, 'sqlw01', 'apply', 'workers')).toBe('applied');
    const proved = rig.entries('sqlw01').filter((entry) => entry.type === 'proved');
    expect(proved).toContainEqual(expect.objectContaining({ facts: expect.objectContaining({ witness: 'tcp' }) }));
  });
});

describe('a service that was not running', () => {
  test('is not started, but its file is written all the same', async () => {
    const { rig } = await rigBefore('create');
    const worker = rig.machines.get('sqlw01')?.services.worker;
    if (worker !== undefined) worker.facts = { ...worker.facts, state: 'stopped', pid: 0 };
    const plan = await rig.plan();
    for (const [name, stage] of [
      ['sqlm01', 'create'],
      ['sqlw01', 'trust'],
      ['sqlm01', 'master'],
    ] as const) {
      expect(await rig.run(plan, name, 'apply', stage)).toBe('applied');
    }
    expect(await rig.run(plan, 'sqlw01', 'apply', 'workers')).toBe('applied');
    expect(rig.machines.get('sqlw01')?.services.worker?.facts.state).toBe('stopped');
    expect(rig.machines.get('sqlw01')?.settings.worker?.MasterHttpsCertThumbprint).toBe(rig.refs().new?.thumbprint);
  });
});

describe('a full disk', () => {
  test('takes no order and changes nothing', async () => {
    const { rig, plan } = await rigBefore('workers');
    rig.diskOf('sqlw01').full = true;
    const before = rig.machines.get('sqlw01')?.performed.length;
    expect(await rig.run(plan, 'sqlw01', 'apply', 'workers')).toBe('nothing');
    expect(rig.machines.get('sqlw01')?.performed).toHaveLength(before ?? -1);
  });

  test('in the middle of an order has it put back, which is recorded once there is room', async () => {
    const { rig, plan } = await rigBefore('workers');
    const disk = rig.diskOf('sqlw01');
    const machine = rig.machines.get('sqlw01');
    const before = stateOf(machine);
    const inner = rig.windowsHost('sqlw01');
    const runner = rig.runner('sqlw01', {
      host: {
        ...inner,
        async perform(change, signal) {
          disk.full = true;
          await inner.perform(change, signal);
        },
      },
    });
    const order = rig.order(plan, 'sqlw01', 'apply', 'workers');
    await runner.start();
    await runner.receive(rig.seal(order));
    await rig.clock.sleep(30_000);
    expect(stateOf(machine)).toEqual(before);
    disk.full = false;
    await runner.idle();
    await runner.stop();
    expect(outcomeOf(rig.entries('sqlw01'), order.n)).toBe('put-back');
    expect(rig.entries('sqlw01')).toContainEqual(expect.objectContaining({ code: 'JournalNotWritable' }));
  });
});

test('facts that an earlier order has moved under the same plan are no reason to refuse the next', async () => {
  const { rig, plan } = await rigBefore('publish');
  const outcomes = [];
  for (const _again of [1, 2]) outcomes.push(await rig.run(plan, 'sqlm01', 'apply', 'publish'));
  expect(outcomes).toEqual(['applied', 'unchanged']);
});
