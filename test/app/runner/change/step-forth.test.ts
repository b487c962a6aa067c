import { stepForth } from '../../../../src/app/runner/change/step-forth.ts';
import { RunnerStopping } from '../../../../src/app/runner/failure.ts';
import { refuse } from '../../../../src/domain/values.ts';
import { notMet } from '../../../../src/steps/define-step.ts';
import { begun } from './job-on.ts';
import { certificate, numberStep, numbersJob, pendingStep, plannedStep } from './numbers.ts';

type Numbers = ReturnType<typeof numbersJob>;
const typesOf = ({ entries }: Numbers) => entries().map(({ type }) => type);

describe('A step', () => {
  test('that is not at its goal is begun in the journal before its first change, and then proved by a fresh look', async () => {
    const on = numbersJob();
    const begunAt: string[][] = [];
    on.machine.tool = (_asked, doIt) => {
      begunAt.push(typesOf(on));
      doIt();
    };
    expect(await stepForth(on.job, numberStep('a', 2))).toEqual({ changed: true, facts: { value: 2 }, failure: null });
    expect(on.machine.asked).toEqual(['a=1', 'a=2']);
    expect(begunAt).toEqual([['started'], ['started']]);
    expect(on.entries()).toEqual(
      [begun('a'), { type: 'done', n: 7, rotation: 'prod-17', digest: on.job.work.digest, step: 'a' } as const].map(
        (entry) => expect.objectContaining(entry),
      ),
    );
    expect(on.entries()[1]).toMatchObject({ facts: { value: 2 }, made: null, changed: true });
  });

  test('that is at its goal already is done without a change', async () => {
    const on = numbersJob();
    on.machine.numbers.a = 2;
    const step = numberStep('a', 2, {}, plannedStep('a', { value: 2 }));
    expect(await stepForth(on.job, step)).toEqual({ changed: false, facts: { value: 2 }, failure: null });
    expect(on.machine.asked).toEqual([]);
    expect(on.entries()).toEqual([expect.objectContaining({ type: 'done', changed: false })]);
  });

  test('rests on what was read while its order was accepted, and only until the first change', async () => {
    const on = numbersJob();
    let looks = 0;
    let looksBefore = -1;
    on.machine.look = () => {
      looks += 1;
    };
    on.job.seen.set('a', { value: 0 }).set('b', { value: 0 });
    on.machine.tool = (_asked, doIt) => {
      looksBefore = looks;
      doIt();
    };
    await stepForth(on.job, numberStep('a', 1));
    expect([looksBefore, looks]).toEqual([0, 1]);
    expect([...on.job.seen]).toEqual([]);
  });

  test('whose facts have moved since the plan is not begun, unless this plan itself has begun it before', async () => {
    const on = numbersJob();
    on.machine.numbers.a = 1;
    const { failure, changed } = await stepForth(on.job, numberStep('a', 2));
    expect([failure, changed]).toEqual([
      { code: 'FactsMoved', data: { step: 'a', fact: 'value', found: 1, wanted: 0 } },
      false,
    ]);
    expect([on.machine.asked, on.entries()]).toEqual([[], []]);

    await on.job.record(begun('a', { n: 5 }));
    expect(await stepForth(on.job, numberStep('a', 2))).toMatchObject({ changed: true, failure: null });
  });

  test.each([
    ['has no goal', numberStep('a', 2, { goal: () => refuse('NoGoal', { why: 1 }) }), 'NoGoal'],
    ['knows no way to it', numberStep('a', 2, { move: () => refuse('NoWay', { why: 1 }) }), 'NoWay'],
  ])('that %s fails before anything is changed, and the reason can be recorded', async (_, step, code) => {
    const on = numbersJob();
    expect(await stepForth(on.job, step)).toEqual({
      changed: false,
      facts: { value: 0 },
      failure: { code, data: { why: 1 } },
    });
    expect([on.machine.asked, on.entries()]).toEqual([[], []]);
  });

  test('that has nothing to change is done if it is met, and has failed if it is not', async () => {
    const met = numbersJob();
    const still = { move: () => [] };
    expect(await stepForth(met.job, numberStep('a', 0, { ...still, rereads: true }))).toMatchObject({ failure: null });
    expect(met.entries()).toEqual([expect.objectContaining({ type: 'done', changed: false })]);
    const unmet = numbersJob();
    expect(await stepForth(unmet.job, numberStep('a', 2, still))).toEqual({
      changed: false,
      facts: { value: 0 },
      failure: { code: 'Differs', data: { found: { value: 0 }, wanted: { value: 2 } } },
    });
    expect(unmet.entries()).toEqual([]);
  });
});

test('A runner that is being stopped begins nothing', async () => {
  const on = numbersJob();
  on.machine.look = () => on.stopRunner();
  await expect(stepForth(on.job, numberStep('a', 2))).rejects.toBeInstanceOf(RunnerStopping);
  expect([on.machine.asked, on.entries()]).toEqual([[], []]);
});

describe('A step that was begun by the same order before the runner died', () => {
  const died = async (how = {}, number = 1): Promise<Numbers> => {
    const on = numbersJob();
    await on.job.record(begun('a', how));
    on.machine.numbers.a = number;
    return on;
  };

  test('goes on to the goal of then, from where it is now, and is not begun twice', async () => {
    const on = await died();
    expect(await stepForth(on.job, numberStep('a', 9))).toEqual({ changed: true, facts: { value: 2 }, failure: null });
    expect(on.machine.asked).toEqual(['a=2']);
    expect(typesOf(on)).toEqual(['started', 'done']);
  });

  test('is done if it had arrived, and counts as changed', async () => {
    const on = await died({}, 2);
    expect(await stepForth(on.job, numberStep('a', 9))).toMatchObject({ changed: true, failure: null });
    expect(on.machine.asked).toEqual([]);
    expect(on.entries().at(-1)).toMatchObject({ type: 'done', changed: true });
  });

  test('is judged by what was there before it began', async () => {
    const on = await died({ before: { value: -3 } });
    const seen: unknown[] = [];
    const judge: ReturnType<typeof numberStep>['step']['judge'] = (now, wanted, before) => {
      seen.push(before);
      return now.value === wanted.value ? { met: true } : notMet('Differs', now, wanted);
    };
    await stepForth(on.job, numberStep('a', 9, { judge }));
    expect(new Set(seen.map((one) => JSON.stringify(one)))).toEqual(new Set(['{"value":-3}']));
  });

  test('counts as changed if it knows no way on, and is looked at again if there is nothing left to do', async () => {
    const lost = await died();
    const noWay = numberStep('a', 9, { move: () => refuse('NoWay') });
    expect(await stepForth(lost.job, noWay)).toMatchObject({ changed: true, failure: { code: 'NoWay' } });
    const slow = await died();
    slow.machine.look = () => {
      if (slow.clock.steady() > slow.job.deadline - 50_000) slow.machine.numbers.a = 2;
    };
    expect(await stepForth(slow.job, pendingStep(9, { move: () => [] }))).toMatchObject({
      changed: true,
      failure: null,
    });
  });

  test.each([
    ['by an earlier order', { n: 5 }],
    ['on its way back', { direction: 'back' as const }],
  ])('but %s is begun anew, towards the goal of now', async (_, how) => {
    const on = await died(how);
    expect(await stepForth(on.job, numberStep('a', 3))).toEqual({ changed: true, facts: { value: 3 }, failure: null });
    expect(on.entries()[1]).toEqual(begun('a', { before: { value: 1 }, goal: { value: 3 } }));
  });

  test('is begun anew if a step after it was begun since, and keeps what was there before', async () => {
    const steps = [plannedStep('a'), plannedStep('b')];
    const on = numbersJob({ planned: steps });
    await on.job.record(begun('a'), begun('b'));
    on.machine.numbers.a = 1;
    await stepForth(on.job, numberStep('a', 9));
    expect(on.entries()[2]).toEqual(begun('a'));
  });
});

describe('A step that makes a certificate', () => {
  const [first, second] = [certificate('A'), certificate('B')];
  const secret = { password: 'x' } as never;
  const set = { type: 'setting.write', name: 'a', to: 1 } as never;
  /** It can import only what was made in this process, because the key is nowhere else. */
  const making = (made = second) => {
    const moves: unknown[] = [];
    const step = numberStep('a', 1, {
      make: async () => ({ made, secret }),
      move(now, wanted, _params, context) {
        moves.push(context);
        if (now.value === wanted.value) return [];
        if (context.made === null) return refuse('NothingToImport');
        return context.secret === null ? refuse('SecretLost') : [set];
      },
    });
    return { step, moves };
  };

  test('has its thumbprint in the journal before the import', async () => {
    const on = numbersJob();
    const { step } = making();
    const before: unknown[] = [];
    on.machine.tool = (_asked, doIt) => {
      before.push(...on.entries());
      doIt();
    };
    expect(await stepForth(on.job, step)).toMatchObject({ changed: true, failure: null });
    expect(before).toMatchObject([{ type: 'started', made: second }]);
    expect(on.entries().at(-1)).toMatchObject({ type: 'done', made: second });
  });

  test('makes another if the runner died before the import, since that key is lost, and records both', async () => {
    const on = numbersJob();
    await on.job.record(begun('a', { made: first, goal: { value: 1 } }));
    expect(await stepForth(on.job, making().step)).toMatchObject({ failure: null });
    expect(on.entries().slice(1)).toMatchObject([
      { type: 'started', made: second },
      { type: 'done', made: second },
    ]);
    expect(on.job.past()?.steps.a?.made).toEqual([first, second]);
  });

  test('keeps the one that was imported before the runner died', async () => {
    const on = numbersJob();
    await on.job.record(begun('a', { made: first, goal: { value: 1 } }));
    on.machine.numbers.a = 1;
    expect(await stepForth(on.job, making().step)).toMatchObject({ failure: null });
    expect(on.entries().at(-1)).toMatchObject({ type: 'done', made: first, changed: true });
    expect(on.machine.asked).toEqual([]);
  });

  test.each([
    ['knows no way on for another reason', () => refuse('Another'), { failure: { code: 'Another' } }],
    ['has it imported, and only needs the rest', () => [set], { failure: null }],
  ])('makes no other if it %s', async (_, move, wanted) => {
    const on = numbersJob();
    await on.job.record(begun('a', { made: first, goal: { value: 1 } }));
    const made: string[] = [];
    const make = async () => {
      made.push('another');
      return { made: second, secret };
    };
    expect(await stepForth(on.job, numberStep('a', 1, { make, move }))).toMatchObject(wanted);
    expect([made, typesOf(on)[0], on.job.past()?.steps.a?.made]).toEqual([[], 'started', [first]]);
  });
});
