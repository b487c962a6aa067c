import { CertopsError } from '../../../../src/domain/errors.ts';
import { insistOnEnd } from '../insist.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const HOSTS = ['sqlm01', 'sqlw01', 'sqlw02'];
const BOT = 'bot';
const SOON_MS = 60_000;

/**
 * Lines that are written together reach the disk in one write, of which a crash may leave the first ones only. Loses
 * the `nth` of those that have one before them, and all behind it: from there on that process can write nothing.
 */
function tearAt(nth: number): { readonly found: () => number; readonly torn: () => string | null } {
  let found = 0;
  let torn: string | null = null;
  const disks = [[BOT, rig.disk] as const, ...HOSTS.map((name) => [name, rig.runnerDisks.get(name)] as const)];
  for (const [name, disk] of disks) {
    if (disk === undefined) continue;
    let isFirst = true;
    disk.slow = async () => {
      isFirst = true;
    };
    const lines: unknown[] = disk.lines;
    lines.push = (line) => {
      found += isFirst ? 0 : 1;
      if (!isFirst && found === nth) {
        torn = name;
        disk.full = true;
        throw new CertopsError('JournalNotWritable', { file: name, reason: 'EIO' });
      }
      isFirst = false;
      return Array.prototype.push.call(lines, line);
    };
  }
  return { found: () => found, torn: () => torn };
}

/**
 * Mei asks, Ana and Tom approve, until they have been heard; a process that lost lines is started again. Answers how
 * many lines can be lost.
 */
async function story(nth: number): Promise<number> {
  rig = await createBotRig();
  await rig.start();
  const { found, torn } = tearAt(nth);
  const end = rig.clock.now() + SOON_MS;
  async function revive(): Promise<void> {
    const name = torn();
    const disk = name === BOT ? rig.disk : rig.runnerDisks.get(name ?? '');
    if (name === null || disk?.full !== true) return;
    await (name === BOT ? rig.stopBot() : rig.stopRunner(name));
    disk.full = false;
    await rig.pass(1_000);
    await (name === BOT ? rig.startBot() : rig.startRunner(name));
  }
  async function insist(what: () => Promise<unknown>, isDone: () => boolean): Promise<void> {
    while (!isDone() && rig.clock.now() < end) {
      await what().catch(() => {});
      await rig.pass(100);
      await revive();
    }
  }
  const asked = () => rig.state().rotations['prod-1'];
  await insist(
    () => (asked() === undefined ? rig.type('mei', '/ssis rotate-master because Yearly') : Promise.resolve()),
    () => asked()?.plan != null,
  );
  await insistOnEnd(rig, insist);
  return found();
}

test('a rotation is proved as if nothing had happened, whichever line a crash leaves as the last of those written together', async () => {
  const all = await story(0);
  expect(all).toBeGreaterThan(10);
  for (let nth = 1; nth <= all; nth += 1) {
    await rig.stop();
    await story(nth);
    const { orders, closed, votes } = rig.rotation();
    expect([nth, closed?.outcome, votes.map(({ by }) => by.id)]).toEqual([nth, 'proved', ['ana', 'tom']]);
    const numbers = orders.map(({ host, n }) => `${host} ${n}`);
    expect([nth, numbers.length]).toEqual([nth, new Set(numbers).size]);
    const looks = await rig.world.looks();
    for (const host of ['sqlw01', 'sqlw02'])
      expect([nth, looks[host]?.worker?.connection.log?.state]).toEqual([nth, 'connected']);
  }
});
