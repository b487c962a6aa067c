import { inOrderBack, stepBack } from '../../../../src/app/runner/change/step-back.ts';
import { RunnerStopping } from '../../../../src/app/runner/failure.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import { refuse } from '../../../../src/domain/values.ts';
import type { Step } from '../../../../src/steps/index.ts';
import { begun, LIMIT_MS } from './job-on.ts';
import { certificate, doesBut, fail, numberStep, numbersJob, pendingStep, plannedStep } from './numbers.ts';

type Numbers = ReturnType<typeof numbersJob>;
const typesOf = ({ entries }: Numbers) => entries().map(({ type }) => type);
const back = (on: Numbers, step = numberStep('a', 2), ...force: boolean[]) =>
  stepBack(on.job, step, on.job.deadline, ...force);

/** A step that was begun at 0, and stands at 2. */
async function forth(planned = [plannedStep('a')]): Promise<Numbers> {
  const on = numbersJob({ planned });
  await on.job.record(begun('a'));
  on.machine.numbers.a = 2;
  return on;
}

describe('On its way back, a step', () => {
  test('that was begun returns to what was there before, is begun in the journal first, and is proved by a look', async () => {
    const on = await forth();
    const begunAt: string[][] = [];
    on.machine.tool = (_asked, doIt) => {
      begunAt.push(typesOf(on));
      doIt();
    };
    expect(await back(on)).toEqual({ changed: true, facts: { value: 0 }, failure: null });
    expect(on.machine.asked).toEqual(['a=1', 'a=0']);
    expect(begunAt[0]).toEqual(['started', 'started']);
    expect(on.entries().slice(1)).toEqual([
      begun('a', { before: { value: 2 }, goal: { value: 0 }, direction: 'back' }),
      { type: 'undone', n: 7, rotation: 'prod-17', step: 'a', facts: { value: 0 } },
    ]);
  });

  test('goes as far back as before it was first begun, whatever was begun since', async () => {
    const on = await forth();
    await on.job.record(begun('a', { n: 6, before: { value: 1 } }));
    expect(await back(on)).toMatchObject({ facts: { value: 0 }, failure: null });
  });

  test('that is back already changes nothing, and says so', async () => {
    const on = await forth();
    on.machine.numbers.a = 0;
    expect(await back(on)).toEqual({ changed: false, facts: { value: 0 }, failure: null });
    expect([on.machine.asked, typesOf(on)]).toEqual([[], ['started', 'undone']]);
  });

  test('that means something else by back than what was there goes there', async () => {
    const on = await forth();
    expect(await back(on, numberStep('a', 2, { back: ({ value }) => ({ value: Number(value) - 1 }) }))).toMatchObject({
      facts: { value: -1 },
    });
  });

  test.each([
    ['is as planned', 0, null],
    ['is not as planned', 2, { code: 'FactsMoved', data: { step: 'a', fact: 'value', found: 2, wanted: 0 } }],
  ])(
    'that was never begun is only looked at, and nothing that a letter says is written: it %s',
    async (_, now, failure) => {
      const on = numbersJob();
      on.machine.numbers.a = now;
      expect(await back(on)).toEqual({ changed: false, facts: { value: now }, failure });
      expect([on.machine.asked, on.entries()]).toEqual([[], []]);
    },
  );

  test('that knows no way back, or has nothing to change and is not back, has failed', async () => {
    const lost = await forth();
    expect(await back(lost, numberStep('a', 2, { move: () => refuse('NoWay', { why: 1 }) }))).toEqual({
      changed: false,
      facts: { value: 2 },
      failure: { code: 'NoWay', data: { why: 1 } },
    });
    const stuck = await forth();
    expect(await back(stuck, numberStep('a', 2, { move: () => [] }))).toEqual({
      changed: false,
      facts: { value: 2 },
      failure: { code: 'Differs', data: { found: { value: 2 }, wanted: { value: 0 } } },
    });
    expect([typesOf(lost), typesOf(stuck)]).toEqual([['started'], ['started']]);
  });

  test('is not stopped by a full disk: the old value has been on it since before the first change', async () => {
    const on = await forth();
    on.disk.full = true;
    expect(await back(on)).toEqual({ changed: true, facts: { value: 0 }, failure: null });
  });

  test('of which nothing can be read has failed, and nobody knows what it changed', async () => {
    const on = await forth();
    on.machine.look = () => fail('SettingTwice');
    expect(await back(on)).toEqual({ changed: true, facts: {}, failure: { code: 'SettingTwice', data: {} } });
    expect(typesOf(on)).toEqual(['started']);
  });

  test('has failed if its tool only says that it did it', async () => {
    const on = await forth();
    on.machine.tool = () => {};
    expect(await back(on)).toEqual({
      changed: true,
      facts: { value: 2 },
      failure: { code: 'Differs', data: { found: { value: 2 }, wanted: { value: 0 } } },
    });
  });

  test('is not begun by a runner that is being stopped', async () => {
    const on = await forth();
    on.machine.look = () => on.stopRunner();
    await expect(back(on)).rejects.toBeInstanceOf(RunnerStopping);
    expect([on.machine.asked, typesOf(on)]).toEqual([[], ['started']]);
  });

  test('stays open in the journal if the runner is being stopped', async () => {
    const on = await forth();
    on.machine.look = () => {
      throw new RunnerStopping();
    };
    await expect(back(on)).rejects.toBeInstanceOf(RunnerStopping);
    expect(typesOf(on)).toEqual(['started']);
  });
});

describe('A tool that refuses on the way back', () => {
  test('is asked again, for nobody else will, and at most three times', async () => {
    const on = await forth();
    on.machine.tool = () => fail();
    expect(await back(on)).toMatchObject({ changed: true, facts: { value: 2 }, failure: { code: 'ToolFailed' } });
    expect(on.machine.asked).toEqual(['a=1', 'a=1', 'a=1']);
    expect(typesOf(on)).toEqual(['started', 'started']);
  });

  test('does no harm if it works at last, or has done what it denies', async () => {
    const on = await forth();
    let times = 0;
    on.machine.tool = (_asked, doIt) => {
      times += 1;
      if (times < 3) fail();
      doIt();
    };
    expect(await back(on)).toMatchObject({ facts: { value: 0 }, failure: null });
    const denied = await forth();
    denied.machine.tool = doesBut('ToolFailed');
    expect(await back(denied)).toMatchObject({ facts: { value: 0 }, failure: null });
  });

  test('is asked no more once time is up', async () => {
    const on = await forth();
    on.machine.tool = async () => {
      await on.clock.sleep(LIMIT_MS);
      fail();
    };
    expect(await back(on)).toMatchObject({ failure: { code: 'ToolFailed' } });
    expect(on.machine.asked).toHaveLength(1);
  });

  test('is asked no more by a runner that is being stopped', async () => {
    const on = await forth();
    on.machine.tool = () => {
      on.stopRunner();
      fail();
    };
    await expect(back(on)).rejects.toBeInstanceOf(RunnerStopping);
    expect([on.machine.asked.length, typesOf(on)]).toEqual([1, ['started', 'started']]);
  });

  test('has its reason told, not that nothing could be read after it', async () => {
    const on = await forth();
    on.machine.tool = () => {
      on.machine.look = () => fail('SettingTwice');
      fail();
    };
    expect(await back(on)).toMatchObject({ failure: { code: 'ToolFailed' } });
  });

  test('has failed, even if all looks well afterwards, if the change saw it with its own eyes', async () => {
    const stands = { stands: () => true, move: () => [{ type: 'service.restart', name: 'a', to: 0 } as never] };
    const always = await forth();
    always.machine.tool = doesBut('DiedSince');
    expect(await back(always, numberStep('a', 2, stands))).toMatchObject({
      facts: { value: 0 },
      failure: { code: 'DiedSince' },
    });
    const once = await forth();
    once.machine.tool = (asked, doIt, signal) => {
      once.machine.tool = (_asked, again) => again();
      return doesBut('DiedSince')(asked, doIt, signal);
    };
    expect(await back(once, numberStep('a', 2, stands))).toMatchObject({ failure: null });
  });
});

describe('The time of a way back', () => {
  /** How long one is waited for that does not come back by itself, if only so much of its time is left. */
  async function waited(leftMs: number, how: Partial<Step> = {}, kind = 'write-setting'): Promise<number> {
    const on = await forth([plannedStep('a', { value: 0 }, kind)]);
    on.machine.tool = () => {};
    const from = on.clock.steady();
    await stepBack(on.job, pendingStep(2, how), from + leftMs);
    return on.clock.steady() - from;
  }

  test.each([
    ['all of it', 100_000, 100_000],
    ['at least thirty seconds, however late it is', 0, 30_000],
    ['at least thirty seconds, even if it was over long ago', -500_000, 30_000],
  ])('is used for a step that may still come back: %s', async (_, leftMs, ms) => {
    expect(await waited(leftMs)).toBe(ms);
  });

  test('is longer by a minute for a service, which would be left stopped', async () => {
    expect(await waited(100_000, { rereads: true }, 'restart-service')).toBe(160_000);
  });

  test('is not cut by what halts the way forth', async () => {
    const on = await forth();
    on.stop('StopAsked');
    on.machine.tool = () => {};
    const from = on.clock.steady();
    on.machine.look = () => {
      if (on.clock.steady() >= from + 20_000) on.machine.numbers.a = 0;
    };
    expect(await back(on, pendingStep(2))).toMatchObject({ failure: null });
  });
});

test('Each certificate that was made for a step is taken back, even if the first of them cannot be', async () => {
  const [first, second] = [certificate('A'), certificate('B')];
  const on = await forth();
  await on.job.record(begun('a', { made: first }), begun('a', { made: second }));
  const seen: unknown[] = [];
  const step = numberStep('a', 2, {
    async observe(_host, _params, made) {
      seen.push(made);
      if (made?.thumbprint === first.thumbprint) fail('SettingTwice');
      return { value: 0 };
    },
  });
  expect(await back(on, step)).toEqual({
    changed: true,
    facts: { value: 0 },
    failure: { code: 'SettingTwice', data: {} },
  });
  expect(seen).toEqual([first, second]);
});

describe('Trust in a certificate that is still in use', () => {
  const pinned = 'AB'.repeat(20);
  const inUse = (on: Numbers, thumbprint: string, code = 'CertificateInUse') => {
    on.machine.tool = () => {
      throw new CertopsError(code, { thumbprint });
    };
    return back(on);
  };
  const write = (value: unknown, kind = 'write-setting') =>
    forth([plannedStep('a'), plannedStep('w', { value: value as string }, kind)]);

  test('stays if a setting named it before the rotation, and that is no failure', async () => {
    const on = await write(`\u200e${pinned.toLowerCase()} `);
    expect(await inUse(on, pinned)).toMatchObject({ changed: true, facts: { value: 2 }, failure: null });
    expect([on.warned.length, on.events.length]).toEqual([1, 1]);
  });

  test.each([
    ['a setting named another one', pinned, 'write-setting', 'CertificateInUse', 'CD'.repeat(20)],
    ['no setting named one', null, 'write-setting', 'CertificateInUse', pinned],
    ['what named it was no setting', pinned, 'publish-cer', 'CertificateInUse', pinned],
    ['it failed for another reason', pinned, 'write-setting', 'ToolFailed', pinned],
  ])('is a failure if %s', async (_, value, kind, code, thumbprint) => {
    expect(await inUse(await write(value, kind), thumbprint, code)).toMatchObject({ failure: { code } });
  });
});

describe('The order of a way back', () => {
  const steps = ['write-setting', 'trust-certificate', 'restart-service'].map((kind) => plannedStep(kind, {}, kind));
  const ids = (undoOrder: 'same' | 'reverse') => {
    const { job } = numbersJob({ planned: steps });
    return inOrderBack({ ...job, work: { ...job.work, phase: { ...job.work.phase, undoOrder } } }, steps).map(
      ({ id }) => id,
    );
  };

  test('is that of the plan, but what the others rest on goes last', () => {
    expect(ids('same')).toEqual(['write-setting', 'restart-service', 'trust-certificate']);
    expect(ids('reverse')).toEqual(['restart-service', 'write-setting', 'trust-certificate']);
  });
});
