import { createMemorySigner } from '../../../../adapters/memory/signer.ts';
import type { RunnerEntry } from '../../../../src/domain/journal/entries.ts';
import type { Envelope } from '../../../../src/domain/letters/protocol.ts';
import { sha256 } from '../../../../src/domain/sha256.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import type { NoticeView } from '../../../../src/domain/views/view.ts';
import { type BotRig, CHANNEL, createBotRig } from '../rig.ts';

const MASTER = 'sqlm01' as HostName;

let rig: BotRig;
beforeEach(async () => {
  rig = await createBotRig();
  await rig.start();
});
afterEach(() => rig.stop());

const ORDERS: readonly string[] = ['strange-order', 'order-not-understood'];
const told = (): readonly unknown[] =>
  rig.chat
    .cards()
    .filter((view): view is NoticeView => view.kind === 'notice' && ORDERS.includes(view.messages[0]?.id ?? ''))
    .map((view) => view.messages[0]?.data.code);

async function send(...letters: readonly Envelope[]): Promise<void> {
  for (const letter of letters) await rig.post.office.toHost(MASTER, letter);
  await rig.pass(15_000);
}

const unpinned = (): Envelope => createMemorySigner().sign('order', '{}');
const withTheBotsKey = (): Envelope => rig.world.bot.sign('order', '{"run":"cmd.exe"}');

/** What a runner that is sent all kinds of orders writes into its journal. */
function refusals(codes: readonly string[], data: { readonly [name: string]: string } = {}): Envelope {
  const signer = rig.world.signerOf(MASTER);
  const at = new Date(rig.clock.now()).toISOString();
  let prev = '0'.repeat(64);
  const entries = codes.map((code, index) => {
    const entry: RunnerEntry = { type: 'refused', n: null, rotation: null, code, data };
    const signed = signer.sign('entry', JSON.stringify({ stream: 's', seq: index + 1, prev, at, entry }));
    prev = sha256(JSON.stringify(signed));
    return signed;
  });
  const clock = at;
  const report = { v: 1, farm: 'prod', host: MASTER, boot: 'x', version: '0.0.0', clock, lastN: 0, from: 1, entries };
  return signer.sign('report', JSON.stringify({ ...report, notes: [] }));
}

test('the refusal of a letter with the bot’s own key is reported even right after one that anybody can provoke', async () => {
  await send(unpinned());
  expect(told()).toEqual(['EnvelopeUnknownKey']);
  await send(withTheBotsKey());
  expect(told()).toEqual(['EnvelopeUnknownKey', 'OrderNotUnderstood']);
});

test('a runner that does not pin the key of this bot is reported as that, with the key to type, and nobody is accused', async () => {
  await rig.stopRunner(MASTER);
  await rig.receiveReport(refusals(['EnvelopeUnknownKey'], { key: rig.world.bot.keyId }));
  await rig.pass(15_000);
  const words = rig.chat.cards().flatMap((view) => (view.kind === 'notice' ? view.messages : []));
  expect(words.filter(({ id }) => id === 'bot-key-not-pinned')).toMatchObject([
    { data: { host: MASTER, code: 'EnvelopeUnknownKey', key: rig.world.bot.publicKey } },
  ]);
  expect(told()).toEqual([]);
});

test('the same refusal is reported once an hour', async () => {
  await send(unpinned(), unpinned());
  await rig.pass(90_000);
  await send(unpinned());
  expect(told()).toEqual(['EnvelopeUnknownKey']);
  await rig.pass(3_600_000);
  await send(unpinned());
  expect(told()).toEqual(['EnvelopeUnknownKey', 'EnvelopeUnknownKey']);
});

test('the first report of an hour is recorded under the name that an earlier version gave it', async () => {
  await send(unpinned());
  const hour = rig.state().strange[0]?.at.slice(0, 13);
  expect(rig.state().told).toContain(`web ${CHANNEL} strange-order ${MASTER} ${hour}`);
});

test('very many codes do not fill the channel: ten get a message each, the others share one that can be read', async () => {
  await rig.stopRunner(MASTER);
  const codes = Array.from({ length: 30 }, (_, index) => `Code${index}`);
  await rig.receiveReport(refusals(codes));
  await rig.pass(15_000);
  expect(told()).toEqual([...codes.slice(0, 10), `${codes.slice(10, 18).join(', ')}, …`]);
});

test('a queue that two farms share is reported once a day, with the names of both and the key', async () => {
  const other = createMemorySigner();
  const letter = (type: 'order' | 'ack', how: object = {}): Envelope =>
    other.sign(type, JSON.stringify({ v: 1, farm: 'test', host: MASTER, boot: 'x', upTo: 7, ...how }));
  await send(letter('ack'), letter('order'), letter('ack', { farm: 'test2' }));
  await rig.pass(2 * 3_600_000);
  await send(letter('order'));
  const words = rig.chat.cards().flatMap((view) => (view.kind === 'notice' ? view.messages : []));
  const said = words.filter(({ id }) => id === 'letters-of-other-farm');
  expect(said).toMatchObject([{ data: { host: MASTER, farm: 'prod', other: 'test', key: other.keyId } }]);
  expect(told()).toEqual([]);
});

test.each([
  ['of this farm', { farm: 'prod' }, 'EnvelopeUnknownKey'],
  ['of another machine', { host: 'sqlw01' }, 'EnvelopeUnknownKey'],
  ['of a farm that cannot be one', { farm: '<b>' }, 'EnvelopeUnknownKey'],
])('a stranger’s letter %s is not taken for a sign of a second farm', async (_, how, code) => {
  await send(createMemorySigner().sign('order', JSON.stringify({ v: 1, farm: 'test', host: MASTER, ...how })));
  expect(told()).toEqual([code]);
});

const taken = (): readonly unknown[] =>
  rig.chat
    .cards()
    .filter((view): view is NoticeView => view.kind === 'notice')
    .flatMap(({ messages }) => messages.filter(({ id }) => id === 'order-not-remembered'))
    .map(({ data }) => [data.host, data.id]);

/** Signed with the bot's own key, and not by the bot. */
function strangers(n: number, how: { readonly [field: string]: unknown } = {}): Envelope {
  const issued = new Date(rig.clock.now()).toISOString();
  const startBy = new Date(rig.clock.now() + 60_000).toISOString();
  const nothing = { stage: null, digest: null, header: null, slice: null, lineHashes: [], refs: {} };
  const order = { v: 1, farm: 'prod', host: MASTER, n, rotation: 'prod-99', kind: 'look', ...nothing, ...how };
  return rig.world.bot.sign('order', JSON.stringify({ ...order, issued, startBy, timeLimitMs: 60_000 }));
}

test('an order that a runner took and that this journal does not know is reported once per hour and rotation', async () => {
  await send(strangers(900));
  await send(strangers(901));
  expect(taken()).toEqual([[MASTER, 'prod-99']]);
  expect(rig.state().strange).toMatchObject([
    { code: 'OrderNotRemembered', data: { n: 900, rotation: 'prod-99' } },
    { data: { n: 901 } },
  ]);
  await send(strangers(902, { rotation: 'scan', kind: 'stop' }));
  expect(taken()).toEqual([
    [MASTER, 'prod-99'],
    [MASTER, null],
  ]);
});

test('many such orders do not fill the channel, and the next hour has messages of its own', async () => {
  for (let n = 0; n < 13; n += 1) await send(strangers(900 + n, { rotation: `other-${n}` }));
  await rig.pass(60_000);
  expect(taken()).toHaveLength(10);
  await rig.pass(3_600_000);
  await send(strangers(950, { rotation: 'prod-99' }));
  await rig.pass(15_000);
  expect(taken().slice(10)).toEqual([[MASTER, 'prod-99']]);
});

test('a look of our own scan is not reported', async () => {
  await send(strangers(900, { rotation: 'scan' }));
  expect(taken()).toEqual([]);
  expect(rig.state().strange).toEqual([]);
});
