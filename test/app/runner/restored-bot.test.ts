import { bound, MASTER, made } from './cutover.ts';
import { outcomeOf, rigBefore } from './rig.ts';

const WEEK_MS = 7 * 86_400_000;
const GAP_LIMIT_MS = 60_000;

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

/** A master that switched a week ago, and a bot that knows nothing of it and orders the same again. */
async function orderedAgain() {
  const { rig, plan } = await rigBefore('master');
  expect(await rig.run(plan, MASTER, 'apply', 'master')).toBe('applied');
  rig.clock.set(rig.clock.now() + WEEK_MS);
  const runner = rig.runner(MASTER);
  stop = runner.stop;
  await runner.start();
  const order = rig.order(plan, MASTER, 'apply', 'master');
  await runner.receive(rig.seal(order));
  await runner.idle();
  return { rig, plan, order, runner };
}

describe('A master that is ordered again to do what it did a week ago', () => {
  test('counts its limit from now, not from its earlier restart', async () => {
    const { rig, order } = await orderedAgain();
    const switched = rig.entries(MASTER).find((entry) => entry.type === 'switched' && entry.n === order.n);
    expect(switched).toMatchObject({ goesBackAt: expect.any(String) });
    const { goesBackAt } = switched as { goesBackAt: string };
    expect(Date.parse(goesBackAt) - rig.clock.now()).toBeGreaterThan(GAP_LIMIT_MS - 5_000);
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('nothing');
  });

  test('does not say that it went back when nobody confirms, for it did not', async () => {
    const { rig, order, runner } = await orderedAgain();
    await rig.clock.sleep(2 * GAP_LIMIT_MS);
    await runner.idle();
    expect(bound(rig)).toBe(made(rig));
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('unknown');
  });
});

describe('A runner that remembers where its bot stood', () => {
  const HEAD = { epoch: 1, seq: 70, hash: 'ab' };

  async function remembering() {
    const { rig, plan } = await rigBefore('master');
    const runner = rig.runner(MASTER);
    stop = runner.stop;
    await runner.start();
    const look = rig.order(null, MASTER, 'look', null, { bot: HEAD });
    await runner.receive(rig.seal(look));
    await runner.idle();
    const take = async (how: object) => {
      const order = rig.order(plan, MASTER, 'stop', 'master', how);
      await runner.receive(rig.seal(order));
      await runner.idle();
      return outcomeOf(rig.entries(MASTER), order.n);
    };
    return { rig, runner, take, look };
  }

  test.each([
    ['stands before that', { ...HEAD, seq: 69 }, 'refused BotJournalCutShort'],
    ['has another line there', { ...HEAD, hash: 'cd' }, 'refused BotJournalCutShort'],
    ['was restored and does not know it', { ...HEAD, epoch: 0, seq: 900 }, 'refused BotJournalCutShort'],
    ['stands there', HEAD, 'unchanged'],
    ['went on', { ...HEAD, seq: 71, hash: 'cd' }, 'unchanged'],
    ['counts epochs that nobody can have had as if nobody had sent it', { ...HEAD, epoch: 2_000_000 }, 'nothing'],
    ['was restored, and people were told', { epoch: 2, seq: 5, hash: 'ef' }, 'unchanged'],
  ])('answers an order of a bot that %s', async (_, bot, answer) => {
    const { take } = await remembering();
    expect(await take({ bot })).toBe(answer);
  });

  test('accepts the orders of a bot of the previous version, which does not say where it stands', async () => {
    const { take } = await remembering();
    expect(await take({})).toBe('unchanged');
  });

  test('says so in each report, even after a restart', async () => {
    const { rig, runner, look } = await remembering();
    await runner.stop();
    const again = rig.runner(MASTER);
    stop = again.stop;
    await again.start();
    await rig.clock.sleep(20_000);
    const { notes } = JSON.parse(rig.letters.at(-1)?.body ?? '{}');
    expect(notes).toEqual([{ code: 'bot-journal', data: { ...HEAD, n: look.n, rotation: 'prod-17' } }]);
  });
});
