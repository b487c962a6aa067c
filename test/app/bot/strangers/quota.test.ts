import { TAKEN_AN_HOUR } from '../../../../src/domain/fold/entry-limits.ts';
import { bootOf, headNotes, type KnownHead } from '../../../../src/domain/journal/bot-head.ts';
import type { RunnerEntry } from '../../../../src/domain/journal/entries.ts';
import type { Envelope } from '../../../../src/domain/letters/protocol.ts';
import { sha256 } from '../../../../src/domain/sha256.ts';
import type { HostName, RotationId } from '../../../../src/domain/values.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

const WORKER = 'sqlw01' as HostName;
const MI = 1024 * 1024;

let rig: BotRig;
beforeEach(async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.stopRunner(WORKER);
});
afterEach(() => rig.stop());

const told = (): readonly unknown[] =>
  rig.chat
    .cards()
    .flatMap((view) => (view.kind === 'notice' ? view.messages : []))
    .filter(({ id }) => id === 'too-much-said')
    .map(({ data }) => `${data.host} ${data.code}`);

/** A journal that whoever has the runner's key can write, line after line. */
function journal() {
  const signer = rig.world.signerOf(WORKER);
  let seq = 0;
  let prev = '0'.repeat(64);
  return {
    line(entry: RunnerEntry): Envelope {
      seq += 1;
      const at = new Date(rig.clock.now()).toISOString();
      const signed = signer.sign('entry', JSON.stringify({ stream: 's', seq, prev, at, entry }));
      prev = sha256(JSON.stringify(signed));
      return signed;
    },
    say(from: number, ...entries: readonly Envelope[]) {
      const clock = new Date(rig.clock.now()).toISOString();
      const head = { v: 1, farm: 'prod', host: WORKER, boot: 'x', version: '0.0.0', clock, lastN: 0, notes: [] };
      return rig.receiveReport(signer.sign('report', JSON.stringify({ ...head, from, entries })));
    },
  };
}

const refused = (data: Extract<RunnerEntry, { type: 'refused' }>['data']): RunnerEntry => ({
  ...{ type: 'refused', n: null, rotation: null, code: 'OrderExpired', data },
});
const proved = (length: number): RunnerEntry => ({
  ...{ type: 'proved', n: 3, rotation: 'prod-77', step: 's' },
  facts: { text: 'x'.repeat(length) },
});
const seq = (): number => rig.state().hosts[WORKER]?.seq ?? 0;

test('an entry that is longer than any of its kind is not taken but reported once, and its machine counts as silent', async () => {
  const { line, say } = journal();
  const long = line(refused({ text: 'x'.repeat(7_000_000) }));
  for (let times = 0; times < 6; times += 1) {
    await rig.pass(10_000);
    await say(1, long);
  }
  expect(seq()).toBe(0);
  expect(told()).toEqual([`${WORKER} RunnerEntryTooLong`]);
  expect(saidOf(await rig.type('mei', '/ssis runners'))).toContain('runners.silent');
});

test('of data that belongs to no order of ours, only enough to recognise it is kept', async () => {
  const { line, say } = journal();
  await say(1, line(refused({ text: 'x'.repeat(100_000), deep: { text: 'x' }, n: 7 })));
  expect(rig.state().strange).toMatchObject([{ code: 'OrderExpired', data: { text: 'x'.repeat(120), n: 7 } }]);
  expect(rig.state().strange[0]?.data).not.toHaveProperty('deep');
});

test.each(['constructor', '__proto__', 'toString'])(
  'what is said about a rotation called %s is recorded, and changes none of ours',
  async (name) => {
    const { line, say } = journal();
    const order = rig.world.bot.sign('order', '{}');
    const rotation = name as RotationId;
    await say(1, line({ type: 'accepted', n: 1, rotation, kind: 'apply', stage: null, digest: null, order }));
    await say(2, line({ type: 'refused', n: 1, rotation, code: 'OrderExpired', data: { n: 1, rotation } }));
    expect(seq()).toBe(2);
    const { disk } = rig;
    await rig.stopBot();
    await rig.startBot(disk);
    expect(seq()).toBe(2);
  },
);

test('what a runner says beyond its room for an hour is not taken but reported once, and is taken in the next hour', async () => {
  const { line, say } = journal();
  const backlog = Array.from({ length: 36 }, () => line(proved(MI - 1000)));
  for (const [at, entry] of backlog.entries()) await say(at + 1, entry);
  const { length } = backlog.slice(0, Math.floor(TAKEN_AN_HOUR / (MI + 300)));
  expect(seq()).toBeGreaterThanOrEqual(length);
  expect(seq()).toBeLessThan(backlog.length);
  const before = seq();
  await rig.pass(2_000);
  expect(told()).toEqual([`${WORKER} RunnerSaysTooMuch`]);
  for (const { name } of rig.farm.hosts) await rig.stopRunner(name);
  const { disk } = rig;
  await rig.stopBot();
  // The room is in the journal: who makes the bot start again has no more of it.
  await rig.startBot(disk);
  await say(before + 1, backlog[before] as Envelope);
  expect(seq()).toBe(before);
  await rig.stopBot();
  await rig.clock.sleep(3_600_000);
  await rig.startBot(disk);
  for (const [at, entry] of backlog.entries()) if (at >= before) await say(at + 1, entry);
  expect(seq()).toBe(backlog.length);
  expect(told()).toEqual([`${WORKER} RunnerSaysTooMuch`]);
}, 90_000);

test('orders of its own that a bot lost with its journal come back at once, each only once', async () => {
  const { line, say } = journal();
  const given = (n: number): RunnerEntry => {
    const of = { n, rotation: 'prod-77' as RotationId, kind: 'apply' as const };
    const body = JSON.stringify({ ...of, farm: 'prod', host: WORKER, text: 'x'.repeat(1_900_000) });
    return { ...of, type: 'accepted', stage: 's', digest: null, order: rig.world.bot.sign('order', body) };
  };
  for (let n = 1; n <= 18; n += 1) await say(n, line(given(n)));
  expect(seq()).toBe(18);
  await rig.pass(2_000);
  expect(told()).toEqual([]);
  for (let n = 1; n <= 18; n += 1) await say(18 + n, line(given(n)));
  expect(seq()).toBeLessThan(18 + 18);
  await rig.pass(2_000);
  expect(told()).toEqual([`${WORKER} RunnerSaysTooMuch`]);
}, 90_000);

test('a runner that fills the journal within its hourly room is reported once, named in the status, and still taken', async () => {
  const words = (): readonly string[] =>
    rig.chat.cards().flatMap((view) => (view.kind === 'notice' ? view.messages : []).map(({ id }) => id));
  const status = async (): Promise<readonly string[]> => saidOf(await rig.type('mei', '/ssis status'));
  const { line, say } = journal();
  for (let n = 1; n <= 15; n += 1) await say(n, line(proved(MI - 1000)));
  await rig.pass(2_000);
  expect(words()).not.toContain('much-said');
  expect(await status()).not.toContain('status.much-said');
  for (let n = 16; n <= 20; n += 1) await say(n, line(proved(MI - 1000)));
  await rig.pass(2_000);
  expect(words().filter((id) => id === 'much-said')).toHaveLength(1);
  expect(await status()).toContain('status.much-said');
  expect(seq()).toBe(20);
  expect(told()).toEqual([]);
}, 90_000);

test('no number of refusals hides that a runner fills the journal, or has that reported again on the same day', async () => {
  const words = (): readonly string[] =>
    rig.chat.cards().flatMap((view) => (view.kind === 'notice' ? view.messages : []).map(({ id }) => id));
  const recorded = (): number => rig.disk.lines.filter(({ line: { entry } }) => entry.type === 'untaken').length;
  const { line, say } = journal();
  for (let n = 1; n <= 15; n += 1) await say(n, line(proved(MI - 1000)));
  const refusals = () => Array.from({ length: 250 }, (_, times) => line(refused({ times })));
  // The one that is too much brings more refusals at once than are kept.
  await say(16, line(proved(MI - 1000)), line(proved(MI - 1000)), ...refusals());
  await rig.pass(2_000);
  expect(words().filter((id) => id === 'much-said')).toHaveLength(1);
  await rig.pass(3_600_000);
  await say(268, ...refusals());
  await say(518, ...refusals());
  await rig.pass(2_000);
  expect(seq()).toBe(767);
  expect(words().filter((id) => id === 'much-said')).toHaveLength(1);
  expect(recorded()).toBe(1);
}, 90_000);

test('a journal that is replaced again and again is read from its beginning a thousand times an hour at most', async () => {
  for (let times = 0; times < 1100; times += 1) {
    const { line, say } = journal();
    await say(1, line(refused({ times })));
  }
  const anew = rig.disk.lines.filter(({ line }) => line.entry.type === 'forgotten');
  expect(anew.length).toBeGreaterThan(900);
  expect(anew.length).toBeLessThanOrEqual(1024);
});

test('one machine’s word that the bot’s journal was put back is accepted 32 times an hour and again in the next hour, but never with a long name', async () => {
  const say = (how: Partial<KnownHead>) => {
    const clock = new Date(rig.clock.now()).toISOString();
    const epoch = rig.state().epoch;
    const notes = headNotes({ epoch, seq: 1_000_000, hash: 'ab', n: 1, rotation: 'prod-1', ...how });
    const head = { v: 1, farm: 'prod', host: WORKER, boot: bootOf('x'), version: '0.0.0', clock, lastN: 0 };
    const body = JSON.stringify({ ...head, notes, from: 1, entries: [] });
    return rig.receiveReport(rig.world.signerOf(WORKER).sign('report', body));
  };
  const times = (): number => rig.disk.lines.filter(({ line }) => line.entry.type === 'cut-short').length;
  await say({ rotation: 'x'.repeat(60_000) });
  expect(times()).toBe(0);
  for (let time = 0; time < 60; time += 1) {
    await rig.clock.sleep(1000);
    await say({ seq: 1_000_000 + time, n: time });
  }
  expect(times()).toBe(32);
  await rig.clock.sleep(3_600_000);
  await say({ seq: 3_000_000 });
  expect(times()).toBe(33);
  expect(rig.state().epoch).toBe(33);
});
