import { outcomeOf, type Rig, rigBefore } from '../rig.ts';

const MASTER = 'sqlm01';
const WORKER = 'sqlw01';
const HOUR_MS = 3_600_000;
const GAP_LIMIT_MS = 60_000;

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

const bound = (rig: Rig): string | undefined => rig.machines.get(MASTER)?.bindings[0]?.thumbprint;
const pinned = (rig: Rig): string | undefined => rig.machines.get(WORKER)?.settings.worker?.MasterHttpsCertThumbprint;
const made = (rig: Rig): string => rig.refs().new?.thumbprint ?? '';

function present(rig: Rig, thumbprint: string): void {
  const machine = rig.machines.get(MASTER);
  if (machine !== undefined)
    machine.bindings = machine.bindings.map((one) => ({ ...one, thumbprint: thumbprint as never }));
}

/** A runner that has taken its order of the cutover. */
async function holding(name: string, stage: string, how: (rig: Rig) => object = () => ({})) {
  const { rig, plan } = await rigBefore('master');
  const start = async () => {
    const runner = rig.runner(name, how(rig));
    await runner.start();
    stop = runner.stop;
    return runner;
  };
  const runner = await start();
  const order = rig.order(plan, name, 'apply', stage);
  await runner.receive(rig.seal(order));
  await runner.idle();
  return { rig, order, runner, start };
}

describe.each([
  ['back', -HOUR_MS],
  ['forward', HOUR_MS],
])('A wall clock that is set %s by an hour', (_, ms) => {
  test('does not move a master that waits to be confirmed: it goes back at its limit', async () => {
    const { rig, order, runner } = await holding(MASTER, 'master');
    rig.clock.step(ms);
    await rig.clock.sleep(GAP_LIMIT_MS - 15_000);
    expect(bound(rig)).toBe(made(rig));
    await rig.clock.sleep(20_000);
    await runner.idle();
    expect(bound(rig)).toBe(rig.old.thumbprint);
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('put-back');
  });

  test('while the master restarts gives it its limit and no more', async () => {
    const { rig, runner } = await holding(MASTER, 'master', (one) => {
      const host = one.windowsHost(MASTER);
      return {
        host: {
          ...host,
          async perform(...args: Parameters<typeof host.perform>) {
            if (args[0].type === 'service.restart') one.clock.step(ms);
            await host.perform(...args);
          },
        },
      };
    });
    await rig.clock.sleep(GAP_LIMIT_MS - 15_000);
    expect(bound(rig)).toBe(made(rig));
    await rig.clock.sleep(20_000);
    await runner.idle();
    expect(bound(rig)).toBe(rig.old.thumbprint);
  });

  test('lets a worker follow by itself after ten seconds, and go back within seconds', async () => {
    const { rig, runner } = await holding(WORKER, 'workers');
    present(rig, made(rig));
    await rig.clock.sleep(4_000);
    rig.clock.step(ms);
    await rig.clock.sleep(4_000);
    expect(pinned(rig)).toBe(rig.old.thumbprint);
    await rig.clock.sleep(8_000);
    await runner.idle();
    expect(pinned(rig)).toBe(made(rig));
    present(rig, rig.old.thumbprint);
    await rig.clock.sleep(2_500);
    rig.clock.step(ms);
    await rig.clock.sleep(8_000);
    await runner.idle();
    expect(pinned(rig)).toBe(rig.old.thumbprint);
  });
});

test('A master whose runner is restarted with its clock set back waits no longer than its limit', async () => {
  const { rig, order, runner, start } = await holding(MASTER, 'master');
  await runner.stop();
  rig.clock.step(-HOUR_MS);
  const again = await start();
  await rig.clock.sleep(GAP_LIMIT_MS + 5_000);
  await again.idle();
  expect(bound(rig)).toBe(rig.old.thumbprint);
  expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('put-back');
});

test('The clock that a runner reports is the wall clock', async () => {
  const { rig, runner } = await holding(WORKER, 'workers');
  const before = rig.clock.now();
  rig.clock.step(-HOUR_MS);
  await rig.clock.sleep(20_000);
  await runner.idle();
  const { clock } = JSON.parse(rig.letters.at(-1)?.body ?? '{}');
  expect(rig.clock.now() - Date.parse(clock)).toBeLessThan(20_000);
  expect(Date.parse(clock)).toBeLessThan(before - HOUR_MS + 40_000);
});
