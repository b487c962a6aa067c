import type { Runner } from '../../../../src/app/runner/deps.ts';
import { parseRunnerEntry } from '../../../../src/domain/journal/runner-entries.ts';
import type { Plan } from '../../../../src/domain/plan/plan.ts';
import type { Json } from '../../../../src/domain/values.ts';
import { outcomeOf, type Rig, rigBefore } from '../rig.ts';

test('an undo trusts nothing that was read for the order before it: a service may be registered anew since', async () => {
  const { rig, plan } = await rigBefore('workers');
  await rig.run(plan, 'sqlw01', 'apply', 'workers');
  const did: string[] = [];
  const world = rig.windowsHost('sqlw01');
  const one = rig.runner('sqlw01', {
    host: {
      ...world,
      forget: () => void did.push('forget'),
      service(role) {
        did.push('service');
        return world.service(role);
      },
    },
  });
  await one.start();
  did.length = 0;
  await one.receive(rig.seal(rig.order(plan, 'sqlw01', 'undo', 'workers')));
  await one.idle();
  await one.stop();
  expect(did.slice(0, 2)).toEqual(['forget', 'service']);
});

describe('an undo of a worker', () => {
  test('that was touched restarts it once, right away', async () => {
    const { rig, plan } = await rigBefore('workers');
    await rig.run(plan, 'sqlw01', 'apply', 'workers');
    await rig.run(plan, 'sqlm01', 'undo', 'master');
    const machine = rig.machines.get('sqlw01');
    const pid = machine?.services.worker?.facts.pid ?? 0;
    expect(await rig.run(plan, 'sqlw01', 'undo', 'workers')).toBe('put-back');
    expect(machine?.services.worker?.facts.pid).toBe(pid + 1000);
  });

  test('that was never touched leaves it alone while it comes back by itself, and tells of no step that went back', async () => {
    const { rig, plan } = await rigBefore('workers');
    await rig.run(plan, 'sqlm01', 'undo', 'master');
    expect(await rig.run(plan, 'sqlw02', 'undo', 'workers')).toBe('put-back');
    expect(rig.machines.get('sqlw02')?.services.worker?.facts.pid).toBe(1200);
    expect(rig.entries('sqlw02').map(({ type }) => type)).not.toContain('undone');
  });

  test('that was never touched and stays away restarts it after two heartbeats', async () => {
    const { rig, plan } = await rigBefore('workers');
    await rig.run(plan, 'sqlm01', 'undo', 'master');
    const machine = rig.machines.get('sqlw02');
    if (machine !== undefined) Object.assign(machine, { staysAway: true, refusedAtStart: true });
    const at = rig.clock.now();
    expect(await rig.run(plan, 'sqlw02', 'undo', 'workers', { timeLimitMs: 600_000 })).toBe('put-back');
    expect(rig.clock.now() - at).toBeGreaterThanOrEqual(120_000);
    expect(machine?.services.worker?.facts.pid).toBe(2200);
  });

  test.each([
    ['00:00:30', 60_000],
    [' 00:01:30.5 ', 180_000],
    ['01:00:00', 300_000],
    ['soon', 120_000],
    [null, 120_000],
  ])(
    'that was never touched waits for two heartbeats by its own settings, and at most half of its time: %j',
    async (interval, waitedMs) => {
      const { rig, plan } = await rigBefore('workers');
      await rig.run(plan, 'sqlm01', 'undo', 'master');
      const machine = rig.machines.get('sqlw02');
      if (machine?.settings.worker === undefined) throw new Error('no worker');
      Object.assign(machine, { staysAway: true, refusedAtStart: true });
      if (interval !== null) Object.assign(machine.settings.worker, { AgentHeartbeatInterval: interval });
      const restartedAt: number[] = [];
      const world = rig.windowsHost('sqlw02');
      const perform: typeof world.perform = (change, signal) => {
        if (change.type === 'service.restart') restartedAt.push(rig.clock.now());
        return world.perform(change, signal);
      };
      const deps = { host: { ...world, perform }, heartbeatMs: undefined } as unknown as Parameters<
        typeof rig.runner
      >[1];
      const runner = rig.runner('sqlw02', deps);
      const at = rig.clock.now();
      await runner.start();
      const order = rig.order(plan, 'sqlw02', 'undo', 'workers', { timeLimitMs: 600_000 });
      await runner.receive(rig.seal(order));
      await runner.idle();
      await runner.stop();
      expect(outcomeOf(rig.entries('sqlw02'), order.n)).toBe('put-back');
      expect(restartedAt).toHaveLength(1);
      const passed = (restartedAt[0] ?? 0) - at;
      expect(passed).toBeGreaterThanOrEqual(waitedMs);
      expect(passed).toBeLessThan(waitedMs + 10_000);
    },
  );

  test.each<readonly [string, boolean | null, number | null, number]>([
    ['with no connection since its master was away restarts it', false, -1, 1],
    ['nobody can read when, with no connection, restarts it', false, null, 1],
    ['with a connection leaves it alone', true, -1, 0],
    ['whose connections cannot be read leaves it alone', null, -1, 0],
    ['and whose log tells of a connection since leaves it alone', false, 1, 0],
  ])('that was armed, whose log tells of its connection, %s', async (_, tcp, toldAfterMs, restarts) => {
    const { rig, plan } = await rigBefore('master');
    const world = rig.windowsHost('sqlw02');
    const machine = rig.machines.get('sqlw02');
    let at: string | null = null;
    const connectionWitness: typeof world.connectionWitness = async () => {
      const { log, ...seen } = await world.connectionWitness();
      const isNew = machine?.services.worker?.facts.pid !== 1200;
      return { ...seen, log: { state: 'connected', line: 'Registered.', ...log, at }, tcp: isNew ? false : tcp };
    };
    const runner = rig.runner('sqlw02', { host: { ...world, connectionWitness } });
    await runner.start();
    const armed = rig.order(plan, 'sqlw02', 'apply', 'workers', { timeLimitMs: 600_000 });
    await runner.receive(rig.seal(armed));
    await runner.idle();
    at = toldAfterMs === null ? null : new Date(rig.clock.now() + toldAfterMs).toISOString();
    await rig.clock.sleep(1_000);
    const undo = rig.order(plan, 'sqlw02', 'undo', 'workers', { timeLimitMs: 600_000 });
    await runner.receive(rig.seal(undo));
    await runner.idle();
    await runner.stop();
    expect(outcomeOf(rig.entries('sqlw02'), undo.n)).toBe('put-back');
    expect(machine?.services.worker?.facts.pid).toBe(1200 + 1000 * restarts);
  });

  /** A worker whose machine shows it connected only from that time on. */
  const connectedFrom = (rig: Rig, inAt: number) => {
    const world = rig.windowsHost('sqlw01');
    const connectionWitness = async () => {
      const seen = await world.connectionWitness();
      return rig.clock.now() < inAt ? { ...seen, log: null, tcp: false } : seen;
    };
    return rig.runner('sqlw01', { host: { ...world, connectionWitness } });
  };

  /** An undo of a worker that this rotation has moved, and that is connected again only so much later. */
  async function slowUndo(
    meanwhile: (rig: Rig, runner: Runner, plan: Plan) => Promise<void>,
    { afterMs = 300_000 }: { readonly afterMs?: number } = {},
  ) {
    const { rig, plan } = await rigBefore('workers');
    await rig.run(plan, 'sqlw01', 'apply', 'workers');
    await rig.run(plan, 'sqlm01', 'undo', 'master');
    const pidOf = (): number => rig.machines.get('sqlw01')?.services.worker?.facts.pid ?? 0;
    const pid = pidOf();
    const inAt = rig.clock.now() + afterMs;
    const runner = connectedFrom(rig, inAt);
    await runner.start();
    const order = rig.order(plan, 'sqlw01', 'undo', 'workers', { timeLimitMs: 600_000 });
    await runner.receive(rig.seal(order));
    await meanwhile(rig, runner, plan);
    await runner.idle();
    await runner.stop();
    const waitedMs = rig.clock.now() - inAt;
    return { outcome: outcomeOf(rig.entries('sqlw01'), order.n), restarts: (pidOf() - pid) / 1000, waitedMs };
  }

  test('that was touched and is slow to connect does not restart it a second time, for as long as the order may take', async () => {
    const { outcome, restarts, waitedMs } = await slowUndo(async () => {});
    expect([outcome, restarts]).toEqual(['put-back', 1]);
    expect(waitedMs).toBeGreaterThanOrEqual(0);
  });

  test('that was touched and does not come back at all is restarted once, and then a person is asked', async () => {
    const { outcome, restarts } = await slowUndo(async () => {}, { afterMs: Number.POSITIVE_INFINITY });
    expect([outcome, restarts]).toEqual(['unknown', 1]);
  });

  test('that cannot be taken back asks a person at once, for nothing that is waited for would prove it', async () => {
    const { rig, plan } = await rigBefore('workers');
    await rig.run(plan, 'sqlw01', 'apply', 'workers');
    await rig.run(plan, 'sqlm01', 'undo', 'master');
    rig.machines.get('sqlw01')?.faults.set('setting.write', { kind: 'fail', times: 99 });
    const at = rig.clock.now();
    expect(await rig.run(plan, 'sqlw01', 'undo', 'workers', { timeLimitMs: 600_000 })).toBe('unknown');
    expect(rig.clock.now() - at).toBeLessThan(60_000);
    const failed = rig.entries('sqlw01').filter(({ type }) => type === 'failed');
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.map((entry) => JSON.stringify(entry))).toEqual([
      ...new Set(failed.map((entry) => JSON.stringify(entry))),
    ]);
  });

  test('that is slow to connect goes on waiting even if all is stopped meanwhile', async () => {
    const { outcome, restarts } = await slowUndo(async (rig, runner) => {
      await rig.clock.sleep(60_000);
      await runner.receive(rig.seal(rig.order(null, 'sqlw01', 'stop', null)));
    });
    expect([outcome, restarts]).toEqual(['put-back', 1]);
  });

  test('that a runner takes up again after an hour has all of its time, as nobody may be left half-way', async () => {
    const { rig, plan } = await rigBefore('workers');
    await rig.run(plan, 'sqlw01', 'apply', 'workers');
    await rig.run(plan, 'sqlm01', 'undo', 'master');
    const order = rig.order(plan, 'sqlw01', 'undo', 'workers', { timeLimitMs: 600_000 });
    const runner = connectedFrom(rig, Number.POSITIVE_INFINITY);
    await runner.start();
    await runner.receive(rig.seal(order));
    await rig.clock.sleep(60_000);
    await runner.stop();
    expect(outcomeOf(rig.entries('sqlw01'), order.n)).toBe('nothing');
    rig.clock.set(rig.clock.now() + 3_600_000);
    const again = connectedFrom(rig, rig.clock.now() + 300_000);
    await again.start();
    await again.idle();
    await again.stop();
    expect(outcomeOf(rig.entries('sqlw01'), order.n)).toBe('put-back');
  });

  test('that is slow takes no time from an order that waits behind it', async () => {
    const waiting: string[] = [];
    await slowUndo(async (rig, runner, plan) => {
      const order = rig.order(plan, 'sqlw01', 'apply', 'trust');
      await runner.receive(rig.seal(order));
      await runner.idle();
      waiting.push(outcomeOf(rig.entries('sqlw01'), order.n));
    });
    expect(waiting).toEqual(['unchanged']);
  });

  test('that put itself back while the master was new restarts it, for it has not come back', async () => {
    const { rig, plan } = await rigBefore('workers');
    const machine = rig.machines.get('sqlw01');
    if (machine !== undefined) machine.staysAway = true;
    machine?.faults.set('service.restart', { kind: 'lie', times: 1 });
    expect(await rig.run(plan, 'sqlw01', 'apply', 'workers')).toBe('put-back');
    await rig.run(plan, 'sqlm01', 'undo', 'master');
    expect(machine?.refusedAtStart).toBe(true);
    expect(await rig.run(plan, 'sqlw01', 'undo', 'workers')).toBe('put-back');
    expect(machine?.refusedAtStart).toBe(false);
  });
});

test('An undo of a new certificate leaves a key that is in use by then, whoever signed the order', async () => {
  const { rig, plan } = await rigBefore('workers');
  const made = rig.refs().new?.thumbprint ?? '';
  expect(await rig.run(plan, 'sqlm01', 'undo', 'create')).toBe('unknown');
  expect(rig.entries('sqlm01').findLast(({ type }) => type === 'failed')).toMatchObject({ code: 'CertificateInUse' });
  expect(rig.machines.get('sqlm01')?.stores.Root.get(made)?.facts.privateKey).toBe('yes');
});

test('An undo of a certificate that had to be made twice is not proved while either of the two is still there', async () => {
  const { rig, plan } = await rigBefore('create');
  const world = rig.windowsHost('sqlm01');
  const journal = rig.journalOf('sqlm01');
  const stored = rig.machines.get('sqlm01')?.stores.Root;
  const before = [...(stored?.keys() ?? [])];
  const order = rig.order(plan, 'sqlm01', 'apply', 'create');
  /** It dies when its first certificate is there, whose key is not. */
  const died = new Promise<void>((resolve) => {
    let isDead = false;
    const never = new Promise<never>(() => {});
    const perform: typeof world.perform = async (change, signal) => {
      await world.perform(change, signal);
      if (change.type !== 'certificate.import') return;
      const half = stored?.get(change.made.thumbprint);
      if (half !== undefined)
        stored?.set(change.made.thumbprint, { ...half, facts: { ...half.facts, privateKey: 'no' } });
      isDead = true;
      resolve();
      await never;
    };
    const append: typeof journal.append = (decide) => (isDead ? never : journal.append(decide));
    const sleep: typeof rig.clock.sleep = (ms, signal) => (isDead ? never : rig.clock.sleep(ms, signal));
    const dying = rig.runner('sqlm01', {
      host: { ...world, perform },
      journal: { ...journal, append },
      clock: { ...rig.clock, sleep },
    });
    void dying.start().then(() => dying.receive(rig.seal(order)));
  });
  await died;
  const again = rig.runner('sqlm01');
  await again.start();
  await again.idle();
  await again.stop();
  const made = [...(stored?.keys() ?? [])].filter((one) => !before.includes(one));
  expect([outcomeOf(rig.entries('sqlm01'), order.n), made.length]).toEqual(['applied', 2]);
  const perform: typeof world.perform = async (change, signal) => {
    if (change.type !== 'certificate.remove' || change.thumbprint !== made[0]) await world.perform(change, signal);
  };
  const undoing = rig.runner('sqlm01', { host: { ...world, perform } });
  await undoing.start();
  const undo = rig.order(plan, 'sqlm01', 'undo', 'create');
  await undoing.receive(rig.seal(undo));
  await undoing.idle();
  await undoing.stop();
  expect(outcomeOf(rig.entries('sqlm01'), undo.n)).toBe('unknown');
  expect(rig.entries('sqlm01').some(({ type, n }) => type === 'undone' && n === undo.n)).toBe(false);
  expect([...(stored?.keys() ?? [])]).toEqual([...before, made[0]]);
});

describe('An undo of trust alone, once all is proved,', () => {
  test('leaves a worker the certificate that it pins, whoever signed the order', async () => {
    const { rig, plan } = await rigBefore('nothing: all is applied');
    const made = rig.refs().new?.thumbprint ?? '';
    expect(await rig.run(plan, 'sqlw01', 'undo', 'trust')).toBe('unknown');
    expect(rig.entries('sqlw01').findLast(({ type }) => type === 'failed')).toMatchObject({ code: 'CertificateInUse' });
    expect(rig.machines.get('sqlw01')?.stores.Root.has(made)).toBe(true);
  });

  test('takes it away if the pin was put back before', async () => {
    const { rig, plan } = await rigBefore('nothing: all is applied');
    const made = rig.refs().new?.thumbprint ?? '';
    await rig.run(plan, 'sqlm01', 'undo', 'master');
    expect(await rig.run(plan, 'sqlw01', 'undo', 'workers')).toBe('put-back');
    expect(await rig.run(plan, 'sqlw01', 'undo', 'trust')).toBe('put-back');
    expect(rig.machines.get('sqlw01')?.stores.Root.has(made)).toBe(false);
  });
});

test('An undo of what somebody has changed by hand meanwhile says so in lines that the bot can read', async () => {
  const { rig, plan } = await rigBefore('workers');
  await rig.run(plan, 'sqlm01', 'undo', 'master');
  const settings = rig.machines.get('sqlw01')?.settings.worker ?? {};
  settings.MasterHttpsCertThumbprint = 'garbage';
  expect(await rig.run(plan, 'sqlw01', 'undo', 'workers')).toBe('unknown');
  const failed = rig.entries('sqlw01').filter(({ type }) => type === 'failed');
  expect(failed).toContainEqual(expect.objectContaining({ code: 'FactsMoved' }));
  for (const entry of rig.entries('sqlw01')) expect(parseRunnerEntry(entry as unknown as Json)).toEqual(entry);
});

test('an undo of a master that was never touched and does not answer restarts it at once: it has no heartbeat', async () => {
  const { rig, plan } = await rigBefore('master');
  const world = rig.windowsHost('sqlm01');
  const restartedAt: number[] = [];
  const has = (): boolean => restartedAt.length === 0;
  Object.assign(rig.machines.get('sqlm01') ?? {}, { silent: Object.assign(new Set(), { has }) });
  const perform: typeof world.perform = (change, signal) => {
    if (change.type === 'service.restart') restartedAt.push(rig.clock.now());
    return world.perform(change, signal);
  };
  const deps = { host: { ...world, perform }, heartbeatMs: undefined } as unknown as Parameters<typeof rig.runner>[1];
  const runner = rig.runner('sqlm01', deps);
  const at = rig.clock.now();
  await runner.start();
  const order = rig.order(plan, 'sqlm01', 'undo', 'master', { timeLimitMs: 600_000 });
  await runner.receive(rig.seal(order));
  await runner.idle();
  await runner.stop();
  expect(outcomeOf(rig.entries('sqlm01'), order.n)).toBe('put-back');
  expect(restartedAt).toHaveLength(1);
  expect((restartedAt[0] ?? 0) - at).toBeLessThan(10_000);
});
