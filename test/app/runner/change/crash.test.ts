import fc from 'fast-check';
import type { RunnerDeps } from '../../../../src/app/runner/deps.ts';
import type { Envelope, Order } from '../../../../src/domain/letters/protocol.ts';
import { leftBehind, STAGE } from '../reconnect-rig.ts';
import { outcomeOf, type Rig, rigBefore, stateOf } from '../rig.ts';

/** A process that is gone: whatever it asks for never answers. */
const never = <T>(): Promise<T> => new Promise<T>(() => {});

/**
 * A runner that is killed at its `at`-th point: before and after each change, and before and after each line of its
 * journal. `died` resolves when it does.
 */
function mortal(rig: Rig, name: string, at: number) {
  let points = 0;
  let isDead = false;
  let die = (): void => {};
  const died = new Promise<'died'>((resolve) => {
    die = () => resolve('died');
  });
  const point = async (): Promise<void> => {
    if (isDead) return never();
    points += 1;
    if (points !== at) return;
    isDead = true;
    die();
    return never();
  };
  const alive = <T>(what: () => Promise<T>): Promise<T> => (isDead ? never<T>() : what());
  const inner = rig.windowsHost(name);
  const journal = rig.journalOf(name);
  const wrap: Partial<RunnerDeps> = {
    host: {
      ...inner,
      async perform(change, signal) {
        await point();
        await inner.perform(change, signal);
        await point();
      },
    },
    journal: {
      ...journal,
      async append(decide) {
        await point();
        const answer = await journal.append(decide);
        await point();
        return answer;
      },
    },
    clock: { ...rig.clock, sleep: (ms, signal) => alive(() => rig.clock.sleep(ms, signal)) },
  };
  return { runner: rig.runner(name, wrap), died, points: () => points };
}

/** Runs an order through a runner that dies at each of these points in turn, and a last one that lives. */
async function runMortal(
  rig: Rig,
  name: string,
  letter: Envelope,
  deaths: readonly number[],
  gapMs = 0,
): Promise<number> {
  let points = 0;
  for (const at of [...deaths, Number.POSITIVE_INFINITY]) {
    const { runner, died, points: seen } = mortal(rig, name, at);
    await runner.start();
    const ended = await Promise.race([
      died,
      (async () => {
        // The bot sends it again until it hears of it.
        await runner.receive(letter);
        await runner.idle();
        const order = JSON.parse(letter.body) as Order;
        for (const say of ['go', 'confirm'] as const) {
          if (order.kind !== 'apply') break;
          await runner.receive(rig.said(order, say));
          await runner.idle();
        }
        return 'ended';
      })(),
    ]);
    points = seen();
    if (ended === 'ended') {
      await runner.stop();
      return points;
    }
    if (gapMs > 0) rig.clock.set(rig.clock.now() + gapMs);
  }
  return points;
}

const STAGES = [
  ['sqlm01', 'create'],
  ['sqlw01', 'trust'],
  ['sqlm01', 'rehearse'],
  ['sqlm01', 'rehearse-end'],
  ['sqlm01', 'publish'],
  ['sqlm01', 'master'],
  ['sqlw01', 'workers'],
] as const;

describe.each(STAGES)('a runner on %s that is killed in stage %s', (name, stage) => {
  test('at any one point and restarted goes on to the end, and makes no change twice', async () => {
    const whole = await rigBefore(stage);
    const points = await runMortal(
      whole.rig,
      name,
      whole.rig.seal(whole.rig.order(whole.plan, name, 'apply', stage)),
      [],
    );
    expect(points).toBeGreaterThan(4);
    for (let at = 1; at <= points; at += 1) {
      const { rig, plan } = await rigBefore(stage);
      const performed = rig.machines.get(name)?.performed ?? [];
      const earlier = performed.length;
      const order = rig.order(plan, name, 'apply', stage);
      await runMortal(rig, name, rig.seal(order), [at]);
      expect([at, outcomeOf(rig.entries(name), order.n)]).toEqual([at, 'applied']);
      const changes = performed.slice(earlier).map((change) => JSON.stringify({ ...change, made: null }));
      expect(changes).toHaveLength(new Set(changes).size);
    }
  });

  test('and restarted when it is too late puts back, or finds that all was done', async () => {
    const whole = await rigBefore(stage);
    const points = await runMortal(
      whole.rig,
      name,
      whole.rig.seal(whole.rig.order(whole.plan, name, 'apply', stage)),
      [],
    );
    for (let at = 3; at <= points; at += 1) {
      const { rig, plan } = await rigBefore(stage);
      const before = stateOf(rig.machines.get(name));
      const order = rig.order(plan, name, 'apply', stage);
      await runMortal(rig, name, rig.seal(order), [at], 3_600_000);
      const outcome = outcomeOf(rig.entries(name), order.n);
      expect([at, outcome === 'put-back' || (outcome === 'applied' && (at === points || stage === 'workers'))]).toEqual(
        [at, true],
      );
      if (outcome === 'put-back') expect(asBefore(stateOf(rig.machines.get(name)))).toEqual(asBefore(before));
    }
  });

  test('during its undo, any number of times, ends as before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 16 }), { maxLength: 4 }), async (deaths) => {
        const { rig, plan } = await rigBefore(stage);
        // An undo of this stage comes when the ones that must be undone before it are.
        const before = stateOf(rig.machines.get(name));
        await rig.run(plan, name, 'apply', stage);
        const order = rig.order(plan, name, 'undo', stage);
        if (stage === 'workers') await rig.run(plan, 'sqlm01', 'undo', 'master');
        await runMortal(rig, name, rig.seal(order), deaths);
        expect(outcomeOf(rig.entries(name), order.n)).toBe('put-back');
        expect(asBefore(stateOf(rig.machines.get(name)))).toEqual(asBefore(before));
      }),
      { numRuns: 25 },
    );
  });
});

describe.each([
  ['sqlm01', 'master', 'put-back'],
  // It goes on following: it is connected again only when its master is back.
  ['sqlw01', 'workers', 'nothing'],
] as const)('a runner on %s that is killed while it puts stage %s back', (name, stage, ended) => {
  /** It dies at that point of an order whose restart fails so often, and is started again; answers how far it was. */
  async function reborn(at: number, times = 1) {
    const { rig, plan } = await rigBefore(stage);
    const before = stateOf(rig.machines.get(name));
    rig.machines.get(name)?.faults.set('service.restart', { kind: 'fail', times });
    const order = rig.order(plan, name, 'apply', stage);
    const { runner, died, points } = mortal(rig, name, at);
    await runner.start();
    const lived = (async () => {
      await runner.receive(rig.seal(order));
      await runner.idle();
      await runner.receive(rig.said(order, 'go'));
      await runner.idle();
      await runner.stop();
    })();
    await Promise.race([died, lived]);
    const failed = rig.entries(name).filter((entry) => entry.type === 'failed' && entry.n === order.n);
    const again = rig.runner(name);
    await again.start();
    await again.idle();
    const outcome = outcomeOf(rig.entries(name), order.n);
    await again.receive(rig.said(order, 'confirm'));
    await again.idle();
    await again.stop();
    const last = outcomeOf(rig.entries(name), order.n);
    return {
      before,
      after: stateOf(rig.machines.get(name)),
      points: points(),
      isFailed: failed.length > 0,
      outcome,
      last,
    };
  }

  test('and restarted goes on putting it back, and no longer goes forward', async () => {
    const { points } = await reborn(Number.POSITIVE_INFINITY);
    const seen = [];
    for (let at = 1; at <= points; at += 1) {
      const { before, after, isFailed, outcome, last } = await reborn(at);
      if (!isFailed) continue;
      seen.push(at);
      expect([at, outcome, last]).toEqual([at, ended, 'put-back']);
      expect(after).toEqual(before);
    }
    expect(seen.length).toBeGreaterThan(4);
  });

  test('and cannot do so after its restart either says that its state is unknown, and holds nothing', async () => {
    let at = 1;
    let found = await reborn(at, 99);
    while (!found.isFailed) found = await reborn(++at, 99);
    expect([found.outcome, found.last]).toEqual(['unknown', 'unknown']);
  });
});

test('a runner that is killed while it puts back what is not armed goes on putting it back, and no longer goes forward', async () => {
  const name = 'sqlw02';
  async function reborn(at: number) {
    const { rig, plan, how } = await leftBehind(name);
    const before = stateOf(rig.machines.get(name));
    rig.machines.get(name)?.faults.set('service.restart', { kind: 'fail', times: 1 });
    const order = rig.order(plan, name, 'apply', STAGE, how);
    const { runner, died, points } = mortal(rig, name, at);
    await runner.start();
    const lived = (async () => {
      await runner.receive(rig.seal(order));
      await runner.idle();
      await runner.stop();
    })();
    await Promise.race([died, lived]);
    const isFailed = rig.entries(name).some((entry) => entry.type === 'failed' && entry.n === order.n);
    const again = rig.runner(name);
    await again.start();
    await again.idle();
    await again.stop();
    const outcome = outcomeOf(rig.entries(name), order.n);
    return { points: points(), isFailed, outcome, before, after: stateOf(rig.machines.get(name)) };
  }
  const { points } = await reborn(Number.POSITIVE_INFINITY);
  let seen = 0;
  for (let at = 1; at <= points; at += 1) {
    const { isFailed, outcome, before, after } = await reborn(at);
    if (!isFailed) continue;
    seen += 1;
    expect([at, outcome]).toEqual([at, 'put-back']);
    expect(after).toEqual(before);
  }
  expect(seen).toBeGreaterThan(4);
});

test('a master that is killed between its restart and its switch counts its time from that restart', async () => {
  const whole = await rigBefore('master');
  const all = await runMortal(
    whole.rig,
    'sqlm01',
    whole.rig.seal(whole.rig.order(whole.plan, 'sqlm01', 'apply', 'master')),
    [],
  );
  let seen = 0;
  for (let at = 1; at <= all; at += 1) {
    const { rig, plan } = await rigBefore('master');
    const order = rig.order(plan, 'sqlm01', 'apply', 'master');
    const { runner, died } = mortal(rig, 'sqlm01', at);
    await runner.start();
    const lived = runner.receive(rig.seal(order)).then(() => runner.idle());
    await Promise.race([died, lived]);
    const own = () => rig.diskOf('sqlm01').lines.filter(({ line }) => line.entry.n === order.n);
    const isOf = (type: string) => own().findLast(({ line: { entry } }) => entry.type === type);
    const begun = own().findLast(
      ({ line: { entry } }) => entry.type === 'started' && entry.step === 'sqlm01/master/restart-service',
    );
    if (begun === undefined || isOf('switched') !== undefined) continue;
    seen += 1;
    rig.clock.set(rig.clock.now() + 20_000);
    const again = rig.runner('sqlm01');
    await again.start();
    await again.idle();
    await again.stop();
    const until = new Date(Date.parse(begun.line.at) + 60_000).toISOString();
    expect([at, isOf('switched')?.line.entry]).toMatchObject([at, { goesBackAt: until }]);
  }
  expect(seen).toBeGreaterThan(2);
});

/** The rehearsal's binding does not count: an undo of its end binds nothing again. */
const asBefore = (state: object): object => ({
  ...state,
  bindings: (state as { bindings: { key: string }[] }).bindings.filter(({ key }) => !key.startsWith('127.0.0.2')),
});
