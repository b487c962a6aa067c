import { armedWorker, made, pinned, present, WORKER } from '../cutover.ts';

describe('A worker whose journal lost the line that says that its order is armed, written together with its acceptance', () => {
  test.each([
    ['at once', 2_000],
    ['ten minutes later', 600_000],
  ])('and that is started again %s says so then, and follows as if nothing had been lost', async (_, ms) => {
    const { rig, order, runner } = await armedWorker();
    await runner.stop();
    const { lines } = rig.diskOf(WORKER);
    expect(lines.pop()?.line.entry).toMatchObject({ type: 'armed', n: order.n });
    rig.clock.set(rig.clock.now() + ms);
    const again = rig.runner(WORKER);
    await again.start();
    await again.idle();
    const said = () => rig.entries(WORKER).filter(({ type, n }) => type === 'armed' && n === order.n);
    expect(said()).toHaveLength(1);
    expect(pinned(rig)).toBe(rig.old.thumbprint);
    present(rig, made(rig));
    await again.receive(rig.said(order, 'go'));
    await again.idle();
    await again.stop();
    expect(pinned(rig)).toBe(made(rig));
    expect(said()).toHaveLength(1);
  });
});
