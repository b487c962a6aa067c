import type { PlanView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig } from '../rig.ts';

const HOUR_MS = 3_600_000;
const MINUTE = 60_000;

let rig: BotRig;
afterEach(() => rig.stop());

/** The rig's clock stands at noon. */
async function start(): Promise<void> {
  rig = await createBotRig();
  await rig.start();
}

async function asked(words: string): Promise<void> {
  await rig.type('mei', `/ssis rotate-master ${words}because Yearly`);
  await rig.planned();
}

async function approve(): Promise<void> {
  await rig.vote('ana');
  await rig.vote('tom');
}

const kinds = () => rig.rotation().orders.map(({ kind }) => kind);
const why = () =>
  (rig.chat.cards().findLast(({ kind }) => kind === 'plan') as PlanView | undefined)?.when.waits?.obstacle?.why;

describe('A bot whose clock is hours off by those of all machines', () => {
  test.each([2 * HOUR_MS, -2 * HOUR_MS])(
    'by %i ms begins an approved rotation once it has been put right, and says meanwhile what it waits for',
    async (ms) => {
      await start();
      await asked('');
      rig.setBotsClock(ms);
      await rig.pass(MINUTE);
      await approve();
      await rig.pass(6 * MINUTE);
      expect(rig.rotation()).toMatchObject({ closed: null, turned: null });
      expect(kinds()).not.toContain('apply');
      expect(why()).toMatchObject({ id: 'why.bot-clock-off', data: { host: 'sqlm01', alike: 3 } });
      rig.setBotsClock(-ms);
      await rig.closed('prod-1', 10 * MINUTE);
      expect(rig.rotation().closed?.outcome).toBe('proved');
    },
  );

  test('answers a vote on a request that it alone calls lapsed with both clocks, and takes it once it was put right', async () => {
    await start();
    await asked('');
    const ahead = 25 * HOUR_MS;
    rig.setBotsClock(ahead);
    await rig.pass(MINUTE);
    const answered = await rig.vote('ana');
    expect(answered).toMatchObject({
      notice: { messages: [{ id: 'refused.lapsed-by-clock', data: { id: 'prod-1', host: 'sqlm01', alike: 3 } }] },
    });
    expect(rig.rotation()).toMatchObject({ closed: null, votes: [] });
    rig.setBotsClock(-ahead);
    await rig.pass(MINUTE);
    await approve();
    expect(rig.rotation().votes.map(({ by }) => by.id)).toEqual(['ana', 'tom']);
  });

  test('waits for the time of an approved rotation as the machines tell it', async () => {
    await start();
    await asked('at 12:30 ');
    await approve();
    rig.setBotsClock(2 * HOUR_MS);
    await rig.pass(25 * MINUTE);
    expect(rig.rotation()).toMatchObject({ closed: null, begunAt: null });
    await rig.pass(10 * MINUTE);
    expect(why()).toMatchObject({ id: 'why.bot-clock-off' });
    rig.setBotsClock(-2 * HOUR_MS);
    await rig.closed('prod-1', 10 * MINUTE);
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });

  test('no longer says so once its clock was put right, long before the rotation begins', async () => {
    await start();
    await asked('at 13:10 ');
    await approve();
    rig.setBotsClock(2 * HOUR_MS);
    await rig.pass(15 * MINUTE);
    expect(why()).toMatchObject({ id: 'why.bot-clock-off' });
    rig.setBotsClock(-2 * HOUR_MS);
    await rig.pass(5 * MINUTE);
    expect(why()).toBeUndefined();
    expect(rig.rotation().start?.checks.hour).toMatchObject({ refused: null, unseen: [] });
    await rig.closed('prod-1', HOUR_MS);
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });

  test('asks no machine while it does not know whether a clock that was set again is right', async () => {
    await start();
    await asked('at 13:40 ');
    await approve();
    rig.setBotsClock(30 * MINUTE);
    await rig.pass(42 * MINUTE);
    expect(why()).toMatchObject({ id: 'why.bot-clock-off' });
    const before = kinds().length;
    rig.setBotsClock(10 * MINUTE);
    await rig.pass(2 * MINUTE);
    expect(kinds()).toHaveLength(before);
    expect(why()).toMatchObject({ id: 'why.bot-clock-off' });
  });

  test('keeps to the time that was asked for if that is over only by the clocks of the machines', async () => {
    await start();
    await asked('at 12:30 ');
    for (const name of Object.keys(rig.skewMs)) rig.skewMs[name] = 2 * HOUR_MS;
    await rig.pass(MINUTE);
    await approve();
    await rig.pass(MINUTE);
    expect(rig.rotation().start).toMatchObject({ from: '2026-11-24T12:30:00.000Z', until: '2026-11-24T13:30:00.000Z' });
    for (const name of Object.keys(rig.skewMs)) rig.skewMs[name] = 0;
    await rig.closed('prod-1', 40 * MINUTE);
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });

  test('ends it when its time is over by the clocks of the machines too, and says whose clocks differ', async () => {
    await start();
    await asked('at 12:30 ');
    await approve();
    rig.setBotsClock(2 * HOUR_MS);
    await rig.pass(85 * MINUTE);
    expect(rig.rotation().closed).toBeNull();
    await rig.pass(10 * MINUTE);
    expect(rig.rotation().closed).toMatchObject({
      outcome: 'refused',
      data: { code: 'StartMissed', clocks: { host: 'sqlm01', alike: 3 } },
    });
    expect(kinds()).not.toContain('apply');
  });

  test('ends one without a time an hour after it was approved', async () => {
    await start();
    await asked('');
    rig.setBotsClock(2 * HOUR_MS);
    await rig.pass(MINUTE);
    await approve();
    await rig.pass(70 * MINUTE);
    expect(rig.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'StartMissed' } });
    expect(kinds()).not.toContain('apply');
  });
});

test('A bot whose clock was two hours ahead for a moment still begins a rotation at its time', async () => {
  await start();
  await asked('at 12:02 ');
  await approve();
  rig.setBotsClock(2 * HOUR_MS);
  await rig.pass(3_000);
  rig.setBotsClock(-2 * HOUR_MS);
  await rig.pass(4 * MINUTE);
  expect(rig.rotation().closed?.outcome).toBe('proved');
});

test('A bot whose clock agrees with that of one machine goes by its own, and ends what it missed', async () => {
  await start();
  await asked('at 12:02 ');
  await approve();
  for (const name of ['sqlm01', 'sqlw01']) rig.skewMs[name] = -2 * HOUR_MS;
  await rig.pass(70 * MINUTE);
  expect(rig.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'StartMissed' } });
});
