import { createMemorySigner } from '../../../../adapters/memory/signer.ts';
import { statusLines } from '../../../../src/app/runner/here/status-lines.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import type { RunnerEntry } from '../../../../src/domain/journal/entries.ts';
import type { Order } from '../../../../src/domain/letters/protocol.ts';
import { writePlan } from '../../../../src/domain/plan/plan.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import { armedWorker, bound, MASTER, made, pinned, present, switchedMaster, WORKER } from '../cutover.ts';
import { forged, put } from '../forge.ts';
import { outcomeOf, type Rig, rigBefore } from '../rig.ts';

const typesOf = (rig: Rig, name: string, n: number): readonly RunnerEntry['type'][] =>
  rig.entries(name).flatMap((entry) => (entry.n === n ? [entry.type] : []));

describe('An armed worker', () => {
  test('has checked its order against the machine, and changes nothing until it is told to go', async () => {
    const { rig, order, runner } = await armedWorker();
    expect(typesOf(rig, WORKER, order.n)).toEqual(['accepted', 'armed']);
    await rig.clock.sleep(3_600_000);
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
    present(rig, made(rig));
    await runner.receive(rig.said(order, 'go'));
    await runner.idle();
    expect(pinned(rig, WORKER)).toBe(made(rig));
    expect(typesOf(rig, WORKER, order.n)).toContain('switched');
    expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('nothing');
    await runner.receive(rig.said(order, 'confirm'));
    await runner.idle();
    await runner.stop();
    expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('applied');
  });

  test('that is restarted as a version that does not understand its order changes nothing, and says so', async () => {
    const { rig, order, runner } = await armedWorker();
    await runner.stop();
    const { lines } = rig.disks.get(WORKER) ?? { lines: [] };
    lines.forEach((recorded, at) => {
      const { entry } = recorded.line;
      if (entry.type !== 'accepted' || entry.n !== order.n) return;
      const later = { ...entry, order: { ...entry.order, body: entry.order.body.replace('"v":1', '"v":2') } };
      lines[at] = { ...recorded, line: { ...recorded.line, entry: later } };
    });
    present(rig, made(rig));
    const shown = { own: rig.config(WORKER), version: '0', seen: { master: null, own: [] }, isPaused: false };
    const moment = { holder: null, now: rig.clock.now(), time: String };
    const said = statusLines({ ...shown, ...moment, state: rig.journalOf(WORKER).state() });
    expect(said.join('\n')).toContain('this one does not understand it');
    const again = rig.runner(WORKER);
    await again.start();
    await rig.clock.sleep(60_000);
    await again.idle();
    await again.stop();
    expect(rig.entries(WORKER)).toContainEqual(
      expect.objectContaining({ type: 'failed', n: order.n, code: 'OrderNotUnderstood' }),
    );
    expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('unknown');
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
  });

  test('does not go when told to while its master presents the old certificate, and goes as soon as it no longer does', async () => {
    const { rig, order, runner } = await armedWorker();
    await runner.receive(rig.said(order, 'go'));
    await rig.clock.sleep(60_000);
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
    present(rig, made(rig));
    await rig.clock.sleep(5_000);
    await runner.idle();
    await runner.stop();
    expect(pinned(rig, WORKER)).toBe(made(rig));
  });

  test('goes by itself once its master has presented the new certificate for ten seconds, and not before', async () => {
    const { rig, runner } = await armedWorker();
    present(rig, made(rig));
    await rig.clock.sleep(9_500);
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
    await rig.clock.sleep(5_000);
    await runner.idle();
    await runner.stop();
    expect(pinned(rig, WORKER)).toBe(made(rig));
  });

  test('waits while it is told to, and counts ten seconds from the last such signal', async () => {
    const { rig, order, runner } = await armedWorker();
    present(rig, made(rig));
    for (let word = 0; word < 20; word += 1) {
      await runner.receive(rig.said(order, 'wait'));
      await rig.clock.sleep(3_000);
    }
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
    await rig.clock.sleep(12_000);
    await runner.idle();
    await runner.stop();
    expect(pinned(rig, WORKER)).toBe(made(rig));
    // None of the words is journaled.
    expect(rig.entries(WORKER).filter(({ type }) => type === 'refused')).toEqual([]);
  });

  test('that was told to go, and then to wait before it could, waits', async () => {
    const { rig, order, runner } = await armedWorker();
    await runner.receive(rig.said(order, 'go'));
    await runner.receive(rig.said(order, 'wait'));
    present(rig, made(rig));
    await rig.clock.sleep(5_000);
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
    await runner.stop();
  });

  test('counts ten seconds anew after it could not see what its master presents', async () => {
    const { rig, runner } = await armedWorker();
    await runner.stop();
    let isReadable = true;
    const host = rig.windowsHost(WORKER);
    const setting: typeof host.setting = (...asked) =>
      isReadable ? host.setting(...asked) : Promise.reject(new CertopsError('SettingsUnreadable'));
    const again = rig.runner(WORKER, { host: { ...host, setting } });
    await again.start();
    present(rig, made(rig));
    await rig.clock.sleep(6_000);
    isReadable = false;
    await rig.clock.sleep(6_000);
    isReadable = true;
    await rig.clock.sleep(6_000);
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
    await rig.clock.sleep(8_000);
    await again.idle();
    await again.stop();
    expect(pinned(rig, WORKER)).toBe(made(rig));
  });

  test.each([
    ['another certificate', 'CD'.repeat(20)],
    ['nothing', null],
  ])('does nothing while its master presents %s', async (_, other) => {
    const { rig, order, runner } = await armedWorker();
    const machine = rig.machines.get(MASTER);
    if (other !== null) present(rig, other);
    else if (machine !== undefined) machine.bindings = [];
    await rig.clock.sleep(600_000);
    await runner.idle();
    await runner.stop();
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
    expect(typesOf(rig, WORKER, order.n)).toEqual(['accepted', 'armed']);
  });

  test('whose setting somebody has changed since leaves it as it is, and says so', async () => {
    const { rig, order, runner } = await armedWorker();
    const settings = rig.machines.get(WORKER)?.settings.worker;
    const other = 'CD'.repeat(20);
    if (settings !== undefined) settings.MasterHttpsCertThumbprint = other;
    present(rig, made(rig));
    await runner.receive(rig.said(order, 'go'));
    await runner.idle();
    await runner.stop();
    expect(pinned(rig, WORKER)).toBe(other);
    expect(rig.entries(WORKER)).toContainEqual(
      expect.objectContaining({ type: 'failed', n: order.n, code: 'FactsMoved' }),
    );
  });

  test('stays armed when its runner is killed and restarted, however late, and has its whole time then', async () => {
    const { rig, order, runner } = await armedWorker();
    await runner.stop();
    rig.clock.set(rig.clock.now() + 86_400_000);
    const host = rig.windowsHost(WORKER);
    const slow: typeof host = {
      ...host,
      async perform(change, signal) {
        await rig.clock.sleep(1_000, signal);
        await host.perform(change, signal);
      },
    };
    const again = rig.runner(WORKER, { host: slow });
    await again.start();
    expect(typesOf(rig, WORKER, order.n)).toEqual(['accepted', 'armed']);
    present(rig, made(rig));
    await rig.clock.sleep(15_000);
    await again.idle();
    await again.stop();
    expect(pinned(rig, WORKER)).toBe(made(rig));
  });

  test('is disarmed by a stop, without any change', async () => {
    const { rig, plan, order, runner } = await armedWorker();
    const earlier = rig.machines.get(WORKER)?.performed.length;
    const stop = rig.order(plan, WORKER, 'stop', 'workers');
    await runner.receive(rig.seal(stop));
    await runner.idle();
    present(rig, made(rig));
    await rig.clock.sleep(60_000);
    await runner.stop();
    expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('unchanged');
    expect(rig.machines.get(WORKER)?.performed).toHaveLength(earlier ?? -1);
  });

  test.each<readonly [string, Order['kind'], string]>([
    ['a look that belongs to no rotation', 'look', 'scan'],
    ['a stop of another rotation', 'stop', 'prod-16'],
  ])('stays armed through %s', async (_what, kind, rotation) => {
    const { rig, order, runner } = await armedWorker();
    const other = rig.order(null, WORKER, kind, null, { rotation });
    await runner.receive(rig.seal(other));
    await runner.idle();
    expect(typesOf(rig, WORKER, other.n)).toEqual(['accepted', 'finished']);
    expect(typesOf(rig, WORKER, order.n)).toEqual(['accepted', 'armed']);
    present(rig, made(rig));
    await runner.receive(rig.said(order, 'go'));
    await runner.idle();
    await runner.stop();
    expect(pinned(rig, WORKER)).toBe(made(rig));
  });

  test.each([
    ['', false],
    [', even while it is paused', true],
  ])('is let go as it is if all is confirmed before it went, and says that it has changed nothing%s', async (_, is) => {
    let isPaused = false;
    const { rig, order, runner } = await armedWorker(() => ({ paused: async () => isPaused }));
    isPaused = is;
    await rig.clock.sleep(5_000);
    await runner.receive(rig.said(order, 'confirm'));
    await runner.idle();
    present(rig, made(rig));
    await rig.clock.sleep(60_000);
    await runner.idle();
    await runner.stop();
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
    expect(typesOf(rig, WORKER, order.n)).toEqual(['accepted', 'armed', 'finished']);
    expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('unchanged');
  });

  test('that saw its master switch and go back before it went itself stays on the old certificate, and says so', async () => {
    const { rig, order, runner } = await armedWorker();
    present(rig, made(rig));
    await rig.clock.sleep(5_000);
    present(rig, rig.old.thumbprint);
    await rig.clock.sleep(10_000);
    await runner.idle();
    await runner.stop();
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
    expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('put-back');
  });

  test('is disarmed by the next rotation', async () => {
    const { rig, order, runner } = await armedWorker();
    const plan = await rig.plan();
    const other = forged(plan, WORKER, 'trust', { header: put('id', 'prod-18'), check: () => {} });
    const next = rig.order(other, WORKER, 'apply', 'trust', { rotation: 'prod-18', refs: {} });
    await runner.receive(rig.seal(next));
    await runner.idle();
    await runner.stop();
    expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('unchanged');
  });

  describe('that was killed while it followed', () => {
    async function killed() {
      const { rig, plan, order, runner } = await armedWorker();
      await runner.stop();
      const dies = { ...rig.windowsHost(WORKER), perform: (): Promise<void> => new Promise(() => {}) };
      let isDead = false;
      const sleep: typeof rig.clock.sleep = (ms, signal) =>
        isDead ? new Promise(() => {}) : rig.clock.sleep(ms, signal);
      const mortal = rig.runner(WORKER, { host: dies, clock: { ...rig.clock, sleep } });
      await mortal.start();
      present(rig, made(rig));
      await mortal.receive(rig.said(order, 'go'));
      await rig.clock.sleep(5_000);
      expect(typesOf(rig, WORKER, order.n)).toEqual(['accepted', 'armed', 'started']);
      isDead = true;
      return { rig, plan, order };
    }

    test('follows to the end, even if all is confirmed first', async () => {
      const { rig, order } = await killed();
      const again = rig.runner(WORKER);
      await again.start();
      await again.receive(rig.said(order, 'confirm'));
      await rig.clock.sleep(60_000);
      await again.idle();
      await again.stop();
      expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('applied');
      expect(pinned(rig, WORKER)).toBe(made(rig));
    });

    test('goes back if it was told to stop, and does not say that it has changed nothing', async () => {
      const { rig, plan, order } = await killed();
      const stop = rig.order(plan, WORKER, 'stop', 'workers');
      const { n, rotation, kind, stage, digest } = stop;
      const accepted = { type: 'accepted', n, rotation, kind, stage, digest, order: rig.seal(stop) } as const;
      await rig.journalOf(WORKER).append(() => ({ entries: [accepted], answer: null }));
      present(rig, rig.old.thumbprint);
      const again = rig.runner(WORKER);
      await again.start();
      await again.idle();
      await again.stop();
      expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('put-back');
      expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
    });
  });

  test('begins nothing while it is paused', async () => {
    let isPaused = false;
    const { rig, order, runner } = await armedWorker(() => ({ paused: async () => isPaused }));
    isPaused = true;
    present(rig, made(rig));
    await runner.receive(rig.said(order, 'go'));
    await rig.clock.sleep(60_000);
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
    isPaused = false;
    await rig.clock.sleep(5_000);
    await runner.idle();
    await runner.stop();
    expect(pinned(rig, WORKER)).toBe(made(rig));
  });

  test('that had begun to follow finishes it, even if its runner is restarted while paused', async () => {
    const { rig, order, runner } = await armedWorker();
    const { perform } = rig.windowsHost(WORKER);
    await runner.stop();
    const writing = rig.runner(WORKER, {
      host: {
        ...rig.windowsHost(WORKER),
        async perform(change, signal) {
          await perform(change, signal);
          // The order to stop comes while its file is being written.
          if (change.type === 'setting.write') void writing.stop();
        },
      },
    });
    await writing.start();
    present(rig, made(rig));
    await rig.clock.sleep(20_000);
    await writing.idle();
    expect([pinned(rig, WORKER), typesOf(rig, WORKER, order.n)]).toEqual([
      made(rig),
      ['accepted', 'armed', 'started', 'done'],
    ]);
    const again = rig.runner(WORKER, { paused: async () => true });
    await again.start();
    await rig.clock.sleep(20_000);
    await again.idle();
    await again.stop();
    expect(typesOf(rig, WORKER, order.n)).toContain('switched');
  });
});

describe('A worker that has followed', () => {
  async function followed() {
    const farm = await armedWorker();
    present(farm.rig, made(farm.rig));
    await farm.runner.receive(farm.rig.said(farm.order, 'go'));
    await farm.runner.idle();
    expect(pinned(farm.rig, WORKER)).toBe(made(farm.rig));
    return farm;
  }

  test('goes back with its master, and is connected again', async () => {
    const { rig, order, runner } = await followed();
    present(rig, rig.old.thumbprint);
    await rig.clock.sleep(10_000);
    await runner.idle();
    await runner.stop();
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
    expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('put-back');
    expect((await rig.looks())[WORKER]?.worker?.connection.log?.state).toBe('connected');
  });

  test.each([
    ['was dead meanwhile', false],
    ['has been paused since', true],
  ])('goes back with its master even if its runner %s', async (_what, isPaused) => {
    const { rig, runner } = await followed();
    await runner.stop();
    present(rig, rig.old.thumbprint);
    rig.clock.set(rig.clock.now() + 86_400_000);
    const again = rig.runner(WORKER, { paused: async () => isPaused });
    await again.start();
    await rig.clock.sleep(10_000);
    await again.idle();
    await again.stop();
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
  });

  test('stays if it has seen its master on the old certificate for one moment only', async () => {
    const { rig, order, runner } = await followed();
    await runner.stop();
    const host = rig.windowsHost(WORKER);
    let glances = 0;
    const handshake: typeof host.handshake = async (asked) => {
      const shown = await host.handshake(asked);
      glances += 1;
      return glances === 3 ? { ...shown, thumbprint: rig.old.thumbprint } : shown;
    };
    const again = rig.runner(WORKER, { host: { ...host, handshake } });
    await again.start();
    await rig.clock.sleep(20_000);
    await again.idle();
    await again.stop();
    expect(glances).toBeGreaterThan(5);
    expect(pinned(rig, WORKER)).toBe(made(rig));
    expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('nothing');
  });

  test('stays when it is told to stop, and goes back when its master does', async () => {
    const { rig, plan, runner } = await followed();
    await runner.receive(rig.seal(rig.order(plan, WORKER, 'stop', 'workers')));
    await rig.clock.sleep(60_000);
    expect(pinned(rig, WORKER)).toBe(made(rig));
    present(rig, rig.old.thumbprint);
    await rig.clock.sleep(10_000);
    await runner.idle();
    await runner.stop();
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
  });

  test('and died while it went back goes back all the way, although it has taken an order of the next rotation since', async () => {
    const { rig, plan, order, runner } = await followed();
    await runner.stop();
    present(rig, rig.old.thumbprint);
    const later = forged(plan, WORKER, 'trust', { header: put('id', 'prod-18'), check: () => {} });
    const next = rig.order(later, WORKER, 'apply', 'trust', { rotation: 'prod-18', refs: {} });
    const { n, rotation, kind, stage, digest } = next;
    const failed = { type: 'failed', n: order.n, rotation: 'prod-17', step: null, code: 'MasterWentBack' } as const;
    const entries: readonly RunnerEntry[] = [
      { ...failed, data: {} },
      { type: 'accepted', n, rotation, kind, stage, digest, order: rig.seal(next) },
    ];
    await rig.journalOf(WORKER).append(() => ({ entries, answer: null }));
    const again = rig.runner(WORKER);
    await again.start();
    await again.idle();
    await again.stop();
    expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('put-back');
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
  });

  test('is let go by an undo of its stage, which puts it back', async () => {
    const { rig, plan, order, runner } = await followed();
    present(rig, rig.old.thumbprint);
    const undo = rig.order(plan, WORKER, 'undo', 'workers');
    await runner.receive(rig.seal(undo));
    await runner.idle();
    await runner.stop();
    expect([outcomeOf(rig.entries(WORKER), order.n), outcomeOf(rig.entries(WORKER), undo.n)]).toEqual([
      'applied',
      'put-back',
    ]);
  });
});

test('A worker that could not follow is put back at once, and is proved to be back once its master went back', async () => {
  const { rig, order, runner } = await armedWorker();
  const machine = rig.machines.get(WORKER);
  if (machine !== undefined) machine.staysAway = true;
  machine?.faults.set('service.restart', { kind: 'fail', times: 1 } as never);
  present(rig, made(rig));
  await runner.receive(rig.said(order, 'go'));
  await runner.idle();
  expect(typesOf(rig, WORKER, order.n)).toContain('failed');
  expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
  expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('nothing');
  present(rig, rig.old.thumbprint);
  await rig.clock.sleep(300_000);
  await runner.idle();
  await runner.stop();
  expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('put-back');
  expect((await rig.looks())[WORKER]?.worker?.connection.log?.state).toBe('connected');
});

test('A worker that waits to be let in goes back as soon as its master has, and says that this was why', async () => {
  const { rig, order, runner } = await armedWorker();
  // It does not trust the new certificate, so it is not let in.
  rig.machines.get(WORKER)?.stores.Root.delete(made(rig) as never);
  present(rig, made(rig));
  await runner.receive(rig.said(order, 'go'));
  await rig.clock.sleep(5_000);
  expect(pinned(rig, WORKER)).toBe(made(rig));
  present(rig, rig.old.thumbprint);
  await rig.clock.sleep(10_000);
  await runner.idle();
  await runner.stop();
  expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
  const failed = rig.entries(WORKER).filter((entry) => entry.type === 'failed');
  expect(failed).toEqual([expect.objectContaining({ n: order.n, code: 'MasterWentBack' })]);
  expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('put-back');
});

describe('A master that has switched', () => {
  test('says until when it waits: the gap limit after its restart', async () => {
    const { rig, order, runner } = await switchedMaster();
    await runner.stop();
    const line = rig
      .diskOf(MASTER)
      .lines.find(
        ({ line: { entry } }) =>
          entry.type === 'started' && entry.step.endsWith('restart-service') && entry.n === order.n,
      );
    const at = Date.parse(line?.line.at ?? '') + 60_000;
    expect(rig.entries(MASTER).at(-1)).toMatchObject({ type: 'switched', goesBackAt: new Date(at).toISOString() });
  });

  test.each([
    ['', 0],
    [', even if the clock was set back since', -3_600_000],
  ])('is reported by the status at the machine as going back within the limit%s', async (_when, ms) => {
    const { rig, runner } = await switchedMaster();
    await runner.stop();
    const now = rig.clock.now() + ms;
    const time = (at: number): string => new Date(at).toISOString();
    const seen = { master: null, own: [] };
    const own = { farm: rig.farm.name, host: MASTER as HostName };
    const holder = { pid: 7, since: time(now) };
    const state = rig.journalOf(MASTER).state();
    const said = statusLines({ own, version: '0.1.0+1a2b3c4d', state, seen, isPaused: false, holder, now, time });
    expect(said).toContain('This program is certops 0.1.0+1a2b3c4d.');
    const left = Number(/\(in (\d+) s\)/u.exec(said.join('\n'))?.[1]);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60);
  });

  test('stays when it is confirmed in time', async () => {
    const { rig, order, runner } = await switchedMaster();
    await runner.receive(rig.said(order, 'confirm'));
    await rig.clock.sleep(600_000);
    await runner.stop();
    expect([outcomeOf(rig.entries(MASTER), order.n), bound(rig)]).toEqual(['applied', made(rig)]);
  });

  test('goes back at once when it is told to stop, and the stop ends as it does', async () => {
    const { rig, plan, order, runner } = await switchedMaster();
    const stop = rig.order(plan, MASTER, 'stop', 'master');
    await runner.receive(rig.seal(stop));
    await runner.idle();
    await runner.stop();
    expect([order, stop].map(({ n }) => outcomeOf(rig.entries(MASTER), n))).toEqual(['put-back', 'put-back']);
    expect(bound(rig)).toBe(rig.old.thumbprint);
  });

  test('goes back by itself when nobody confirms it, and a confirmation after that is too late', async () => {
    const { rig, order, runner } = await switchedMaster();
    await rig.clock.sleep(70_000);
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('put-back');
    await runner.receive(rig.said(order, 'confirm'));
    await runner.idle();
    await runner.stop();
    expect([outcomeOf(rig.entries(MASTER), order.n), bound(rig)]).toEqual(['put-back', rig.old.thumbprint]);
    expect(rig.entries(MASTER)).toContainEqual(expect.objectContaining({ type: 'failed', code: 'NotConfirmed' }));
  });

  test('goes back if its machine slept until the time was over, although the first that it hears is a confirmation', async () => {
    const { rig, order, runner } = await switchedMaster();
    rig.clock.set(rig.clock.now() + 600_000);
    await runner.receive(rig.said(order, 'confirm'));
    await runner.idle();
    await runner.stop();
    expect([outcomeOf(rig.entries(MASTER), order.n), bound(rig)]).toEqual(['put-back', rig.old.thumbprint]);
  });

  test.each([
    ['', false],
    [', even if it is paused', true],
  ])('goes back when its runner is restarted after the time is over, confirmed or not%s', async (_, isPaused) => {
    const { rig, order, runner } = await switchedMaster();
    await runner.stop();
    rig.clock.set(rig.clock.now() + 90_000);
    const again = rig.runner(MASTER, { paused: async () => isPaused });
    await again.start();
    await again.receive(rig.said(order, 'confirm'));
    await again.idle();
    await again.stop();
    expect([outcomeOf(rig.entries(MASTER), order.n), bound(rig)]).toEqual(['put-back', rig.old.thumbprint]);
  });

  test('goes on waiting when its runner is restarted in time', async () => {
    const { rig, order, runner } = await switchedMaster();
    await runner.stop();
    const again = rig.runner(MASTER);
    await again.start();
    await again.receive(rig.said(order, 'confirm'));
    await again.idle();
    await again.stop();
    expect([outcomeOf(rig.entries(MASTER), order.n), bound(rig)]).toEqual(['applied', made(rig)]);
  });
});

describe('A signal', () => {
  const FORGED: readonly (readonly [string, string, (rig: Rig, order: Order) => unknown])[] = [
    ['signed by a stranger', 'EnvelopeUnknownKey', (rig, order) => rig.said(order, 'go', {}, createMemorySigner())],
    ['of another farm', 'OtherFarm', (rig, order) => rig.said(order, 'go', { farm: 'test' })],
    ['for another host', 'OtherHost', (rig, order) => rig.said(order, 'go', { host: 'sqlw02' as Order['host'] })],
    ['with an unknown word', 'SignalNotUnderstood', (rig, order) => rig.said(order, 'undo' as 'go')],
    ['that is an order', 'EnvelopeBadSignature', (rig, order) => ({ ...rig.said(order, 'go'), type: 'order' })],
    [
      'with a changed body',
      'EnvelopeBadSignature',
      (rig, order) => {
        const wait = rig.said(order, 'wait');
        return { ...wait, body: wait.body.replace('"wait"', '"go"') };
      },
    ],
  ];

  test.each(FORGED)('%s is refused (%s), and moves nobody', async (_, code, forge) => {
    const { rig, order, runner } = await armedWorker();
    await runner.receive(forge(rig, order));
    present(rig, made(rig));
    await rig.clock.sleep(5_000);
    await runner.idle();
    await runner.stop();
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
    expect(rig.entries(WORKER)).toContainEqual(expect.objectContaining({ type: 'refused', code, n: null }));
  });

  test.each([
    ['of another number', { n: 99 }],
    ['of another rotation', { rotation: 'prod-18' }],
    ['of another plan', { digest: 'ab'.repeat(32) }],
    ['that was held back for minutes', { issued: '2026-11-24T11:50:00.000Z' }],
    ['from the future', { issued: '2026-11-24T13:00:00.000Z' }],
  ])('%s has no effect, and adds nothing to the journal', async (_, how) => {
    const { rig, order, runner } = await armedWorker();
    await runner.receive(rig.said(order, 'go', how));
    present(rig, made(rig));
    await rig.clock.sleep(5_000);
    await runner.stop();
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
    expect(typesOf(rig, WORKER, order.n)).toEqual(['accepted', 'armed']);
  });

  test.each([
    ['set forward', 3_600_000, 0],
    ['set back', -3_600_000, 0],
    ['set forward, and the bot’s as well', 3_600_000, 3_600_000],
  ])('counts even if the clock of its machine was %s since the order was taken', async (_what, ownMs, botsMs) => {
    const { rig, order, runner } = await armedWorker();
    present(rig, made(rig));
    const issued = new Date(rig.clock.now() + botsMs).toISOString();
    rig.clock.step(ownMs);
    await runner.receive(rig.said(order, 'go', { issued }));
    await runner.idle();
    await runner.stop();
    expect(pinned(rig, WORKER)).toBe(made(rig));
  });

  test('that comes again keeps nobody waiting', async () => {
    const { rig, order, runner } = await armedWorker();
    present(rig, made(rig));
    const wait = rig.said(order, 'wait');
    for (let again = 0; again < 10; again += 1) {
      await runner.receive(wait);
      await rig.clock.sleep(2_000);
    }
    await runner.idle();
    await runner.stop();
    expect(pinned(rig, WORKER)).toBe(made(rig));
  });
});

test('An order whose time runs out while its machine is looked at is refused', async () => {
  const { rig, plan } = await rigBefore('master');
  const order = rig.order(plan, WORKER, 'apply', 'workers');
  const host = rig.windowsHost(WORKER);
  const slow: typeof host = {
    ...host,
    async setting(...asked) {
      await rig.clock.sleep(200_000);
      return host.setting(...asked);
    },
  };
  const runner = rig.runner(WORKER, { host: slow });
  await runner.start();
  await runner.receive(rig.seal(order));
  await runner.stop();
  expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('refused OrderExpired');
});

test('An armed order without a pin to follow is refused', async () => {
  const { rig, plan } = await rigBefore('master');
  const slices = plan.slices.map((slice) => {
    const { steps = [], checks = [] } = slice.stages.workers ?? {};
    const workers = { steps: steps.filter(({ kind }) => kind !== 'write-setting'), checks };
    return { ...slice, stages: { ...slice.stages, workers } };
  });
  const other = writePlan(plan.header, slices);
  expect(await rig.run(other, WORKER, 'apply', 'workers', { refs: {} })).toBe('refused NothingToFollow');
});

test('An order that is armed again after an undo follows again: what came before it does not end it', async () => {
  const { rig, plan } = await rigBefore('workers');
  expect(await rig.run(plan, WORKER, 'apply', 'workers')).toBe('applied');
  expect(await rig.run(plan, MASTER, 'undo', 'master')).toBe('put-back');
  expect(await rig.run(plan, WORKER, 'undo', 'workers')).toBe('put-back');
  expect(await rig.run(plan, MASTER, 'apply', 'master')).toBe('applied');
  expect(await rig.run(plan, WORKER, 'apply', 'workers')).toBe('applied');
});

test.each([['nothing more'], ['stop'], ['undo']] as const)(
  'A master that died before it began its switch, and was sent %s by then, says when it is back that it is as it was',
  async (more) => {
    const { rig, plan } = await rigBefore('master');
    const orders = [
      rig.order(plan, MASTER, 'apply', 'master'),
      ...(more === 'nothing more' ? [] : [rig.order(plan, MASTER, more, 'master')]),
    ];
    const entries = orders.map((order): RunnerEntry => {
      const { n, rotation, kind, stage, digest } = order;
      return { type: 'accepted', n, rotation, kind, stage, digest, order: rig.seal(order) };
    });
    await rig.journalOf(MASTER).append(() => ({ entries, answer: null }));
    rig.clock.set(rig.clock.now() + 3_600_000);
    const again = rig.runner(MASTER);
    await again.start();
    await again.idle();
    await again.stop();
    expect(outcomeOf(rig.entries(MASTER), orders[0]?.n ?? 0)).toBe('put-back');
    if (more !== 'nothing more') expect(outcomeOf(rig.entries(MASTER), orders[1]?.n ?? 0)).toBe('put-back');
    expect(rig.machines.get(MASTER)?.bindings.map(({ thumbprint }) => thumbprint)).toEqual([rig.old.thumbprint]);
  },
);

describe('Putting back by hand', () => {
  test('lets go of an armed order, and puts back what was prepared', async () => {
    const { rig, order, runner } = await armedWorker();
    const undone = await runner.undoHere('prod-17');
    await runner.stop();
    expect(undone).toEqual([{ stage: 'trust', outcome: 'put-back' }]);
    expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('unchanged');
    expect(rig.machines.get(WORKER)?.stores.Root.has(made(rig) as never)).toBe(false);
  });

  test('takes the master back without bot and queue, stage by stage', async () => {
    const { rig } = await rigBefore('workers');
    const runner = rig.runner(MASTER);
    const undone = await runner.undoHere('prod-17');
    await runner.stop();
    expect(undone.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual([
      'master put-back',
      'publish put-back',
      'rehearse-end put-back',
      'rehearse put-back',
      'create put-back',
    ]);
    const look = (await rig.looks())[MASTER]?.master;
    expect([look?.bindings[0]?.thumbprint, look?.sslCertThumbprint]).toEqual([rig.old.thumbprint, rig.old.thumbprint]);
  });

  test('takes it back even after more orders than a runner keeps in mind', async () => {
    const { rig } = await rigBefore('workers');
    for (let look = 0; look < 41; look += 1) await rig.run(null, MASTER, 'look', null);
    const runner = rig.runner(MASTER);
    const undone = await runner.undoHere('prod-17');
    await runner.stop();
    expect(undone.map(({ outcome }) => outcome)).toEqual(Array(5).fill('put-back'));
    expect((await rig.looks())[MASTER]?.master?.bindings[0]?.thumbprint).toBe(rig.old.thumbprint);
  });

  test('stops at what cannot be proved, and leaves what lies before it', async () => {
    const { rig } = await rigBefore('nothing');
    const runner = rig.runner(WORKER);
    // Its master presents the new certificate still: it cannot be connected on the old one.
    const undone = await runner.undoHere('prod-17');
    await runner.stop();
    expect(undone).toEqual([{ stage: 'workers', outcome: 'unknown' }]);
    expect(rig.machines.get(WORKER)?.stores.Root.has(made(rig) as never)).toBe(true);
  });

  test('does nothing for a rotation that was never here', async () => {
    const { runner } = await armedWorker();
    expect(await runner.undoHere('prod-99')).toEqual([]);
    await runner.stop();
  });
});
