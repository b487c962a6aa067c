import { emptyDisk } from '../../../../adapters/memory/journal.ts';
import { createMemorySigner } from '../../../../adapters/memory/signer.ts';
import type { BotEntry } from '../../../../src/domain/journal/entries.ts';
import type { Envelope } from '../../../../src/domain/letters/protocol.ts';
import { type BotRig, createBotRig } from '../rig.ts';

const WORKER = 'sqlw01';
const ASK = '/ssis rotate-master because Yearly renewal';

let rig: BotRig;
beforeEach(async () => {
  rig = await createBotRig();
});
afterEach(() => rig.stop());

/** That machine's runner speaks under a key that the farm file does not name. */
function speakUnder(host: string): string {
  const signer = createMemorySigner();
  const { toBot } = rig.post.office;
  Object.assign(rig.post.office, {
    toBot: (letter: Envelope): Promise<void> =>
      toBot(JSON.parse(letter.body).host === host ? signer.sign('report', letter.body) : letter),
  });
  return signer.keyId;
}

const endOf = () => rig.rotation().closed;

describe('a runner that does not pin the key of this bot', () => {
  beforeEach(() => rig.unpin(WORKER, true));

  test('has a request refused within a minute, by name and with the key to type', async () => {
    await rig.start();
    await rig.type('mei', ASK);
    await rig.closed('prod-1', 60_000);
    const key = rig.world.bot.publicKey;
    expect(endOf()).toMatchObject({ outcome: 'refused', data: { code: 'BotKeyNotPinned', host: WORKER, key } });
    expect(rig.rotation().plan).toBeNull();
  });

  test('is named at once to whoever asks next, and no longer once it pins that key', async () => {
    await rig.start();
    await rig.type('mei', ASK);
    await rig.closed('prod-1', 60_000);
    const said = await rig.type('mei', ASK);
    const data = { code: 'bot-key-unknown', host: WORKER, data: { key: rig.world.bot.publicKey } };
    expect(said).toMatchObject({ notice: { messages: [{ id: 'refused.runner-not-ready', data }] } });
    rig.unpin(WORKER, false);
    await rig.stopRunner(WORKER);
    await rig.startRunner(WORKER);
    await rig.pass(1_000);
    await rig.type('mei', ASK);
    await rig.planned('prod-2');
    expect(rig.rotation('prod-2').plan).not.toBeNull();
  });

  test('is also named by a bot that starts again with an empty journal', async () => {
    rig.unpin(WORKER, false);
    await rig.start();
    await rig.approved();
    await rig.closed();
    await rig.stopBot();
    await rig.stopRunner(WORKER);
    rig.unpin(WORKER, true);
    await rig.startRunner(WORKER);
    await rig.startBot(emptyDisk<BotEntry>());
    await rig.pass(60_000);
    const said = await rig.type('mei', ASK);
    const data = { code: 'bot-key-unknown', host: WORKER, data: { key: rig.world.bot.publicKey } };
    expect(said).toMatchObject({ notice: { messages: [{ id: 'refused.runner-not-ready', data }] } });
    expect(rig.state().order).toEqual([]);
  });
});

test('letters under other keys, however many, keep nobody from asking a runner that pins the key of this bot', async () => {
  await rig.start();
  for (let at = 0; at < 20; at += 1) await rig.post.office.toHost(WORKER, createMemorySigner().sign('order', '{}'));
  await rig.pass(20_000);
  await rig.type('mei', ASK);
  await rig.planned();
  expect(rig.rotation().plan).not.toBeNull();
});

describe('a runner that signs with a key the farm file does not name', () => {
  test('is not called silent, but named with that key, to whoever asks', async () => {
    const key = speakUnder(WORKER);
    await rig.start();
    await rig.pass(60_000);
    const said = await rig.type('mei', ASK);
    expect(said).toMatchObject({
      notice: { messages: [{ id: 'refused.no-runner', data: { hosts: [WORKER], unnamed: [WORKER], keys: [key] } }] },
    });
  });

  test('has a request refused for that within a minute, if it was heard just before', async () => {
    await rig.start();
    speakUnder(WORKER);
    await rig.post.office.toHost(WORKER, createMemorySigner().sign('order', '{}'));
    await rig.type('mei', ASK);
    await rig.closed('prod-1', 70_000);
    expect(endOf()).toMatchObject({ outcome: 'refused', data: { code: 'RunnerKeyNotNamed', host: WORKER } });
  });

  test('counts as merely silent once nobody signs in its name any more', async () => {
    speakUnder(WORKER);
    await rig.start();
    await rig.pass(60_000);
    await rig.stopRunner(WORKER);
    await rig.pass(60_000);
    const said = await rig.type('mei', ASK);
    expect(said).toMatchObject({ notice: { messages: [{ id: 'refused.no-runner', data: { unnamed: [] } }] } });
  });
});
