import { stepBack } from '../../../../src/app/runner/change/step-back.ts';
import { stepForth } from '../../../../src/app/runner/change/step-forth.ts';
import { notMet } from '../../../../src/steps/define-step.ts';
import { begun } from './job-on.ts';
import { numberStep, numbersJob, plannedStep } from './numbers.ts';

const service = plannedStep('s', { value: 5 }, 'restart-service');
/** The restart of a service whose number tells its process: each gives it another. */
const RESTART = numberStep(
  's',
  0,
  {
    rereads: true,
    goal: (before) => before,
    judge: (now, wanted, before) =>
      before === null || now.value !== before.value ? { met: true } : notMet('NotRestarted', now, wanted),
    move: (now) => [{ type: 'service.restart', name: 's', to: Number(now.value) + 1 } as never],
  },
  service,
);

describe('A service that must read again what was changed before it', () => {
  const steps = [plannedStep('a'), service];
  test.each([
    ['is restarted if it was not yet', [begun('a')], 1],
    ['is restarted if something was changed after its last restart', [begun('s'), begun('a')], 1],
    ['is not restarted again if it was, and is another process since', [begun('a'), begun('s')], 0],
  ])('%s', async (_, past, restarts) => {
    const on = numbersJob({ planned: steps });
    await on.job.record(...past);
    on.machine.numbers.s = 5;
    expect(await stepForth(on.job, RESTART)).toMatchObject({ failure: null });
    expect(on.machine.asked).toHaveLength(restarts);
  });
});

describe('A service on its way back', () => {
  const steps = [
    ...[plannedStep('a'), plannedStep('trust', {}, 'trust-certificate')],
    ...[plannedStep('remove', {}, 'remove-certificate'), service, plannedStep('later')],
  ];
  const own = { before: { value: 5 }, goal: { value: 5 } };
  const back = { ...own, direction: 'back' as const };
  const backAgain = begun('a', { direction: 'back', goal: { value: 0 } });

  test.each([
    ['is left alone if nothing before it was touched', [], false, 0],
    ['is restarted if it is asked for, even so', [], true, 1],
    [
      'is restarted if that was begun and did not happen, even so',
      [begun('s', { ...own, before: { value: 6 } })],
      false,
      1,
    ],
    ['is left alone if that was begun and did happen', [begun('s', own)], false, 0],
    ['is restarted if something before it was touched, even if it was not itself', [begun('a')], false, 1],
    ['is restarted if it read what has gone back since', [begun('a'), begun('s', own), backAgain], false, 1],
    ['is restarted if it went back before something else did', [begun('a'), begun('s', back), backAgain], false, 1],
    ['is restarted for trust that was given, while that stands', [begun('trust')], false, 1],
    ['is restarted if it read what was there on the way forth', [begun('a'), begun('s', own)], false, 1],
    [
      'is not restarted again if it has read what went back',
      [begun('a'), begun('s', own), backAgain, begun('s', back)],
      false,
      0,
    ],
    [
      'is not restarted again for trust that is taken back after it, which no service has to read',
      [begun('trust'), begun('s', back), begun('trust', { direction: 'back' })],
      false,
      0,
    ],
    ['is not restarted again if it has read what cannot go back', [begun('remove'), begun('s', own)], false, 0],
    ['is not restarted for what comes after it', [begun('later')], false, 0],
    ['is not restarted again for that', [begun('a'), begun('s', back), begun('later')], false, 0],
  ] as const)('%s', async (_, past, force, restarts) => {
    const on = numbersJob({ planned: steps });
    await on.job.record(...past);
    on.machine.numbers.s = 6;
    expect(await stepBack(on.job, RESTART, on.job.deadline, force)).toMatchObject({
      changed: restarts > 0,
      failure: null,
    });
    expect(on.machine.asked).toHaveLength(restarts);
  });
});

test('A service that did not run before is left as it is on the way back', async () => {
  const still = numberStep('s', 0, { rereads: true, move: () => [] }, plannedStep('s', {}, 'restart-service'));
  const on = numbersJob({ planned: [plannedStep('a'), still.planned] });
  await on.job.record(begun('a'), begun('s', { before: { value: 0 }, goal: { value: 0 } }));
  expect(await stepBack(on.job, still, on.job.deadline)).toEqual({
    changed: false,
    facts: { value: 0 },
    failure: null,
  });
  expect(on.machine.asked).toEqual([]);
});
