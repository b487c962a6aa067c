import { runUndo } from '../../../../src/app/runner/change/run-undo.ts';
import { begun } from './job-on.ts';
import { fail } from './numbers.ts';
import { check, NAMES, NEW, OLD, OWN, PIN, PINS, RESTARTS, RUNS, worker } from './worker.ts';

type On = ReturnType<typeof worker>;
const failedIn = ({ entries }: On) => entries().filter(({ type }) => type === 'failed');
const FAILED = { type: 'failed', n: 7, rotation: 'prod-17' };

/** A worker that has followed: both settings are new, and its service has restarted since. */
async function followed(how: Parameters<typeof worker>[0] = {}): Promise<On> {
  const on = worker({ planned: [PINS, NAMES, RESTARTS], checks: [RUNS], ...how });
  Object.assign(on.machine.settings, { [PIN]: NEW, [OWN]: NEW });
  for (const id of ['pin', 'own']) await on.job.record(begun(id, { before: { value: OLD }, goal: { value: NEW } }));
  const runs = { state: 'running', pid: 1 };
  await on.job.record(begun('restart', { before: runs, goal: runs }));
  return on;
}

describe('An undo order', () => {
  test('puts all back, restarts what has read it, and tells what was seen of each step and check', async () => {
    const on = await followed();
    expect(await runUndo(on.job)).toEqual({
      outcome: 'put-back',
      facts: {
        ...{ pin: { value: OLD }, own: { value: OLD } },
        ...{ restart: { state: 'running', pid: 2 }, runs: { state: 'running', pid: 2 } },
      },
      owed: [],
    });
    expect(failedIn(on)).toEqual([]);
  });

  test('goes on with the other steps if one does not go back, records why, and is unknown then', async () => {
    const on = await followed();
    on.machine.tool = (change, doIt) => (change.type === 'setting.write' && change.key === OWN ? fail() : doIt());
    const ended = await runUndo(on.job);
    expect(ended).toMatchObject({ outcome: 'unknown', facts: { pin: { value: OLD } }, owed: [] });
    expect(on.machine.settings).toEqual({ [PIN]: OLD, [OWN]: NEW });
    expect(failedIn(on)).toMatchObject([{ ...FAILED, step: 'own', code: 'ToolFailed' }]);
  });

  test('owes the disk each reason that it did not accept, in order, and none that it did', async () => {
    const unproved = check('stopped', 'service-runs', 'running', 'stopped');
    const on = await followed({ checks: [unproved] });
    on.machine.tool = (change, doIt) => (change.type === 'setting.write' ? fail() : doIt());
    on.disk.full = true;
    const ended = await runUndo(on.job);
    expect(ended).toMatchObject({ outcome: 'unknown' });
    expect(ended.owed?.map((entry) => 'step' in entry && entry.step)).toEqual(['own', 'pin', 'stopped']);
    expect(failedIn(on)).toEqual([]);
  });

  test('asks after nothing for which the plan wants nothing once all is back', async () => {
    const idle = check('idle', 'service-runs', 'running', null);
    const on = await followed({ checks: [idle] });
    expect(await runUndo(on.job)).toMatchObject({ outcome: 'put-back' });
    expect(await runUndo(on.job)).not.toHaveProperty('facts.idle');
  });
});
