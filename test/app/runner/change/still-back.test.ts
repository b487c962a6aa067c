import { runApply } from '../../../../src/app/runner/change/run-apply.ts';
import { runUndo } from '../../../../src/app/runner/change/run-undo.ts';
import { begun } from './job-on.ts';
import { fail } from './numbers.ts';
import { NEW, OLD, PIN, PINS, RESTARTS, RUNS, worker } from './worker.ts';

type On = ReturnType<typeof worker>;

/** An order of a cutover, whose way back has the order of the way forth: its service reads what was put back. */
const inSameOrder = (on: On): On => {
  Object.assign(on.job.work.phase, { undoOrder: 'same' });
  return on;
};

/** A worker that has followed, whose service has restarted since. */
async function followed(): Promise<On> {
  const on = inSameOrder(worker({ planned: [PINS, RESTARTS], checks: [RUNS] }));
  on.machine.settings[PIN] = NEW;
  await on.job.record(begun('pin', { before: { value: OLD }, goal: { value: NEW } }));
  const runs = { state: 'running', pid: 1 };
  await on.job.record(begun('restart', { before: runs, goal: runs }));
  return on;
}

/** Whatever is written goes away again before the service has read it. */
const forgets =
  ({ machine }: On, reads: () => void = () => {}): On['machine']['tool'] =>
  (change, doIt) => {
    doIt();
    if (change.type !== 'service.restart') return;
    machine.settings[PIN] = NEW;
    reads();
  };

describe('A setting that was put back and has changed again since', () => {
  test('leaves an undo unknown, with what is there', async () => {
    const on = await followed();
    on.machine.tool = forgets(on);
    expect(await runUndo(on.job)).toMatchObject({ outcome: 'unknown', facts: { pin: { value: NEW } }, owed: [] });
    expect(on.entries().filter(({ type }) => type === 'failed')).toMatchObject([
      { step: 'pin', code: 'SettingDiffers', data: { found: NEW, wanted: OLD } },
    ]);
  });

  test('leaves it put back if nobody can read it any more, since it was seen there', async () => {
    const on = await followed();
    on.machine.tool = forgets(on, () => {
      on.machine.look = (what) => (what === 'setting' ? fail('FileBusy') : undefined);
    });
    expect(await runUndo(on.job)).toMatchObject({ outcome: 'put-back', facts: { pin: { value: OLD } } });
  });

  test('leaves a change that failed unknown, not put back', async () => {
    const on = inSameOrder(worker({ planned: [PINS, RESTARTS], checks: [RUNS] }));
    let restarts = 0;
    on.machine.tool = (change, doIt) => {
      doIt();
      if (change.type !== 'service.restart') return;
      restarts += 1;
      if (restarts === 1) on.machine.state = 'stopped';
      else {
        on.machine.state = 'running';
        on.machine.settings[PIN] = NEW;
      }
    };
    expect(await runApply(on.job, false)).toMatchObject({ outcome: 'unknown', facts: { pin: { value: NEW } } });
  });
});
