import type { RunnerEntry } from '../../../../src/domain/journal/entries.ts';
import { armedWorker, made, pinned, present, WORKER } from '../cutover.ts';
import { type Rig, rigBefore } from '../rig.ts';

/** Long enough for a few looks, and far less than an order's time. */
const QUICK_MS = 5_000;

const restarts = (entries: readonly RunnerEntry[]) =>
  entries.filter((entry) => entry.type === 'started' && entry.step.endsWith('/restart-service'));

const failures = (entries: readonly RunnerEntry[]) =>
  entries.flatMap((entry) => (entry.type === 'failed' ? [`${entry.step} ${entry.code}`] : []));

/** What a person at the worker puts back, how long that took, and what was recorded meanwhile. */
async function byHand(rig: Rig, runner: Pick<ReturnType<Rig['runner']>, 'undoHere'>) {
  const before = rig.entries(WORKER).length;
  const at = rig.clock.steady();
  const undone = await runner.undoHere('prod-17');
  return { undone, tookMs: rig.clock.steady() - at, since: rig.entries(WORKER).slice(before) };
}

describe('A worker that has followed its master, which presents the new certificate still, is put back by hand', () => {
  async function followed() {
    const { rig, order, runner } = await armedWorker();
    present(rig, made(rig));
    await runner.receive(rig.said(order, 'go'));
    await runner.idle();
    expect(pinned(rig)).toBe(made(rig));
    return { rig, runner };
  }

  test('at once, as nobody waits for a master that does not go back, and ends as unknown for the connection alone', async () => {
    const { rig, runner } = await followed();
    const { undone, tookMs, since } = await byHand(rig, runner);
    await runner.stop();
    expect(undone).toEqual([{ stage: 'workers', outcome: 'unknown' }]);
    expect(tookMs).toBeLessThan(QUICK_MS);
    expect(pinned(rig)).toBe(rig.old.thumbprint);
    expect(failures(since)).toEqual(['sqlw01/workers/worker-connected EndpointPresentsAnother']);
  });

  test('again, without another restart while it stays cut off, and connected once its master is back', async () => {
    const { rig, runner } = await followed();
    await byHand(rig, runner);
    const { tookMs, since } = await byHand(rig, runner);
    expect([tookMs < QUICK_MS, restarts(since)]).toEqual([true, []]);
    present(rig, rig.old.thumbprint);
    const { undone } = await byHand(rig, runner);
    await runner.stop();
    expect(undone).toEqual([
      { stage: 'workers', outcome: 'put-back' },
      { stage: 'trust', outcome: 'put-back' },
    ]);
  });
});

describe('A worker that has followed, as its runner, restored from a copy, does not know,', () => {
  async function restored() {
    const { rig } = await rigBefore('nothing: all is applied');
    const { lines } = rig.diskOf(WORKER);
    const taken = lines.findIndex(
      ({ line: { entry } }) => entry.type === 'accepted' && JSON.parse(entry.order.body).stage === 'workers',
    );
    lines.splice(taken + 1);
    const runner = rig.runner(WORKER);
    await runner.start();
    await runner.idle();
    return { rig, runner, taken };
  }
  const MOVED = 'sqlw01/workers/write-setting FactsMoved';

  test('ends at once when its master goes back: without a restart, which would change nothing', async () => {
    const { rig, runner, taken } = await restored();
    // It has seen the new certificate, and not yet for long enough to follow alone.
    await rig.clock.sleep(5_000);
    present(rig, rig.old.thumbprint);
    const at = rig.clock.steady();
    await rig.clock.sleep(5_000);
    await runner.idle();
    await runner.stop();
    const since = rig.entries(WORKER).slice(taken + 1);
    expect(rig.clock.steady() - at).toBeLessThan(2 * QUICK_MS);
    expect(since.at(-1)).toMatchObject({ type: 'finished', outcome: 'unknown' });
    expect(failures(since)).toContain(MOVED);
    expect(restarts(since)).toEqual([]);
  });

  test('is left at once by an undo by hand', async () => {
    const { rig, runner } = await restored();
    await rig.clock.sleep(5_000);
    present(rig, rig.old.thumbprint);
    // It goes back with its master meanwhile.
    await rig.clock.sleep(5_000);
    const { tookMs } = await byHand(rig, runner);
    await runner.stop();
    expect(tookMs).toBeLessThan(2 * QUICK_MS);
    expect(pinned(rig)).toBe(made(rig));
  });
});
