import { RunnerStopping } from '../../../../src/app/runner/failure.ts';
import { fallenService } from '../../../../src/app/runner/held/fallen-service.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import { began, fakeJob, RESTART, runs } from './fake-job.ts';

const proved = { ...began(), done: { ...runs(2) } };
const past = { [RESTART.id]: proved };
const steps = [RESTART];
const stopped = { state: 'stopped', pid: 0 };
const hangs = new CertopsError('ToolTimedOut', { tool: 'sc' });
const code = async (...sees: readonly (ReturnType<typeof runs> | Error)[]) =>
  fallenService(fakeJob({ steps, past, sees }).job);
const restarts = (pid: number) => ({ step: RESTART.id, code: 'ServiceRestartsItself', data: { ran: 2, pid } });
const isDown = (found: string) => ({
  step: RESTART.id,
  code: 'ServiceNotRunning',
  data: { ran: 2, found, role: 'master' },
});

describe('A service that an order restarted', () => {
  test('stands if it runs as the process that was proved, and is looked at once', async () => {
    const { job, clock } = fakeJob({ steps, past, sees: [runs(2), stopped] });
    const { steady } = clock;
    expect(await fallenService(job)).toBeNull();
    expect(clock.steady).toBe(steady);
  });

  test('stands if it died once, and two seconds later runs as the same process as now', async () => {
    const { job, clock } = fakeJob({ steps, past, sees: [runs(6), runs(6)] });
    const { steady } = clock;
    expect(await fallenService(job)).toBeNull();
    expect(clock.steady - steady).toBe(2_000);
  });

  test.each<readonly [string, readonly ReturnType<typeof runs>[], object]>([
    ['runs as a third process by then', [runs(6), runs(8)], restarts(8)],
    ['runs again, but did not just now', [stopped, runs(6)], restarts(6)],
    ['no longer runs by then', [runs(6), stopped], isDown('stopped')],
    ['runs neither now nor then', [stopped, stopped], isDown('stopped')],
    ['is only starting, each time', [{ state: 'start-pending', pid: 6 }], isDown('start-pending')],
  ])('has fallen if it %s', async (_, sees, wanted) => {
    expect(await code(...sees)).toEqual(wanted);
  });

  test.each([
    ['at first', [hangs, stopped]],
    ['again', [stopped, hangs]],
  ])('is not called fallen if it cannot be seen %s, and that is noted', async (_, sees) => {
    const { job, warned } = fakeJob({ steps, past, sees });
    expect(await fallenService(job)).toBeNull();
    expect(warned).toEqual([{ code: 'ToolTimedOut' }]);
  });

  test('is not judged by an order whose runner is being stopped', async () => {
    const { job } = fakeJob({ steps, past, sees: [stopped] });
    const checkpoint = () => {
      throw new RunnerStopping();
    };
    await expect(fallenService({ ...job, checkpoint })).rejects.toBeInstanceOf(RunnerStopping);
  });

  test('was asked to go back if its step is no longer as proved by then', async () => {
    const again = { ...proved, done: null };
    const meanwhile = (fake: ReturnType<typeof fakeJob>) => {
      if (fake.clock.steady > 500_000) fake.past = { [RESTART.id]: again };
    };
    const { job } = fakeJob({ steps, past, sees: [runs(6), runs(8)], meanwhile });
    expect(await fallenService(job)).toEqual({ step: null, code: 'StopAsked', data: {} });
  });
});

test.each<readonly [string, Parameters<typeof fakeJob>[0]]>([
  ['was not restarted', { steps, past: {} }],
  ['was restarted and not proved', { steps, past: { [RESTART.id]: began() } }],
  ['did not run before either', { steps, past: { [RESTART.id]: { ...proved, done: { ...stopped } } } }],
  ['is no part of the order', { steps: [], past }],
])('A service that %s is not looked at', async (_, how) => {
  const looks: number[] = [];
  const meanwhile = ({ clock }: ReturnType<typeof fakeJob>) => void looks.push(clock.now);
  const { job } = fakeJob({ ...how, sees: [stopped], meanwhile });
  expect(await fallenService(job)).toBeNull();
  expect(looks).toEqual([]);
});

test('Each service that an order restarted is looked at', async () => {
  const other = { ...RESTART, id: 'sqlm01/workers/restart-service', params: { role: 'worker' } };
  const both = { ...past, [other.id]: { ...proved, done: { ...runs(4) } } };
  const { job } = fakeJob({ steps: [RESTART, other], past: both, sees: [runs(2), stopped, stopped] });
  expect(await fallenService(job)).toEqual({
    step: other.id,
    code: 'ServiceNotRunning',
    data: { ran: 4, found: 'stopped', role: 'worker' },
  });
});
