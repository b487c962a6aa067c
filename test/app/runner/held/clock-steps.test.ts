import { armedWorker, bound, MASTER, made, pinned, present, switchedMaster } from '../cutover.ts';
import { outcomeOf } from '../rig.ts';

const HOUR_MS = 3_600_000;
const GAP_LIMIT_MS = 60_000;

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

async function stopped(holding: ReturnType<typeof armedWorker>) {
  const held = await holding;
  stop = held.runner.stop;
  return held;
}

describe.each([
  ['back', -HOUR_MS],
  ['forward', HOUR_MS],
])('A wall clock that is set %s by an hour', (_, ms) => {
  test('does not move a master that waits to be confirmed: it goes back at its limit', async () => {
    const { rig, order, runner } = await stopped(switchedMaster());
    rig.clock.step(ms);
    await rig.clock.sleep(GAP_LIMIT_MS - 15_000);
    expect(bound(rig)).toBe(made(rig));
    await rig.clock.sleep(20_000);
    await runner.idle();
    expect(bound(rig)).toBe(rig.old.thumbprint);
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('put-back');
  });

  test('while the master restarts gives it its limit and no more', async () => {
    const { rig, runner } = await stopped(
      switchedMaster((one) => {
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
      }),
    );
    await rig.clock.sleep(GAP_LIMIT_MS - 15_000);
    expect(bound(rig)).toBe(made(rig));
    await rig.clock.sleep(20_000);
    await runner.idle();
    expect(bound(rig)).toBe(rig.old.thumbprint);
  });

  test('lets a worker follow by itself after ten seconds, and go back within seconds', async () => {
    const { rig, runner } = await stopped(armedWorker());
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
  const { rig, order, runner } = await stopped(switchedMaster());
  await runner.stop();
  rig.clock.step(-HOUR_MS);
  const again = rig.runner(MASTER);
  stop = again.stop;
  await again.start();
  await rig.clock.sleep(GAP_LIMIT_MS + 5_000);
  await again.idle();
  expect(bound(rig)).toBe(rig.old.thumbprint);
  expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('put-back');
});

test('The clock that a runner reports is the wall clock', async () => {
  const { rig, runner } = await stopped(armedWorker());
  const before = rig.clock.now();
  rig.clock.step(-HOUR_MS);
  await rig.clock.sleep(20_000);
  await runner.idle();
  const { clock } = JSON.parse(rig.letters.at(-1)?.body ?? '{}');
  expect(rig.clock.now() - Date.parse(clock)).toBeLessThan(20_000);
  expect(Date.parse(clock)).toBeLessThan(before - HOUR_MS + 40_000);
});
