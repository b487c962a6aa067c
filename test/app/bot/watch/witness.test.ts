import { emptyDisk, type MemoryDisk } from '../../../../adapters/memory/journal.ts';
import type { BotEntry } from '../../../../src/domain/journal/entries.ts';
import type { ChangeWindow } from '../../../../src/domain/when/windows.ts';
import { type BotRig, type BotRigOptions, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const MASTER = 'sqlm01';
const MINUTE = 60_000;
const HOSTS = { sqlm01: ['master'], sqlw01: ['worker'] } as const;
/** The clock begins at 12:00. */
const IN_3_HOURS: ChangeWindow = { cron: '0 15 * * *', lengthMs: 60 * MINUTE, zone: 'UTC' };

/** Approved, and waiting for its window. */
async function waiting(skewMs: BotRigOptions['skewMs'] = {}): Promise<void> {
  rig = await createBotRig({ hosts: HOSTS, farm: { windows: [IN_3_HOURS] }, skewMs });
  await rig.start();
  await rig.type('mei', '/ssis rotate-master because Yearly');
  await rig.planned();
  await rig.vote('ana');
  await rig.vote('tom');
}

const looksAsked = (host = MASTER): number =>
  rig.disk.lines.filter(({ line: { entry } }) => entry.type === 'ordered' && entry.id === 'scan' && entry.host === host)
    .length;
const digest = (): { rotation: string; digest: string } => ({
  rotation: 'prod-1',
  digest: rig.rotation().plan?.digest ?? '',
});
const denied = async (): Promise<readonly string[]> =>
  saidOf(await rig.click('ana', 'deny', digest(), { reason: 'Month end' }));
const DECISIONS: readonly (readonly [string, () => Promise<readonly string[]>, readonly string[]])[] = [
  ['a denial', denied, ['denied']],
  ['a withdrawal', async () => saidOf(await rig.click('mei', 'withdraw', { rotation: 'prod-1' })), ['withdrawn']],
];

/** Denied while no machine speaks. */
async function deniedUnheard(): Promise<void> {
  await waiting();
  await rig.pass(2 * MINUTE);
  await rig.stopRunner(MASTER);
  await rig.stopRunner('sqlw01');
  await rig.pass(2 * MINUTE);
  await denied();
}

/** The folder as a copy of this moment has it. */
function copy(): MemoryDisk<BotEntry> {
  const disk = emptyDisk<BotEntry>();
  disk.lines.push(...rig.disk.lines);
  return disk;
}

describe.each(DECISIONS)('%s that a copy of the bot’s folder lacks', (_, decide, answer) => {
  test('is remembered by the master, so nothing begins that was taken back', async () => {
    await waiting();
    await rig.pass(2 * MINUTE);
    const before = copy();
    expect(await decide()).toEqual(answer);
    await rig.pass(MINUTE);
    await rig.stopBot();
    await rig.startBot(before);
    expect(rig.rotation().closed).toBeNull();
    await rig.closed();
    expect(rig.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'BotJournalCutShort' } });
    expect(rig.rotation().orders.filter(({ kind }) => kind === 'apply')).toEqual([]);
  });
});

test('a freeze is remembered by the master as well', async () => {
  await waiting();
  await rig.pass(2 * MINUTE);
  const before = copy();
  await rig.type('tom', '/ssis freeze prod until 2 days because Year end');
  await rig.pass(MINUTE);
  await rig.stopBot();
  await rig.startBot(before);
  await rig.closed();
  expect(rig.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'BotJournalCutShort' } });
});

test('a decision is followed by one look at the master, and no more', async () => {
  await waiting();
  await rig.pass(2 * MINUTE);
  await denied();
  await rig.pass(10 * MINUTE);
  expect([looksAsked(), looksAsked('sqlw01')]).toEqual([1, 0]);
  await rig.stopBot();
  await rig.startBot();
  await rig.pass(10 * MINUTE);
  expect(looksAsked()).toBe(1);
});

test('a master that is silent is looked at as soon as it speaks', async () => {
  await deniedUnheard();
  await rig.pass(5 * MINUTE);
  expect(looksAsked()).toBe(0);
  await rig.startRunner(MASTER);
  await rig.pass(2 * MINUTE);
  expect(looksAsked()).toBe(1);
});

test('a look taken just before a decision does not count for it, even if its machine’s clock is ahead', async () => {
  await waiting({ sqlm01: 50_000, sqlw01: 50_000 });
  await denied();
  expect(looksAsked()).toBe(0);
  await rig.pass(MINUTE);
  expect(looksAsked()).toBe(1);
});

test('a look at a worker does not count as one at the master, even for a restarted bot', async () => {
  await deniedUnheard();
  await rig.startRunner('sqlw01');
  await rig.pass(MINUTE);
  expect([looksAsked(), looksAsked('sqlw01')]).toEqual([0, 1]);
  await rig.stopBot();
  await rig.startRunner(MASTER);
  await rig.startBot();
  await rig.pass(MINUTE);
  expect(looksAsked()).toBe(1);
});
