import fc from 'fast-check';
import { foldEntry } from '../../../../src/domain/fold/bot-fold.ts';
import { dayDue } from '../../../../src/domain/follow-up/reminders.ts';
import { nagDue, openReviews } from '../../../../src/domain/follow-up/review.ts';
import type { NoticeView } from '../../../../src/domain/views/view.ts';
import { type BotRig, type BotRigOptions, createBotRig, saidOf } from '../rig.ts';

const DAY = 86_400_000;

let rig: BotRig;
afterEach(() => rig.stop());

const words = (id: string): readonly NoticeView[] =>
  rig.chat
    .cards()
    .filter((view): view is NoticeView => view.kind === 'notice' && view.messages.some((one) => one.id === id));

const approval = (quorum: number) => ({
  approval: { quorum, approvers: ['ana', 'tom', 'wei'], groups: [], lapsesAfterMs: DAY },
});

/** A rotation for a stolen key that has ended. */
async function ended(voters: readonly string[] = ['ana', 'tom'], farm: BotRigOptions['farm'] = {}): Promise<void> {
  rig = await createBotRig({ farm });
  await rig.start();
  await rig.type('mei', '/ssis rotate-master compromised because The key was on a lost backup');
  await rig.planned();
  for (const who of voters) await rig.vote(who);
  await rig.closed();
  await rig.pass(2_000);
}

/** At ten in the morning, so many days after the day on which it began. */
async function onDay(days: number): Promise<void> {
  const midnight = Math.floor(START / DAY) * DAY;
  rig.clock.set(midnight + days * DAY + 10 * 3_600_000);
  await rig.pass(20_000);
  await rig.remind();
  await rig.pass(2_000);
}
let START = 0;

const press = (who: string, reason = 'The backup is encrypted now') =>
  rig.click(who, 'review', { rotation: 'prod-1' }, { reason });
const status = async (): Promise<readonly string[]> => saidOf(await rig.type('mei', '/ssis status'));

describe('A rotation for a stolen key', () => {
  test('is reviewed by an approver who neither asked for it nor approved it; the channel asks, and is told who did it', async () => {
    await ended();
    expect(words('told.review')).toMatchObject([
      {
        messages: [{ data: { id: 'prod-1', by: 'Mei Lin', names: ['Wei Zhang'] } }],
        actions: [
          { verb: 'review', data: { rotation: 'prod-1' }, asks: { what: { id: 'review.what' } } },
          { verb: 'show' },
        ],
        calls: [{ id: 'wei' }],
      },
    ]);
    expect(await status()).toContain('status.review');
    expect(saidOf(await press('mei'))).toEqual(['refused.may-not-review']);
    expect(saidOf(await press('ana'))).toEqual(['refused.may-not-review']);
    expect(saidOf(await press('stranger'))).toEqual(['refused.unknown-person']);
    expect(saidOf(await press('wei', ' \u200b '))).toEqual(['refused.review-what']);
    expect(saidOf(await press('wei', 'x'.repeat(501)))).toEqual(['wrong.reason-too-long']);
    expect(saidOf(await rig.type('wei', '/ssis review prod-1'))).toEqual(['refused.review-what']);
    expect(rig.rotation().reviewed).toBeNull();
    expect(saidOf(await press('wei'))).toEqual(['reviewed']);
    await rig.pass(2_000);
    const told = { messages: [{ data: { id: 'prod-1', by: 'Wei Zhang' } }] };
    expect(words('told.reviewed')).toMatchObject([told, told]);
    // The word that asked for it says so, and its button is gone.
    expect(words('told.review')).toEqual([]);
    const { at } = rig.rotation().reviewed ?? { at: '' };
    const line = { id: 'next.reviewed', data: { by: 'Wei Zhang', at, reason: 'The backup is encrypted now' } };
    const card = rig.chat.cards().findLast((view) => view.kind === 'closed');
    expect(card).toMatchObject({ next: expect.arrayContaining([line]) });
    expect(await rig.type('mei', '/ssis show prod-1')).toMatchObject({
      view: { kind: 'closed', next: expect.arrayContaining([line]) },
    });
    expect(saidOf(await press('wei'))).toEqual(['refused.reviewed-already']);
    expect(await status()).not.toContain('status.review');
  });

  test('is reviewed by any approver but the requester if every approver has approved it', async () => {
    await ended(['ana', 'tom', 'wei'], approval(3));
    expect(words('told.review')[0]?.calls?.map(({ id }) => id)).toEqual(['ana', 'tom', 'wei']);
    expect(saidOf(await press('mei'))).toEqual(['refused.may-not-review']);
    expect(saidOf(await rig.type('tom', '/ssis review prod-1 because The backup is encrypted now'))).toEqual([
      'reviewed',
    ]);
    expect(rig.rotation().reviewed).toMatchObject({ by: { id: 'tom' }, note: 'The backup is encrypted now' });
  });

  test('waits, on /ssis alone, for whoever may review it, and once that is late for everybody who is called', async () => {
    await ended();
    START = rig.clock.now();
    const asked = (who: string) => rig.type(who, '/ssis');
    const waits = { id: 'summary.review', data: { id: 'prod-1', late: false } };
    const show = { verb: 'show', data: { rotation: 'prod-1' } };
    expect(await asked('wei')).toMatchObject({ notice: { messages: [waits, {}], actions: [show, {}] } });
    for (const who of ['ana', 'mei']) expect(saidOf(await asked(who))).toContain('summary.nothing-waits');
    await onDay(4);
    const late = { id: 'summary.review', data: { id: 'prod-1', late: true } };
    expect(await asked('wei')).toMatchObject({ notice: { messages: [late, {}] } });
    const others = { id: 'status.review', data: { id: 'prod-1', late: true, names: ['Wei Zhang'] } };
    expect(await asked('ana')).toMatchObject({ notice: { messages: [others, {}], actions: [show, {}] } });
    expect(saidOf(await asked('mei'))).toContain('summary.nothing-waits');
    await press('wei');
    for (const who of ['wei', 'ana']) expect(saidOf(await asked(who))).toContain('summary.nothing-waits');
  });

  test('is reviewed even if it failed', async () => {
    rig = await createBotRig();
    await rig.start();
    rig.world.machines.get('sqlw01')?.faults.set('service.restart', { kind: 'fail', times: 1 });
    await rig.type('mei', '/ssis rotate-master compromised because Stolen');
    await rig.planned();
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('put-back');
    await rig.pass(2_000);
    expect(words('told.review')).toHaveLength(1);
  });

  test('needs no review if it never began, and neither does any other rotation', async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.type('mei', '/ssis rotate-master compromised because Stolen');
    await rig.planned();
    await rig.vote('ana', 'deny');
    await rig.closed();
    await rig.approved('prod-2');
    await rig.closed('prod-2');
    await rig.pass(2_000);
    expect(words('told.review')).toEqual([]);
    for (const id of ['prod-1', 'prod-2'])
      expect(saidOf(await rig.type('wei', `/ssis review ${id}`))).toEqual(['refused.no-review']);
  });
});

describe('A review that is late', () => {
  test('is announced from its day on, once a day, to all approvers, until somebody has made it', async () => {
    await ended();
    START = rig.clock.now();
    await onDay(2);
    expect(words('told.review-late')).toEqual([]);
    await onDay(3);
    expect(words('told.review-late')).toMatchObject([{ calls: [{ id: 'ana' }, { id: 'tom' }, { id: 'wei' }] }]);
    await rig.remind();
    await rig.pass(2_000);
    expect(words('told.review-late')).toHaveLength(1);
    await onDay(4);
    expect(words('told.review-late')).toHaveLength(2);
    await press('wei');
    await onDay(5);
    // Nothing more is said, and each word that asked for it says who did it.
    expect([words('told.review-late').length, words('told.reviewed').length]).toEqual([0, 4]);
  });

  test('is announced once after an outage, and not again by a bot that is restarted', async () => {
    await ended();
    START = rig.clock.now();
    await rig.stopBot();
    rig.clock.set(Math.floor(START / DAY) * DAY + 9 * DAY);
    await rig.startBot();
    await onDay(9);
    expect(words('told.review-late')).toHaveLength(1);
    await rig.stopBot();
    await rig.startBot();
    await rig.remind();
    await rig.pass(2_000);
    expect(words('told.review-late')).toHaveLength(1);
  });

  test('is not announced for a day again after a later one, as when the hour is moved from morning to evening', async () => {
    await ended();
    const { farm } = rig;
    const today = new Date(rig.clock.now() + 30 * 24 * 3_600_000).toISOString().slice(0, 10);
    const before = new Date(rig.clock.now() + 29 * 24 * 3_600_000).toISOString().slice(0, 10);
    expect(nagDue(farm, rig.state(), before)).not.toBeNull();
    const state = foldEntry(rig.state(), { type: 'nagging', day: today, ids: [] }, new Date().toISOString());
    expect(nagDue(farm, state, before)).toBeNull();
  });

  test('is announced at most once a day, and on each day on which the bot looks after the hour, however often that is', async () => {
    await ended();
    const { farm } = rig;
    const closed = rig.state();
    const from = rig.clock.now();
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 * 24 * 60 }), { maxLength: 80 }), (minutes) => {
        let state = closed;
        const said: string[] = [];
        const due = new Set<string>();
        for (const minute of [...minutes].sort((a, b) => a - b)) {
          const now = from + minute * 60_000;
          const day = dayDue(farm.reminders, farm.timeZone, now);
          if (day === null) continue;
          const [open] = openReviews(farm, state);
          if (open !== undefined && open.dueDay <= day) due.add(day);
          const ids = nagDue(farm, state, day);
          if (ids === null) continue;
          said.push(day);
          state = foldEntry(state, { type: 'nagging', day, ids }, new Date(now).toISOString());
        }
        expect(said).toEqual([...due]);
      }),
      { numRuns: 200 },
    );
  });
});
