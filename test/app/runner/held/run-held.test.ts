import { runHeld } from '../../../../src/app/runner/held/run-held.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import type { PlannedStep } from '../../../../src/domain/plan/plan.ts';
import { began, fakeJob, instant, LIMIT_MS, NOW, RESTART, runs } from './fake-job.ts';

type How = NonNullable<Parameters<typeof fakeJob>[0]>;
type Part = Parameters<typeof runHeld>[1];
type Reason = Parameters<typeof runHeld>[2]['reason'];

const steps = [RESTART];
const SWITCHED = { at: instant(NOW - 5_000), goesBackAt: instant(NOW + 50_000) };
const FOLLOWED = { ...SWITCHED, goesBackAt: null };
const FELL = { code: 'ServiceNotRunning', data: {} };
const stopped = { state: 'stopped', pid: 0 };
/** Restarted by this order, and proved. */
const RESTARTED = { [RESTART.id]: { ...began(), done: { ...runs(2) } } };
/** Restarted by an earlier order, which this one cannot put back. */
const EARLIER = { [RESTART.id]: began({ n: 5 }) };

/** How it ended, and what was recorded: each entry's kind, with its code if it has one. */
async function run(part: Part, reason: Reason, how: How = {}, late = false) {
  const fake = fakeJob(how);
  const ended = await runHeld(fake.job, part, { reason, late });
  for (const entry of fake.entries) expect(entry).toMatchObject({ n: 7, rotation: 'prod-17' });
  if (ended !== 'held') expect(ended.facts).toBeDefined();
  const said = fake.entries.map((entry) => ('code' in entry ? `${entry.type} ${entry.code}` : entry.type));
  return { ended: ended === 'held' ? ended : ended.outcome, said, fake, owed: ended === 'held' ? [] : ended.owed };
}
const outcome = async (...args: Parameters<typeof run>) => {
  const { ended, said } = await run(...args);
  return [ended, ...said];
};

describe('An order that is let go', () => {
  test.each<readonly [string, Part, How['order'], string]>([
    ['a worker that has followed', 'follow', { switched: FOLLOWED }, 'applied'],
    ['a worker that has not', 'follow', {}, 'unchanged'],
    ['a worker that failed', 'follow', { failed: FELL }, 'put-back'],
    ['a worker that failed after it had followed', 'follow', { switched: FOLLOWED, failed: FELL }, 'put-back'],
    ['a master with nothing to go back to', 'lead', { switched: FOLLOWED }, 'applied'],
    ['a master that never switched', 'lead', {}, 'unchanged'],
    ['a master that is confirmed', 'lead', { switched: SWITCHED }, 'applied'],
  ])('ends as it is: %s', async (_, part, order, wanted) => {
    expect(await outcome(part, 'end', { ...(order === undefined ? {} : { order }), steps })).toEqual([wanted]);
  });

  const fallen = { steps, past: RESTARTED, sees: [stopped] };

  test('is held if it is a master whose service has fallen, and that is recorded', async () => {
    const how = { ...fallen, order: { switched: SWITCHED } };
    expect(await outcome('lead', 'end', how)).toEqual(['held', 'failed ServiceNotRunning']);
    // What cannot be recorded would be forgotten: it stays, as the bot was told.
    expect(await outcome('lead', 'end', { ...how, isFull: true })).toEqual(['applied']);
    expect(await outcome('lead', 'end', { ...how, sees: [runs(2)] })).toEqual(['applied']);
  });

  test('stays, whatever has become of its service, if it has nothing to go back to or has failed already', async () => {
    expect(await outcome('lead', 'end', { ...fallen, order: { switched: FOLLOWED } })).toEqual(['applied']);
    expect(await outcome('lead', 'end', { ...fallen, order: { switched: SWITCHED, failed: FELL } })).toEqual([
      'put-back',
    ]);
    expect(await outcome('follow', 'end', { ...fallen, order: { switched: SWITCHED } })).toEqual(['applied']);
  });
});

describe('An order that goes back', () => {
  test('says why: a master was not confirmed, a worker’s master went back', async () => {
    expect(await outcome('lead', 'back')).toEqual(['put-back', 'failed NotConfirmed']);
    expect(await outcome('follow', 'back')).toEqual(['put-back', 'failed MasterWentBack']);
  });

  test('blames the service of a master that was proved and is down now, where that is seen at once', async () => {
    const sees = (...all: NonNullable<Parameters<typeof run>[2]>['sees'] & object) =>
      outcome('lead', 'back', { steps, past: RESTARTED, sees: all });
    expect(await sees(stopped)).toContain('failed ServiceNotRunning');
    for (const seen of [runs(2), runs(6), new CertopsError('ToolTimedOut')])
      expect(await sees(seen)).toContain('failed NotConfirmed');
  });

  test('owes what the disk did not take', async () => {
    for (const [part, code] of [
      ['lead', 'NotConfirmed'],
      ['follow', 'MasterWentBack'],
    ] as const) {
      const { ended, owed } = await run(part, 'back', { isFull: true });
      expect(ended).toBe('put-back');
      expect(owed).toEqual([{ type: 'failed', n: 7, rotation: 'prod-17', step: null, code, data: {} }]);
      expect((await run(part, 'back')).owed ?? []).toEqual([]);
    }
    const down = { steps, past: { [RESTART.id]: began() }, sees: [stopped], isFull: true };
    expect((await run('follow', 'back', down)).owed).toMatchObject([{ code: 'MasterWentBack' }, { step: RESTART.id }]);
  });

  test('says nothing more if it is a master that has said why already', async () => {
    expect(await outcome('lead', 'back', { order: { failed: FELL } })).toEqual(['put-back']);
  });

  test('goes on with that after a restart: a worker is held then, and is not if nobody knows how it stands', async () => {
    const order = { failed: FELL };
    expect(await outcome('follow', 'settle', { order })).toEqual(['held']);
    expect(await outcome('lead', 'settle', { order })).toEqual(['put-back']);
    const unknown = { order, steps, past: EARLIER, sees: [stopped] };
    expect(await outcome('follow', 'settle', unknown)).toEqual(['unknown']);
  });
});

describe('An order that is stopped', () => {
  test('changes nothing if it is a worker that has not begun, and else goes back', async () => {
    expect(await outcome('follow', 'stop', { steps })).toEqual(['unchanged']);
    expect(await outcome('follow', 'stop', { steps, past: EARLIER, sees: [runs(1)] })).toEqual(['unchanged']);
    const two = { ...RESTART, id: 'sqlm01/master/other' };
    const half = { steps: [two, RESTART], past: { [RESTART.id]: began() }, sees: [runs(1)] };
    expect((await outcome('follow', 'stop', half)).slice(0, 2)).not.toContain('unchanged');
    const begun = await outcome('follow', 'stop', { steps, past: { [RESTART.id]: began() }, sees: [stopped] });
    expect(begun.slice(0, 2)).toEqual(['unknown', 'failed StopAsked']);
  });

  test('says of a master that it is back, even if it had not begun', async () => {
    const { ended, fake } = await run('lead', 'stop');
    expect([ended, fake.entries[0]]).toMatchObject(['put-back', { step: null, code: 'StopAsked', data: {} }]);
    expect(await outcome('lead', 'stop', { order: { failed: FELL } })).toEqual(['put-back']);
  });

  test('stays as far as it came if another order takes over, unless it has failed', async () => {
    expect(await outcome('follow', 'overtaken', { order: { switched: FOLLOWED } })).toEqual(['applied']);
    expect(await outcome('lead', 'overtaken', { order: { switched: SWITCHED } })).toEqual(['applied']);
    expect(await outcome('follow', 'overtaken', { order: { switched: FOLLOWED, failed: FELL } })).toEqual(['put-back']);
    expect(await outcome('follow', 'overtaken', { steps })).toEqual(['unchanged']);
    expect(await outcome('lead', 'overtaken')).toEqual(['put-back', 'failed StopAsked']);
    const byHand = { halted: 'PutBackByHand' } as const;
    expect(await outcome('lead', 'overtaken', byHand)).toEqual(['put-back', 'failed PutBackByHand']);
    expect(await outcome('follow', 'stop', byHand)).toEqual(['unchanged', 'failed PutBackByHand']);
  });
});

describe('A worker that goes forth', () => {
  test('is held once it has followed, and does not go back by itself', async () => {
    const { ended, fake } = await run('follow', 'forth');
    expect(ended).toBe('held');
    expect(fake.entries).toEqual([{ type: 'switched', n: 7, rotation: 'prod-17', goesBackAt: null }]);
  });

  test('is held too if it failed and is back, and is not if nobody knows how it stands', async () => {
    expect(await outcome('follow', 'forth', { isPaused: true })).toEqual(['held', 'failed RunnerPaused']);
    expect(await outcome('follow', 'forth', { steps, halted: 'StopAsked' })).toEqual(['held', 'failed StopAsked']);
    const unknown = { steps, halted: 'StopAsked', past: EARLIER, sees: [stopped] } as const;
    expect(await outcome('follow', 'forth', unknown)).toEqual(['unknown', 'failed StopAsked']);
  });

  test('goes back for good with its master', async () => {
    const { ended, fake } = await run('follow', 'forth', { halted: 'MasterWentBack', steps, sees: [runs(1)] });
    expect(ended).toBe('put-back');
    expect(fake.entries[0]).toMatchObject({ type: 'failed', step: null, code: 'MasterWentBack', data: {} });
  });

  test('stays as far as it came while the master on its machine is due, and says nothing', async () => {
    expect(await outcome('follow', 'forth', { halted: 'MasterIsDue', steps })).toEqual(['held']);
  });

  test('is not held if the disk takes nothing: it ends, and owes why', async () => {
    const { ended, owed } = await run('follow', 'forth', { isFull: true });
    expect([ended, owed]).toMatchObject(['put-back', [{ type: 'failed', step: null, code: 'JournalNotWritable' }]]);
  });

  test('is never too late', async () => {
    expect(await outcome('follow', 'forth', {}, true)).toEqual(['held', 'switched']);
  });
});

describe('A master that goes forth', () => {
  const goesBackAt = async (how: How) => {
    const { fake } = await run('lead', 'forth', how);
    const entry = fake.entries.find(({ type }) => type === 'switched');
    return entry?.type === 'switched' && entry.goesBackAt !== null ? Date.parse(entry.goesBackAt) - NOW : null;
  };
  const restarted = (over: Parameters<typeof began>[0] = {}, how: How = {}): How => ({
    steps,
    past: { [RESTART.id]: began(over) },
    sees: [runs(2)],
    ...how,
  });

  test('goes back a gap limit after its end if it restarted nothing', async () => {
    expect(await goesBackAt({})).toBe(LIMIT_MS);
  });

  test('goes back a gap limit after its restart began, which cut the others off', async () => {
    expect(await goesBackAt(restarted({ at: instant(NOW - 20_000), seq: 2 }))).toBe(LIMIT_MS - 20_000);
  });

  test('goes back a gap limit after its end if an earlier order restarted it', async () => {
    expect(await goesBackAt(restarted({ n: 5, at: instant(NOW - 20_000), seq: 2 }))).toBe(LIMIT_MS);
  });

  test('has its whole limit if its clock was set back since', async () => {
    expect(await goesBackAt(restarted({ at: instant(NOW + 3_600_000), seq: 2 }))).toBe(LIMIT_MS);
  });

  test('has lost no more of it than has passed, if its clock was set forward meanwhile', async () => {
    const slow = (fake: ReturnType<typeof fakeJob>) => {
      fake.clock.steady += 7_000;
      fake.clock.now += 3_607_000;
    };
    // Each look at the service takes seven seconds, and an hour by the clock on the wall.
    const began3 = restarted({ at: instant(NOW), seq: 3 }, { headSeq: 2, meanwhile: slow });
    const { fake } = await run('lead', 'forth', began3);
    const entry = fake.entries.find(({ type }) => type === 'switched');
    const gone = fake.clock.steady - 500_000;
    expect(gone).toBeLessThan(LIMIT_MS);
    expect(entry).toMatchObject({ goesBackAt: instant(fake.clock.now - gone + LIMIT_MS) });
  });

  test('never goes back by itself if it made its binding', async () => {
    const made: PlannedStep = {
      ...{ id: 'sqlm01/master/bind-port', kind: 'bind-port', host: RESTART.host, expected: {} },
      params: { port: 8391, thumbprint: 'A'.repeat(40), make: true },
    };
    const past = { [made.id]: began({ goal: {} }) };
    const { fake, ended } = await run('lead', 'forth', { steps: [made], past, seen: { [made.id]: {} } });
    expect(ended).toBe('held');
    expect(fake.entries.at(-1)).toMatchObject({ type: 'switched', goesBackAt: null });
  });

  test('goes back at once if it is too late, paused, stopped, or the disk takes nothing', async () => {
    expect(await outcome('lead', 'forth', {}, true)).toEqual(['put-back', 'failed TimeIsOver']);
    expect(await outcome('lead', 'forth', { isPaused: true })).toEqual(['put-back', 'failed RunnerPaused']);
    expect(await outcome('lead', 'forth', { steps, halted: 'StopAsked' })).toEqual(['put-back', 'failed StopAsked']);
    const { ended, owed } = await run('lead', 'forth', { isFull: true });
    expect([ended, owed]).toMatchObject(['put-back', [{ code: 'JournalNotWritable' }]]);
  });
});
