import { statusLines } from '../../../src/app/runner/here/status-lines.ts';
import { openOrders } from '../../../src/domain/fold/runner-fold.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { settled, wordsFirst } from '../../../src/roots/runner/first-letter.ts';
import { bound, MASTER, made, WORKER } from './cutover.ts';
import { outcomeOf, type Rig, rigBefore } from './rig.ts';

const WEEK_MS = 7 * 86_400_000;
const HOUR_MS = 3_600_000;

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

async function start(rig: Rig, name: string) {
  const runner = rig.runner(name);
  stop = runner.stop;
  await runner.start();
  await rig.clock.sleep(100);
  /** What the bot answers to the first report: how much of this journal it has. */
  const answer = async (upTo: number) => {
    await runner.receive(wordOf(rig, name, upTo));
    await runner.idle();
  };
  return { runner, answer };
}

function wordOf(rig: Rig, name: string, upTo: number) {
  const { boot } = JSON.parse(rig.letters.at(-1)?.body ?? '{}');
  return rig.bot.sign('ack', JSON.stringify({ v: 1, farm: 'prod', host: name, boot, upTo }));
}

/** As `certops runner` does: its mailbox is opened once nothing has to come before the first letter. */
async function startWithMailbox(rig: Rig, name: string) {
  const before = openOrders(rig.journalOf(name).state());
  const { runner } = await start(rig, name);
  const startedAt = rig.clock.now();
  const isSettled = settled(before, runner, rig.clock);
  if (!runner.waits()) await isSettled;
  return { take: wordsFirst(runner, isSettled), isSettled, runner, closedMs: rig.clock.now() - startedAt };
}

/** A master that has switched; `known`: how long its journal is in the end, `back`: makes it what it was meanwhile. */
async function switched() {
  const { rig, plan } = await rigBefore('master');
  const { runner } = await start(rig, MASTER);
  const order = rig.order(plan, MASTER, 'apply', 'master');
  await runner.receive(rig.seal(order));
  await runner.idle();
  const copy = rig.diskOf(MASTER).lines.length;
  return { rig, plan, runner, order, copy };
}

async function confirmed() {
  const all = await switched();
  const { rig, runner, order } = all;
  await runner.receive(rig.said(order, 'confirm'));
  await runner.idle();
  await runner.stop();
  expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('applied');
  const known = rig.diskOf(MASTER).lines.length;
  rig.diskOf(MASTER).lines.splice(all.copy);
  return { ...all, known };
}

describe('certops runner status, on a master that holds its switch', () => {
  const asks = 'it asks the bot first, for a minute at most';

  test.each([
    ['was started after its time limit', 1_000, true],
    ['was started before', -1_000, false],
    ['does not run', null, false],
  ])(
    'mentions the wait for the bot only if its runner was started after the time limit: it %s',
    async (_, afterMs, isSaid) => {
      const { rig, runner } = await switched();
      await runner.stop();
      const state = rig.journalOf(MASTER).state();
      const due = Date.parse(openOrders(state)[0]?.switched?.goesBackAt ?? '');
      const lines = statusLines({
        version: '0',
        own: { farm: 'prod', host: MASTER as HostName },
        state,
        seen: { master: null, own: [] },
        isPaused: false,
        holder: afterMs === null ? null : { pid: 1, since: new Date(due + afterMs).toISOString() },
        now: due + 2_000,
        time: (at) => new Date(at).toISOString(),
      });
      expect(lines.join(' ')).toContain('that is over');
      expect(lines.join(' ').includes(asks)).toBe(isSaid);
    },
  );
});

describe('A master whose folder is restored from a copy made in the middle of a cutover', () => {
  test('stays as it is once the bot says that it knows more', async () => {
    const { rig, order, known } = await confirmed();
    rig.clock.set(rig.clock.now() + WEEK_MS);
    const { answer, runner } = await start(rig, MASTER);
    await rig.clock.sleep(30_000);
    expect(bound(rig)).toBe(made(rig));
    await answer(known);
    await rig.clock.sleep(10 * 60_000);
    await runner.idle();
    expect(bound(rig)).toBe(made(rig));
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('unknown');
    expect(rig.entries(MASTER).findLast(({ type }) => type === 'failed')).toMatchObject({
      n: order.n,
      code: 'RunnerJournalCutShort',
    });
  });

  test.each([
    ['after its time limit', 120_000],
    ['before its time limit', 1_000],
  ])('stays as it is also if it was restored within a moment, %s', async (_, laterMs) => {
    const { rig, order, known } = await confirmed();
    rig.clock.set(rig.clock.now() + laterMs);
    const { answer, runner } = await start(rig, MASTER);
    await answer(known);
    await rig.clock.sleep(10 * 60_000);
    await runner.idle();
    expect(bound(rig)).toBe(made(rig));
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('unknown');
  });

  test('says so as soon as its disk has room', async () => {
    const { rig, order, known } = await confirmed();
    rig.clock.set(rig.clock.now() + WEEK_MS);
    const { answer } = await start(rig, MASTER);
    rig.diskOf(MASTER).full = true;
    const answered = answer(known);
    await rig.clock.sleep(120_000);
    expect(bound(rig)).toBe(made(rig));
    rig.diskOf(MASTER).full = false;
    await answered;
    expect(bound(rig)).toBe(made(rig));
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('unknown');
  });

  test('begins nothing before the bot has spoken, not even what is ordered meanwhile', async () => {
    const { rig, plan, known } = await confirmed();
    rig.clock.set(rig.clock.now() + WEEK_MS);
    const { answer, runner } = await start(rig, MASTER);
    const undo = rig.order(plan, MASTER, 'undo', 'master');
    await runner.receive(rig.seal(undo));
    await rig.clock.sleep(1_000);
    expect(bound(rig)).toBe(made(rig));
    await answer(known);
    expect(outcomeOf(rig.entries(MASTER), undo.n)).toBe('put-back');
    expect(bound(rig)).toBe(rig.old.thumbprint);
  });
});

describe('A master that was off in the middle of a cutover', () => {
  test.each([
    ['the bot has all of its journal', 0],
    ['the bot has less of it', -1],
  ])('goes back at once when %s', async (_, less) => {
    const { rig, runner, order, copy } = await switched();
    await runner.stop();
    rig.clock.set(rig.clock.now() + HOUR_MS);
    const { answer } = await start(rig, MASTER);
    expect(bound(rig)).toBe(made(rig));
    await answer(copy + less);
    expect(bound(rig)).toBe(rig.old.thumbprint);
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('put-back');
  });

  test('goes back without the bot, within a minute', async () => {
    const { rig, runner, order } = await switched();
    await runner.stop();
    rig.clock.set(rig.clock.now() + WEEK_MS);
    const { runner: again } = await start(rig, MASTER);
    await rig.clock.sleep(60_000);
    await again.idle();
    expect(bound(rig)).toBe(rig.old.thumbprint);
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('put-back');
  });

  test('goes back within three seconds, without the bot, if it was off for a moment only', async () => {
    const { rig, runner } = await switched();
    await runner.stop();
    rig.clock.set(rig.clock.now() + 120_000);
    const { runner: again } = await start(rig, MASTER);
    await rig.clock.sleep(3_000);
    await again.idle();
    expect(bound(rig)).toBe(rig.old.thumbprint);
  });
});

describe('The mailbox of a master that waits for its bot', () => {
  test('is open, so that what the bot knows is heard before the wait is over', async () => {
    const { rig, order, known } = await confirmed();
    rig.clock.set(rig.clock.now() + WEEK_MS);
    const { take, isSettled, closedMs } = await startWithMailbox(rig, MASTER);
    expect(closedMs).toBe(0);
    await take(wordOf(rig, MASTER, known));
    await isSettled;
    expect(bound(rig)).toBe(made(rig));
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('unknown');
  });

  test('takes nothing but the bot’s answers until the machine has gone back, and then all letters', async () => {
    const { rig, plan, runner, order, copy } = await switched();
    await runner.stop();
    rig.clock.set(rig.clock.now() + WEEK_MS);
    const { take, isSettled, runner: again } = await startWithMailbox(rig, MASTER);
    const later = rig.order(plan, MASTER, 'undo', 'master');
    const undo = rig.seal(later);
    await take(undo);
    await take(null);
    expect(rig.diskOf(MASTER).lines).toHaveLength(copy);
    await take(wordOf(rig, MASTER, copy));
    await isSettled;
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('put-back');
    await take(undo);
    await again.idle();
    expect(outcomeOf(rig.entries(MASTER), later.n)).toBe('put-back');
  });

  test('is closed until the machine has gone back if it waits for nobody', async () => {
    const { rig, runner, order } = await switched();
    await rig.clock.sleep(120_000);
    await runner.idle();
    await runner.stop();
    // As if it had been killed in the midst of going back.
    const { lines } = rig.diskOf(MASTER);
    lines.splice(lines.findIndex(({ line }) => line.entry.type === 'failed') + 1);
    const { runner: again } = await startWithMailbox(rig, MASTER);
    expect(again.waits()).toBe(false);
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('put-back');
  });
});

describe('A master that is restarted within a moment, long after it has switched,', () => {
  const LIMIT_MS = 20 * 60_000;

  /** Its time limit is twenty minutes, and three seconds of them are left. */
  async function almostDue() {
    const { rig, plan } = await rigBefore('master', { gapLimitMs: LIMIT_MS });
    const { runner } = await start(rig, MASTER);
    const order = rig.order(plan, MASTER, 'apply', 'master');
    await runner.receive(rig.seal(order));
    await runner.idle();
    await runner.stop();
    const switchedAt = rig.entries(MASTER).find(({ type }) => type === 'switched') as { goesBackAt: string };
    const dueAt = Date.parse(switchedAt.goesBackAt);
    rig.clock.set(dueAt - 3_000);
    return { rig, order, dueAt };
  }

  test('does not miss its time limit when no word comes from the bot', async () => {
    const { rig, dueAt } = await almostDue();
    const { runner } = await start(rig, MASTER);
    await rig.clock.sleep(dueAt - rig.clock.now() + 1);
    await runner.idle();
    expect(bound(rig)).toBe(rig.old.thumbprint);
    expect(rig.clock.now() - dueAt).toBeLessThan(3_000);
  });

  test('hears that it is confirmed before it hears anything else', async () => {
    const { rig, order } = await almostDue();
    const { take, isSettled, runner } = await startWithMailbox(rig, MASTER);
    await take(rig.said(order, 'confirm'));
    await isSettled;
    await runner.idle();
    expect(bound(rig)).toBe(made(rig));
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('applied');
  });
});

describe('A worker whose folder is restored from a copy made in the middle of a step', () => {
  async function trusted() {
    const { rig, plan } = await rigBefore('master');
    const { lines } = rig.diskOf(WORKER);
    const known = lines.length;
    lines.splice(lines.findIndex(({ line }) => line.entry.type === 'started') + 1);
    rig.clock.set(rig.clock.now() + WEEK_MS);
    const trusts = () => rig.machines.get(WORKER)?.stores.Root.has(made(rig)) === true;
    return { rig, plan, known, trusts };
  }

  test('keeps trusting what it has come to trust since', async () => {
    const { rig, known, trusts } = await trusted();
    const { answer } = await start(rig, WORKER);
    await answer(known);
    await rig.clock.sleep(120_000);
    expect(trusts()).toBe(true);
    expect(outcomeOf(rig.entries(WORKER), 1)).toBe('unknown');
  });

  test('undoes that if the bot knows no more', async () => {
    const { rig, trusts } = await trusted();
    const { answer } = await start(rig, WORKER);
    await answer(rig.diskOf(WORKER).lines.length);
    expect(trusts()).toBe(false);
    expect(outcomeOf(rig.entries(WORKER), 1)).toBe('put-back');
  });
});
