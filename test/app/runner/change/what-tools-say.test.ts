import { stepForth } from '../../../../src/app/runner/change/step-forth.ts';
import { RunnerStopping } from '../../../../src/app/runner/failure.ts';
import { refuse } from '../../../../src/domain/values.ts';
import { LIMIT_MS } from './job-on.ts';
import { doesBut, fail, numberStep, numbersJob, pendingStep } from './numbers.ts';

describe('What a tool says counts for nothing:', () => {
  test('one that fails but has done it leaves the step done', async () => {
    const on = numbersJob();
    on.machine.tool = doesBut('ToolFailed');
    expect(await stepForth(on.job, numberStep('a', 2))).toEqual({ changed: true, facts: { value: 2 }, failure: null });
    expect(on.machine.asked).toEqual(['a=1', 'a=2']);
  });

  test('one that says it did but did not leaves it failed at once, with what was found and what was wanted', async () => {
    const on = numbersJob();
    on.machine.tool = () => {};
    const from = on.clock.steady();
    expect(await stepForth(on.job, numberStep('a', 1))).toEqual({
      changed: true,
      facts: { value: 0 },
      failure: { code: 'Differs', data: { found: { value: 0 }, wanted: { value: 1 } } },
    });
    expect(on.entries().map(({ type }) => type)).toEqual(['started']);
    expect(on.clock.steady()).toBe(from);
  });

  test('one that is refused is not tried twice, nor is what was to come after it, and its reason is the step’s', async () => {
    const on = numbersJob();
    on.machine.tool = () => fail();
    expect(await stepForth(on.job, numberStep('a', 3))).toMatchObject({
      changed: true,
      failure: { code: 'ToolFailed' },
    });
    expect(on.machine.asked).toEqual(['a=1']);
  });

  test('one that failed, and has done it by a later look, leaves the step done', async () => {
    const on = numbersJob();
    let looks = 0;
    on.machine.look = () => {
      looks += 1;
      if (looks === 3) on.machine.numbers.a = 1;
    };
    on.machine.tool = () => fail();
    expect(await stepForth(on.job, numberStep('a', 1))).toMatchObject({ facts: { value: 1 }, failure: null });
  });

  test('one that was refused is the reason, not that there is no way on since then', async () => {
    const on = numbersJob();
    on.machine.tool = () => fail();
    let times = 0;
    const move: Parameters<typeof numberStep>[2] = {
      move: () => {
        times += 1;
        return times === 1 ? [{ type: 'setting.write', name: 'a', to: 1 } as never] : refuse('NoWay');
      },
    };
    expect(await stepForth(on.job, numberStep('a', 1, move))).toMatchObject({ failure: { code: 'ToolFailed' } });
  });

  test('after one that failed but did more than it was asked, only what is left is done', async () => {
    const on = numbersJob();
    on.machine.tool = ({ to }, doIt) => {
      doIt();
      if (to !== 1) return;
      on.machine.numbers.a = 2;
      fail();
    };
    expect(await stepForth(on.job, numberStep('a', 3))).toMatchObject({ failure: null });
    expect(on.machine.asked).toEqual(['a=1', 'a=3']);
  });

  test('but a failure that the change saw with its own eyes stands, even if all looks well afterwards', async () => {
    const on = numbersJob();
    on.machine.tool = doesBut('DiedSince');
    const restart = {
      stands: ({ code }: { readonly code: string }): boolean => code === 'DiedSince',
      move: () => [{ type: 'service.restart', name: 'a', to: 1 } as never],
    };
    expect(await stepForth(on.job, numberStep('a', 1, restart))).toEqual({
      changed: true,
      facts: { value: 1 },
      failure: { code: 'DiedSince', data: {} },
    });
    const other = numbersJob();
    other.machine.tool = doesBut('Another');
    expect(await stepForth(other.job, numberStep('a', 1, restart))).toMatchObject({ failure: null });
    expect(await stepForth(numbersJob().job, numberStep('a', 1, restart))).toMatchObject({ failure: null });
  });

  test('why it was refused tells more than that nothing could be read afterwards', async () => {
    const on = numbersJob();
    on.machine.tool = () => {
      on.machine.look = () => fail('ToolTimedOut');
      fail();
    };
    await expect(stepForth(on.job, numberStep('a', 1))).rejects.toMatchObject({ code: 'ToolFailed' });
    const late = numbersJob();
    let looks = 0;
    late.machine.look = () => {
      looks += 1;
      if (looks > 2) fail('ToolTimedOut');
    };
    late.machine.tool = () => fail();
    await expect(stepForth(late.job, numberStep('a', 1))).rejects.toMatchObject({ code: 'ToolFailed' });
    const done = numbersJob();
    done.machine.tool = (_asked, doIt) => {
      doIt();
      done.machine.look = () => fail('ToolTimedOut');
    };
    await expect(stepForth(done.job, numberStep('a', 1))).rejects.toMatchObject({ code: 'ToolTimedOut' });
  });

  test('a runner that is being stopped hides behind no tool’s refusal: what is open stays open', async () => {
    const on = numbersJob();
    on.machine.tool = () => {
      on.machine.look = () => {
        throw new RunnerStopping();
      };
      fail();
    };
    await expect(stepForth(on.job, numberStep('a', 1))).rejects.toBeInstanceOf(RunnerStopping);
  });
});

describe('A step that may still arrive', () => {
  test('is looked at until it does', async () => {
    const on = numbersJob();
    const from = on.clock.steady();
    on.machine.tool = () => {};
    on.machine.look = () => {
      if (on.clock.steady() >= from + 30_000) on.machine.numbers.a = 1;
    };
    expect(await stepForth(on.job, pendingStep(1))).toMatchObject({ failure: null });
  });

  test('has failed when time is up', async () => {
    const on = numbersJob();
    on.machine.tool = () => {};
    const from = on.clock.steady();
    expect(await stepForth(on.job, pendingStep(1))).toMatchObject({ changed: true, failure: { code: 'Differs' } });
    expect(on.clock.steady() - from).toBe(LIMIT_MS);
  });

  test('is waited for no longer if its order is halted, or if its failure stands', async () => {
    const on = numbersJob();
    on.machine.tool = () => on.stop('StopAsked');
    const from = on.clock.steady();
    expect(await stepForth(on.job, pendingStep(1))).toMatchObject({ failure: { code: 'Differs' } });
    expect(on.clock.steady()).toBe(from);
    const fallen = numbersJob();
    fallen.machine.tool = () => fail('DiedSince');
    await stepForth(fallen.job, pendingStep(1, { stands: () => true }));
    expect(fallen.clock.steady()).toBe(from);
  });
});

test('An order that is halted between two changes makes no further one, and names the halt', async () => {
  const on = numbersJob();
  on.machine.tool = (_asked, doIt) => {
    doIt();
    on.stop('MasterWentBack');
  };
  expect(await stepForth(on.job, numberStep('a', 3))).toMatchObject({
    facts: { value: 1 },
    failure: { code: 'MasterWentBack', data: {} },
  });
  expect(on.machine.asked).toEqual(['a=1']);
});
