import { emptyDisk, type MemoryDisk, openMemoryJournal } from '../../../../adapters/memory/journal.ts';
import { createMemorySigner } from '../../../../adapters/memory/signer.ts';
import { createOwnHead } from '../../../../src/app/bot/own-head.ts';
import { headFor } from '../../../../src/domain/drive/new-order.ts';
import type { Farm } from '../../../../src/domain/farm/farm.ts';
import { foldBot } from '../../../../src/domain/fold/bot-fold.ts';
import { bootOf, headIn, headNotes } from '../../../../src/domain/journal/bot-head.ts';
import type { BotEntry } from '../../../../src/domain/journal/entries.ts';
import { NEW_HOST } from '../../../../src/domain/journal/host-head.ts';
import { PROTOCOL } from '../../../../src/domain/letters/protocol.ts';
import type { Moment } from '../../../../src/domain/next/index.ts';
import { initialFarmState } from '../../../../src/domain/rotation/farm-state.ts';
import { host } from '../../runner/rig.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig?.stop());

const MASTER = 'sqlm01';
const bound = (): readonly string[] => rig.world.machines.get(MASTER)?.bindings.map((one) => one.thumbprint) ?? [];
const pins = (): readonly (string | undefined)[] =>
  ['sqlw01', 'sqlw02'].map((name) => rig.world.machines.get(name)?.settings.worker?.MasterHttpsCertThumbprint);
const ordersTo = (name: string): readonly string[] =>
  (rig.runnerDisks.get(name)?.lines ?? []).flatMap(({ line: { entry } }) =>
    entry.type === 'accepted' && entry.kind !== 'look' ? [`${entry.rotation} ${entry.kind}`] : [],
  );

/** The folder as a nightly copy had it: everything up to the first line for which this holds. */
function copyUpTo(is: (entry: BotEntry) => boolean): MemoryDisk<BotEntry> {
  const end = rig.disk.lines.findIndex(({ line }) => is(line.entry));
  const copy = emptyDisk<BotEntry>();
  copy.lines.push(...rig.disk.lines.slice(0, end + 1));
  return copy;
}

async function restoredWhere(is: (entry: BotEntry) => boolean): Promise<void> {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('proved');
  await rig.stopBot();
  rig.clock.set(rig.clock.now() + 7 * 86_400_000);
  await rig.startBot(copyUpTo(is));
}

describe('A bot whose folder was restored from a copy made in the middle of a rotation', () => {
  const prepare = (entry: BotEntry): boolean => entry.type === 'ordered' && entry.stage === 'trust';

  test('ends that rotation without a further order, and the farm stays as it is', async () => {
    await restoredWhere(prepare);
    const before = { bound: bound(), pins: pins(), orders: ['sqlm01', 'sqlw01', 'sqlw02'].map(ordersTo) };
    await rig.closed();
    await rig.pass(300_000);
    expect(rig.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'BotJournalCutShort' } });
    expect({ bound: bound(), pins: pins(), orders: ['sqlm01', 'sqlw01', 'sqlw02'].map(ordersTo) }).toEqual(before);
  });

  test('says so in the channels, and takes the next request as usual', async () => {
    await restoredWhere(prepare);
    await rig.closed();
    await rig.pass(30_000);
    const told = rig.chat.cards().flatMap((view) => (view.kind === 'notice' ? view.messages : []));
    expect(told.map(({ id }) => id)).toContain('order-not-remembered');
    // Nobody here knows what was done since, so nobody says that it was nothing, or that the old certificate is kept.
    const ids = rig.chat.notes.flatMap(({ notice }) => notice.messages.map(({ id }) => id));
    expect([ids.includes('note.untold'), ids.includes('note.refused')]).toEqual([true, false]);
    expect(rig.chat.cards().findLast(({ kind }) => kind === 'closed')).toMatchObject({
      id: 'prod-1',
      untold: true,
      goodUntil: null,
    });
    // Nobody refused it: a late click is not told so.
    const late = await rig.vote('ana', 'approve', 'prod-1');
    expect(late).toMatchObject({ notice: { messages: [{ id: 'refused.closed', data: { outcome: 'untold' } }] } });
    expect(saidOf(await rig.type('mei', '/ssis stop prod-1'))).toEqual(['refused.closed']);
    expect(saidOf(await rig.type('mei', '/ssis rollback prod-1'))).toEqual(['refused.rollback-untold']);
    await rig.type('mei', '/ssis rotate-master because Yearly renewal');
    await rig.planned('prod-2');
    await rig.vote('ana', 'approve', 'prod-2');
    await rig.vote('tom', 'approve', 'prod-2');
    await rig.closed('prod-2');
    expect(rig.rotation('prod-2').closed).toMatchObject({ outcome: 'proved' });
  });
});

test('A worker that was armed when that happened is disarmed once the bot has looked at it', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  const isOf =
    (stage: string, host: string) =>
    (entry: BotEntry): boolean =>
      entry.type === 'ordered' && entry.stage === stage && entry.host === host;
  await rig.until(() =>
    rig.rotation().orders.some(({ stage, status }) => stage === 'rehearse' && status === 'finished'),
  );
  await rig.stopRunner('sqlw02');
  const armed = () => rig.rotation().orders.find(({ stage, host: name }) => stage === 'workers' && name === 'sqlw01');
  await rig.until(() => armed()?.armedAt != null);
  const armedN = armed()?.n;
  await rig.stopBot();
  await rig.startRunner('sqlw02');
  await rig.startBot(copyUpTo(isOf('trust', 'sqlw01')));
  await rig.closed();
  await rig.type('mei', '/ssis plan rotate-master because the card is to be seen');
  await rig.pass(30_000);
  const ends = (rig.runnerDisks.get('sqlw01')?.lines ?? []).flatMap(({ line: { entry } }) =>
    entry.type === 'finished' && entry.n === armedN ? [entry.outcome] : [],
  );
  expect(ends).toEqual(['unchanged']);
  expect(bound()).toEqual([rig.world.old.thumbprint]);
});

test('No plan is made of what a master presents that still goes back by itself from a switch before that', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.until(() => rig.rotation().orders.some(({ stage, status }) => stage === 'master' && status === 'accepted'));
  for (const name of ['sqlw01', 'sqlw02']) await rig.stopRunner(name);
  await rig.until(() =>
    rig.rotation().orders.some(({ stage, switchedAt }) => stage === 'master' && switchedAt !== null),
  );
  await rig.stopBot();
  for (const name of ['sqlw01', 'sqlw02']) await rig.startRunner(name);
  await rig.startBot(copyUpTo((entry) => entry.type === 'ordered' && entry.stage === 'trust'));
  await rig.closed();
  expect(bound()).not.toContain(rig.world.old.thumbprint);
  await rig.type('mei', '/ssis rotate-master because it is due');
  await rig.closed('prod-2');
  expect(rig.rotation('prod-2').closed).toMatchObject({
    outcome: 'refused',
    data: { code: 'MasterNotConfirmed', host: MASTER, rotation: 'prod-1' },
  });
  await rig.pass(120_000);
  await rig.type('mei', '/ssis rotate-master because it is due');
  await rig.planned('prod-3');
  expect(rig.rotation('prod-3').plan?.header.old?.thumbprint).toBe(rig.world.old.thumbprint);
});

test('A copy made while all was put back says that the rest is not known, not what had failed', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  rig.world.machines.get('sqlw02')?.faults.set('service.restart', { kind: 'fail', times: 1 });
  await rig.closed();
  await rig.stopBot();
  await rig.startBot(copyUpTo(({ type }) => type === 'turned'));
  await rig.closed();
  await rig.pass(30_000);
  expect(rig.rotation().turned).toMatchObject({ host: 'sqlw02' });
  expect(rig.chat.cards().findLast(({ kind }) => kind === 'closed')).toMatchObject({
    untold: true,
    why: { id: 'why.refused', data: { code: 'BotJournalCutShort' } },
    next: [],
  });
});

test('A bot that lacks a daily look says that, and does not name it as if it were a rotation', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.closed();
  await rig.stopBot();
  rig.clock.set(rig.clock.now() + 86_400_000);
  await rig.startBot();
  await rig.remind();
  await rig.pass(10_000);
  await rig.stopBot();
  const copy = copyUpTo(({ type }) => type === 'closed');
  copy.lines.pop();
  await rig.startBot(copy);
  await rig.pass(60_000);
  const told = rig.chat.cards().flatMap((view) => (view.kind === 'notice' ? view.messages : []));
  expect(told.find(({ id }) => id === 'order-not-remembered')).toMatchObject({ data: { id: null } });
});

test('A bot that is restarted over its own journal goes on as before', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.until(() => rig.rotation().orders.some(({ kind }) => kind === 'apply'));
  await rig.stopBot();
  await rig.startBot();
  await rig.closed();
  expect(rig.rotation().closed).toMatchObject({ outcome: 'proved' });
  expect(rig.state().epoch).toBe(0);
  expect(rig.state().strange).toEqual([]);
});

describe('A position in the journal that a runner remembers', () => {
  const journal = () => {
    const disk = emptyDisk<BotEntry>();
    const opened = openMemoryJournal({
      stream: 'prod',
      signer: createMemorySigner(),
      initial: initialFarmState,
      fold: foldBot,
      clock: { now: () => 0 },
      disk,
    });
    const write = (reason: string) =>
      opened.append(() => ({
        entries: [{ type: 'unfrozen' as const, by: { id: 'mei', name: 'Mei Lin' }, reason }],
        answer: null,
      }));
    return { opened, write };
  };

  test('is known if the journal has that very line, or if it lies before a loss that people were told of', async () => {
    const [one, other] = [journal(), journal()];
    for (const reason of ['a', 'b', 'c']) await one.write(reason);
    const head = { epoch: 0, ...one.opened.head() };
    await one.write('d');
    expect(createOwnHead(one.opened)(head)).toBe(true);
    await other.write('a');
    expect(createOwnHead(other.opened)(head)).toBe(false);
    // Grown longer than it was, and another one all the same.
    for (const reason of ['x', 'y', 'z']) await other.write(reason);
    expect(createOwnHead(other.opened)(head)).toBe(false);
    await other.opened.append(() => ({
      entries: [{ type: 'cut-short', host: host('sqlw01'), epoch: 0, seq: 3, n: 1, rotation: 'scan' }],
      answer: null,
    }));
    expect(createOwnHead(other.opened)(head)).toBe(true);
    expect(createOwnHead(other.opened)({ ...head, epoch: 2 })).toBe(false);
  });

  test('is not acted on if it is so far ahead that runners would no longer accept a bot that believed it', () => {
    const knows = createOwnHead(journal().opened);
    const at = (epoch: number) => ({ epoch, seq: 3, hash: 'ab' });
    expect(PROTOCOL.epochsAhead * 1000).toBeLessThan(PROTOCOL.orderNumbersAhead);
    expect(knows(at(PROTOCOL.epochsAhead))).toBe(false);
    expect(knows(at(PROTOCOL.epochsAhead + 1))).toBe(true);
  });

  test('is looked up without reading what came after it', async () => {
    const { opened, write } = journal();
    for (const reason of ['a', 'b', 'c', 'd']) await write(reason);
    const lengths: number[] = [];
    const read: typeof opened.read = (from, to) => {
      const found = opened.read(from, to);
      lengths.push(found.length);
      return found;
    };
    createOwnHead({ ...opened, read })({ epoch: 0, seq: 1, hash: 'ab' });
    expect(lengths).toEqual([1]);
  });
});

describe('An order', () => {
  const head = { seq: 7, hash: 'ab' };
  const moment = (presence: Moment['presence']): Moment => ({ now: 0, since: 0, farm: {} as Farm, presence, head });
  const hello = { at: 0, clock: 0, skew: { ms: 0, shown: null }, lastN: 0, version: '0', boot: 'b', notes: [] };

  test.each([
    ['to a runner that has said that it reads it', { sqlw01: { ...hello, bot: null } }, {}, true],
    ['to a runner of the previous version', { sqlw01: hello }, { readsHead: true as const }, false],
    ['to one that is not heard yet but read it before', {}, { readsHead: true as const }, true],
    ['to one that was never heard', {}, {}, false],
  ])('%s says where the journal stands only if that runner reads it', (_, presence, known, says) => {
    const state = { ...initialFarmState, hosts: { sqlw01: { ...NEW_HOST, ...known } } };
    expect(headFor(state, moment(presence), host('sqlw01'))).toEqual(says ? { bot: { epoch: 0, ...head } } : {});
  });
});

describe('A report', () => {
  const known = { epoch: 0, seq: 7, hash: 'ab', n: 3, rotation: 'prod-1' };
  const paused = { code: 'paused', data: {} };

  test.each([
    ['of the previous version', 'ab12', [paused], { notes: [paused] }],
    ['that remembers nothing yet', bootOf('ab12'), [paused], { notes: [paused], bot: null }],
    ['that remembers', bootOf('ab12'), [...headNotes(known), paused], { notes: [paused], bot: known }],
  ])('%s is read, and the position it remembers is no reason to refuse a request', (_, boot, notes, read) => {
    expect(headIn({ boot, notes })).toEqual(read);
    expect(headNotes(null)).toEqual([]);
  });

  test.each([
    ['half a line', { seq: 7.5 }],
    ['a negative number', { epoch: -1 }],
    ['an endless text', { rotation: 'x'.repeat(60_000) }],
    ['a text in place of a number', { n: '3' }],
  ])('that remembers %s counts as remembering nothing', (_, how) => {
    const notes = headNotes({ ...known, ...how } as typeof known);
    expect(headIn({ boot: bootOf('ab12'), notes })).toEqual({ notes: [], bot: null });
  });
});
