import { putBack, runApply } from '../../../../src/app/runner/change/run-apply.ts';
import { RunnerStopping } from '../../../../src/app/runner/failure.ts';
import { begun, LIMIT_MS } from './job-on.ts';
import { fail } from './numbers.ts';
import {
  CONNECTED,
  check,
  NAMES,
  NEW,
  OLD,
  OWN,
  PIN,
  PINS,
  planned,
  REMOVES,
  RESTARTS,
  RUNS,
  worker,
} from './worker.ts';

type On = ReturnType<typeof worker>;
/** What was recorded: each entry's kind, with its step and its code if it has them. */
const told = ({ entries }: On) =>
  entries().map((entry) =>
    [entry.type, 'step' in entry ? entry.step : '', 'code' in entry ? entry.code : ''].filter((word) => word).join(' '),
  );
const failed = (on: On) => told(on).filter((one) => one.startsWith('failed'));
const isAsBefore = ({ machine: { settings } }: On) => settings[PIN] === OLD && settings[OWN] === OLD;
const all = { planned: [PINS, NAMES, RESTARTS], checks: [RUNS] };

describe('An order', () => {
  test('is applied once each step is done and each check holds, and tells what was seen of each', async () => {
    const on = worker(all);
    expect(await runApply(on.job, false)).toEqual({
      outcome: 'applied',
      facts: {
        pin: { value: NEW },
        own: { value: NEW },
        restart: { state: 'running', pid: 2 },
        runs: { state: 'running', pid: 2 },
      },
    });
    expect(on.machine.performed).toEqual([PIN, OWN, 'service.restart']);
    expect(told(on).slice(-1)).toEqual(['proved runs']);
  });

  test('is applied if any step of it changed something, whichever that was', async () => {
    const own = { ...NAMES, expected: { value: NEW } };
    const on = worker({ planned: [PINS, own], checks: [RUNS] });
    on.machine.settings[OWN] = NEW;
    expect(await runApply(on.job, false)).toMatchObject({ outcome: 'applied' });
    expect(on.machine.performed).toEqual([PIN]);
  });

  test('leaves all unchanged if nothing is left to do', async () => {
    const on = worker({ planned: [planned('pin', 'write-setting', PINS.params, { value: NEW })], checks: [RUNS] });
    on.machine.settings[PIN] = NEW;
    expect(await runApply(on.job, false)).toMatchObject({ outcome: 'unchanged' });
    expect(on.machine.performed).toEqual([]);
  });

  test('whose time is over begins nothing, and says until when it had time', async () => {
    const on = worker(all);
    const until = new Date(on.clock.now() + LIMIT_MS).toISOString();
    expect(await runApply(on.job, true)).toMatchObject({ outcome: 'put-back' });
    expect([on.machine.performed, failed(on)]).toEqual([[], ['failed TimeIsOver']]);
    expect(on.entries()[0]).toMatchObject({ step: null, data: { deadline: until } });
  });

  test('begins nothing while somebody on the machine wants that, but is finished if it was begun before', async () => {
    const on = worker({ ...all, isPaused: true });
    await on.job.record(begun('pin', { n: 5, before: { value: OLD }, goal: { value: NEW } }));
    expect(await runApply(on.job, false)).toMatchObject({ outcome: 'put-back' });
    expect([on.machine.performed, failed(on)]).toEqual([[], ['failed RunnerPaused']]);
    const half = worker({ ...all, isPaused: true });
    await half.job.record(begun('pin', { before: { value: OLD }, goal: { value: NEW } }));
    expect(await runApply(half.job, false)).toMatchObject({ outcome: 'applied' });
    expect(await runApply(worker({ ...all, isPaused: false }).job, false)).toMatchObject({ outcome: 'applied' });
  });

  test('that failed before the runner died goes back, and says so no second time', async () => {
    const on = worker({ ...all, hasFailed: true });
    on.machine.settings[PIN] = NEW;
    await on.job.record(begun('pin', { before: { value: OLD }, goal: { value: NEW } }));
    expect(await runApply(on.job, false)).toMatchObject({ outcome: 'put-back' });
    expect([isAsBefore(on), failed(on)]).toEqual([true, []]);
  });
});

describe('All is put back, and the reason recorded,', () => {
  /** Once it is applied so far, this happens. */
  const once = (on: On, key: string, happens: () => void): void => {
    on.machine.tool = (change, doIt) => {
      doIt();
      if (change.type === 'setting.write' && change.key === key && change.to === NEW) happens();
    };
  };

  test('if a step fails: no later one is begun', async () => {
    const on = worker(all);
    on.machine.tool = (change, doIt) => (change.type === 'setting.write' && change.key === OWN ? fail() : doIt());
    const ended = await runApply(on.job, false);
    expect([ended.outcome, ended.owed ?? []]).toEqual(['put-back', []]);
    expect([isAsBefore(on), failed(on), on.machine.pid]).toEqual([true, ['failed own ToolFailed'], 1]);
  });

  test('if a step cannot be read, and the step is named', async () => {
    const on = worker(all);
    once(on, PIN, () => {
      on.machine.look = () => {
        on.machine.look = () => {};
        fail('SettingTwice');
      };
    });
    expect(await runApply(on.job, false)).toMatchObject({ outcome: 'put-back' });
    expect([isAsBefore(on), failed(on)]).toEqual([true, ['failed pin SettingTwice']]);
  });

  test('if a service is still starting when time is up, and how long that was waited for is told', async () => {
    const on = worker({ planned: [PINS], checks: [RUNS] });
    on.machine.state = 'start-pending';
    expect(await runApply(on.job, false)).toMatchObject({ outcome: 'unknown' });
    const data = { found: 'start-pending', role: 'worker', limitMs: LIMIT_MS };
    expect(on.entries().find(({ type }) => type === 'failed')).toMatchObject({ step: 'runs', data });
    const ended = worker({ planned: [PINS], checks: [RUNS] });
    ended.machine.state = 'stopped';
    await runApply(ended.job, false);
    const failure = ended.entries().find(({ type }) => type === 'failed');
    expect(failure).not.toHaveProperty('data.limitMs');
  });

  test('if it is halted before a step, and that step is named', async () => {
    const on = worker(all);
    once(on, PIN, () => on.stop('MasterWentBack'));
    expect(await runApply(on.job, false)).toMatchObject({ outcome: 'put-back' });
    expect([isAsBefore(on), failed(on)]).toEqual([true, ['failed own MasterWentBack']]);
  });

  test('if a check does not hold, and the check is named', async () => {
    const on = worker({ planned: [PINS], checks: [RUNS, CONNECTED] });
    on.machine.log = { state: 'refused', line: 'The remote certificate is invalid' };
    expect(await runApply(on.job, false)).toMatchObject({ outcome: 'put-back' });
    expect([isAsBefore(on), failed(on)]).toEqual([true, ['failed connected WorkerRefused']]);
  });

  test('if it is halted while a check is waited for: at once, with the last line of the worker’s log', async () => {
    const on = worker({ planned: [PINS], checks: [RUNS, CONNECTED] });
    on.machine.log = { state: 'refused', line: 'The remote certificate is invalid' };
    const from = on.clock.steady();
    on.machine.look = () => {
      if (on.clock.steady() >= from + 5_000) on.stop('StopAsked');
    };
    await runApply(on.job, false);
    expect(failed(on)).toEqual(['failed runs StopAsked']);
    expect(on.entries().find(({ type }) => type === 'failed')).toMatchObject({
      data: { line: 'The remote certificate is invalid' },
    });
    expect(on.clock.steady() - from).toBeLessThan(10_000);
  });

  test.each<[string, (on: On) => void]>([
    ['it went back before the worker was waited for', (on) => once(on, PIN, () => on.stop('StopAsked'))],
    [
      'the master presents another again',
      ({ job, stop, machine }) => {
        Object.assign(job.host, {
          connectionWitness: async () => {
            stop('MasterWentBack');
            return { handshake: { thumbprint: OLD, error: null }, log: machine.log, tcp: null };
          },
        });
      },
    ],
  ])('without a line of the worker’s log if %s, because what it says then is no cause', async (_when, turns) => {
    const on = worker({ planned: [PINS], checks: [RUNS, CONNECTED] });
    on.machine.log = { state: 'refused', line: 'The remote certificate is invalid' };
    turns(on);
    await runApply(on.job, false);
    expect(failed(on)).toEqual([expect.stringMatching(/^failed runs (?:StopAsked|MasterWentBack)$/u)]);
    expect(on.entries().find(({ type }) => type === 'failed')).toHaveProperty('data', {});
  });

  test('if a step no longer holds once the last one is done: at once, whatever is still waited for', async () => {
    const on = worker({ planned: [PINS, NAMES, RESTARTS], checks: [CONNECTED] });
    on.machine.log = { state: 'silent', line: '' };
    on.machine.tool = (change, doIt) => {
      doIt();
      if (change.type === 'service.restart') on.machine.settings[OWN] = OLD;
    };
    const from = on.clock.steady();
    expect(await runApply(on.job, false)).toMatchObject({ outcome: 'put-back' });
    expect([isAsBefore(on), failed(on)]).toEqual([true, ['failed own SettingDiffers']]);
    expect(on.clock.steady() - from).toBeLessThan(5_000);
  });

  test('if it cannot be seen any more whether a step still holds, and then no check is waited for', async () => {
    const on = worker({ planned: [PINS, RESTARTS], checks: [CONNECTED] });
    on.machine.log = { state: 'silent', line: '' };
    on.machine.tool = (change, doIt) => {
      doIt();
      if (change.type !== 'service.restart' || on.machine.pid > 2) return;
      on.machine.look = (what) => {
        if (what !== 'setting') return;
        on.machine.look = () => {};
        fail('SettingTwice');
      };
    };
    expect(await runApply(on.job, false)).toMatchObject({ outcome: 'put-back' });
    expect(failed(on)).toEqual(['failed SettingTwice']);
    let looks = 0;
    on.machine.look = () => {
      looks += 1;
    };
    await on.clock.sleep(LIMIT_MS);
    expect(looks).toBe(0);
  });

  test('on a full disk too, which owes the reason', async () => {
    const on = worker(all);
    once(on, PIN, () => {
      on.disk.full = true;
    });
    expect(await runApply(on.job, false)).toMatchObject({
      outcome: 'put-back',
      owed: [{ type: 'failed', n: 7, rotation: 'prod-17', step: 'pin', code: 'JournalNotWritable' }],
    });
    expect(isAsBefore(on)).toBe(true);
  });
});

describe('Putting back', () => {
  /** A step of the worker was begun by that order, and stands. */
  const forth = async (on: On, id: 'pin' | 'own', n = 7): Promise<void> => {
    on.machine.settings[id === 'pin' ? PIN : OWN] = NEW;
    await on.job.record(begun(id, { n, before: { value: OLD }, goal: { value: NEW } }));
  };

  test('covers what this order began: what an earlier one began is looked at, and is unknown unless it is back', async () => {
    const on = worker({ planned: [PINS, NAMES] });
    await forth(on, 'own');
    await forth(on, 'pin', 5);
    expect(await putBack(on.job)).toEqual({ outcome: 'unknown', facts: { own: { value: OLD }, pin: { value: NEW } } });
    expect(on.machine.performed).toEqual([OWN]);
    on.machine.settings[PIN] = OLD;
    expect(await putBack(on.job)).toEqual({ outcome: 'put-back', facts: { own: { value: OLD }, pin: { value: OLD } } });
  });

  test('is unknown if one thing of several that an earlier order left is not as it was before that', async () => {
    const other = 'EF'.repeat(20);
    const on = worker({ planned: [PINS, NAMES] });
    for (const id of ['pin', 'own'])
      await on.job.record(begun(id, { n: 5, before: { value: other }, goal: { value: NEW } }));
    on.machine.settings[OWN] = other;
    expect(await putBack(on.job)).toMatchObject({ outcome: 'unknown' });
    on.machine.settings[PIN] = other;
    expect(await putBack(on.job)).toMatchObject({ outcome: 'put-back' });
  });

  test('stays open in the journal if the runner is being stopped while it looks', async () => {
    const on = worker({ planned: [PINS] });
    await forth(on, 'pin', 5);
    on.machine.look = () => {
      throw new RunnerStopping();
    };
    await expect(putBack(on.job)).rejects.toBeInstanceOf(RunnerStopping);
  });

  test('that cannot see what an earlier order left is unknown', async () => {
    const on = worker({ planned: [PINS] });
    await forth(on, 'pin', 5);
    on.machine.look = () => fail('SettingTwice');
    expect(await putBack(on.job)).toEqual({ outcome: 'unknown', facts: { pin: {} } });
  });

  test('goes on with the other steps if one of them is refused, and is unknown then, whatever could be proved', async () => {
    const on = worker({ planned: [PINS, NAMES], checks: [RUNS] });
    await forth(on, 'pin');
    await forth(on, 'own');
    on.machine.tool = (change, doIt) => (change.type === 'setting.write' && change.key === OWN ? fail() : doIt());
    expect(await putBack(on.job)).toMatchObject({ outcome: 'unknown' });
    expect(on.machine.settings).toEqual({ [PIN]: OLD, [OWN]: NEW });
    expect(told(on)).not.toContain('proved runs');
  });

  test('is proved by what this machine alone can prove, and is unknown if that does not hold', async () => {
    const idle = check('idle', 'service-runs', 'running', null);
    const on = worker({ planned: [PINS], checks: [RUNS, idle, CONNECTED] });
    await forth(on, 'pin');
    expect(await putBack(on.job)).toMatchObject({ outcome: 'put-back', facts: { runs: { state: 'running' } } });
    expect(told(on).filter((one) => one.startsWith('proved'))).toEqual(['proved runs']);
    on.machine.state = 'stopped';
    expect(await putBack(on.job)).toMatchObject({ outcome: 'unknown', facts: { runs: { state: 'stopped' } } });
  });

  test('is unknown if one thing of several does not hold', async () => {
    const stopped = check('stopped', 'service-runs', 'running', 'stopped');
    const on = worker({ planned: [PINS], checks: [stopped, RUNS] });
    await forth(on, 'pin');
    expect(await putBack(on.job)).toMatchObject({ outcome: 'unknown' });
  });

  test('does not ask after what an earlier order removed for good', async () => {
    const on = worker({ planned: [REMOVES, PINS] });
    await on.job.record(begun('remove', { n: 5, before: {}, goal: {} }));
    await forth(on, 'pin');
    on.machine.look = (what) => void (what === 'traces' && fail('StoreNotUnderstood'));
    expect(await putBack(on.job)).toMatchObject({ outcome: 'put-back' });
  });

  test('has its own time, whatever was left of the order’s: as long as the order had, and a minute at least', async () => {
    for (const [timeLimitMs, ms] of [
      [1_000, 60_000],
      [90_000, 90_000],
    ] as const) {
      const on = worker({ planned: [PINS], checks: [RUNS] });
      await forth(on, 'pin');
      on.machine.state = 'start-pending';
      // What halts an order on its way forth does not halt it on its way back.
      on.stop('StopAsked');
      const from = on.clock.steady();
      await putBack({ ...on.job, timeLimitMs, deadline: from });
      expect(on.clock.steady() - from).toBe(ms);
    }
  });

  test('of nothing is put back at once, without a proof', async () => {
    const on = worker({ planned: [PINS], checks: [RUNS] });
    expect(await putBack(on.job)).toEqual({ outcome: 'put-back', facts: {} });
    expect(told(on)).toEqual([]);
  });
});
