import { createMemorySigner } from '../../../../adapters/memory/signer.ts';
import { bootOf, headNotes } from '../../../../src/domain/journal/bot-head.ts';
import type { RunnerEntry } from '../../../../src/domain/journal/entries.ts';
import { NEW_HOST } from '../../../../src/domain/journal/host-head.ts';
import type { Envelope } from '../../../../src/domain/letters/protocol.ts';
import type { HostName, RotationId } from '../../../../src/domain/values.ts';
import { type BotRig, createBotRig } from '../rig.ts';

const WORKER = 'sqlw02' as HostName;

let rig: BotRig;
beforeEach(async () => {
  rig = await createBotRig();
  await rig.start();
});
afterEach(() => rig.stop());

type Accepted = Extract<RunnerEntry, { type: 'accepted' }>;
const nothing = { stage: null, digest: null } as const;

/** An order as the bot, or somebody else, is said to have signed it. */
function order(how: object = {}, signer = rig.world.bot): Envelope {
  const body = { v: 1, farm: 'prod', host: WORKER, n: 7, rotation: 'prod-1', kind: 'apply', ...nothing, ...how };
  return signer.sign('order', JSON.stringify(body));
}

const accepted = (how: Partial<Accepted> & { readonly order: Envelope }): Accepted => ({
  ...{ type: 'accepted', n: 7, rotation: 'prod-1' as RotationId, kind: 'apply' },
  ...nothing,
  ...how,
});

/** Somebody who has the worker's key says this after all that its runner has said; the runner says no more. */
async function say({ entry, notes = [] }: { readonly entry?: RunnerEntry; readonly notes?: readonly object[] }) {
  await rig.clock.sleep(1000);
  const signer = rig.world.signerOf(WORKER);
  const { seq, hash } = rig.state().hosts[WORKER] ?? NEW_HOST;
  const clock = new Date(rig.clock.now()).toISOString();
  const line = { stream: 's', seq: seq + 1, prev: hash ?? '0'.repeat(64), at: clock, entry };
  const entries = entry === undefined ? [] : [signer.sign('entry', JSON.stringify(line))];
  const head = { v: 1, farm: 'prod', host: WORKER, boot: bootOf('x'), version: '0.0.0', clock, lastN: 7 };
  await rig.receiveReport(signer.sign('report', JSON.stringify({ ...head, notes, from: seq + 1, entries })));
  await rig.pass(5_000);
}

const told = (): readonly unknown[] =>
  rig.chat
    .cards()
    .flatMap((view) => (view.kind === 'notice' ? view.messages : []))
    .map(({ id }) => id);

const remembers = (how: object = {}): readonly object[] =>
  headNotes({ epoch: 0, seq: 9_000_000, hash: 'ab', n: 7, rotation: 'prod-1' as RotationId, ...how });

async function asked(): Promise<void> {
  await rig.type('mei', '/ssis rotate-master because Yearly renewal');
  await rig.planned();
  await rig.stopRunner(WORKER);
}

async function provedByAll(): Promise<void> {
  await rig.startRunner(WORKER);
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.closed();
  expect(rig.rotation().closed?.outcome).toBe('proved');
}

describe('Whoever has the key of a worker’s runner cannot end a rotation', () => {
  const stranger = createMemorySigner();

  test.each<[string, () => Accepted]>([
    ['a stranger has signed', () => accepted({ order: order({}, stranger) })],
    ['another machine was given', () => accepted({ order: order({ host: 'sqlw01' }) })],
    ['was given under another number', () => accepted({ order: order({ n: 6 }) })],
    ['was given for another rotation', () => accepted({ order: order({ rotation: 'scan' }) })],
    ['was a look', () => accepted({ order: order({ kind: 'look' }) })],
    ['another farm was given', () => accepted({ order: order({ farm: 'test' }) })],
    ['is no order', () => accepted({ order: rig.world.bot.sign('order', 'null') })],
    [
      'claims to be of a later rotation',
      () => accepted({ rotation: 'prod-999', order: order({ rotation: 'prod-999' }, stranger) }),
    ],
  ])('with an order that %s', async (_, entry) => {
    await asked();
    await say({ entry: entry() });
    expect(rig.rotation().closed).toBeNull();
    expect(rig.rotation().cutShort).toBeNull();
    expect(rig.state().nextNumber).toBe(2);
    expect(told()).toEqual(['not-signed-here']);
    expect(rig.state().untaken).toMatchObject([{ host: WORKER, code: 'OrderNotSignedHere' }]);
  });

  test('with what it claims to remember of the bot’s journal, and people are told once', async () => {
    await asked();
    for (let time = 0; time < 3; time += 1) await say({ notes: remembers({ seq: 9_000_000 + time }) });
    expect(rig.rotation().cutShort).toBeNull();
    expect(rig.state()).toMatchObject({ epoch: 0, cutShortAt: null, nextNumber: 2 });
    expect(told()).toEqual(['not-signed-here']);
    await provedByAll();
  });

  test('with both', async () => {
    await asked();
    const bot = { epoch: 0, seq: 9_000_000, hash: 'ab' };
    await say({ entry: accepted({ order: order({ bot }, stranger) }), notes: remembers() });
    await say({ notes: remembers() });
    expect(rig.rotation().cutShort).toBeNull();
    expect(rig.state().epoch).toBe(0);
  });

  test('even after the bot was restarted with such a line in its journal', async () => {
    await asked();
    await say({ entry: accepted({ order: order({}, stranger) }) });
    await rig.stopBot();
    await rig.startBot();
    expect(rig.rotation().cutShort).toBeNull();
    expect(rig.state().nextNumber).toBe(2);
  });
});

describe('A position in the bot’s journal that a runner remembers', () => {
  test('is believed without a signed order only so far that its runner takes orders again, while nothing is open', async () => {
    await rig.stopRunner(WORKER);
    await say({ notes: remembers({ rotation: 'prod-900' }) });
    expect(rig.state()).toMatchObject({ epoch: 1, cutShortAt: null, nextNumber: 1 });
    expect(told()).toEqual(['not-signed-here']);
  });

  test('is believed fully if an order that this bot signed shows it, even one for a look', async () => {
    await asked();
    const bot = { epoch: 0, seq: 9_000_000, hash: 'ab' };
    const look = { rotation: 'scan', kind: 'look' } as const;
    await say({ entry: accepted({ ...look, order: order({ ...look, bot }) }), notes: remembers() });
    expect(rig.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'BotJournalCutShort' } });
    expect(rig.state().epoch).toBe(1);
    expect(told()).toContain('order-not-remembered');
  });
});

describe('The number of a farm’s first rotation', () => {
  test.each([
    ['goes on after what a previous key has signed', 'prod-41', 42],
    ['ignores what no farm can have counted to', 'zzz-99999998', 1],
  ])('%s', async (_, rotation, wanted) => {
    await rig.stopRunner(WORKER);
    await say({ entry: accepted({ rotation, order: order({ rotation }, createMemorySigner()) }) });
    expect(rig.state().nextNumber).toBe(wanted);
  });

  test('is not moved by such a claim once a rotation was requested', async () => {
    await asked();
    for (const rotation of ['prod-41', 'zzz-99999998'])
      await say({ entry: accepted({ rotation, order: order({ rotation }, createMemorySigner()) }) });
    expect(rig.state().nextNumber).toBe(2);
  });
});
