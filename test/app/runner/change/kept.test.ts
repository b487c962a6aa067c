import { putBack } from '../../../../src/app/runner/change/run-apply.ts';
import { RunnerStopping } from '../../../../src/app/runner/failure.ts';
import { begun } from './job-on.ts';
import { fail } from './numbers.ts';
import { NEW, PINS, REMOVES, RESTARTS, worker } from './worker.ts';

describe('What is removed for good', () => {
  const removal = { planned: [REMOVES, RESTARTS] };
  const kept = async (on: ReturnType<typeof worker>) => {
    await on.job.record(begun('remove', { before: {}, goal: {} }));
    return putBack(on.job);
  };

  test('is kept as far as it came, and a service that was to restart after it does so, even if that was not begun', async () => {
    const on = worker(removal);
    expect(await kept(on)).toMatchObject({
      outcome: 'kept',
      facts: { remove: { stores: ['My'] }, restart: { pid: 2 } },
    });
    expect(on.machine.performed).toEqual(['service.restart']);
  });

  test('is unknown if nobody can see how far it came, or if the service does not restart', async () => {
    const on = worker(removal);
    on.machine.look = (what) => void (what === 'traces' && fail('StoreNotUnderstood'));
    expect(await kept(on)).toMatchObject({ outcome: 'unknown' });
    const stuck = worker(removal);
    stuck.machine.tool = () => fail();
    expect(await kept(stuck)).toMatchObject({ outcome: 'unknown' });
  });

  test('is unknown if another step is not as planned, even if the service restarts after that', async () => {
    const on = worker({ planned: [REMOVES, { ...PINS, expected: { value: NEW } }, RESTARTS] });
    expect(await kept(on)).toMatchObject({ outcome: 'unknown', facts: { restart: { pid: 2 } } });
  });

  test('stays open in the journal if the runner is being stopped', async () => {
    const on = worker(removal);
    on.machine.look = () => {
      throw new RunnerStopping();
    };
    await expect(kept(on)).rejects.toBeInstanceOf(RunnerStopping);
  });

  test('by a step that was not begun is not looked at', async () => {
    const on = worker({ planned: [REMOVES, { ...REMOVES, id: 'next' }] });
    expect(Object.keys((await kept(on)).facts)).toEqual(['remove']);
  });
});
