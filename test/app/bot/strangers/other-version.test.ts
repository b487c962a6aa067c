import type { Envelope, JournalLine, Order, Report } from '../../../../src/domain/letters/protocol.ts';
import type { Json } from '../../../../src/domain/values.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

const MASTER = 'sqlm01';
const WORKER = 'sqlw01';
const VERSIONS = { version: '0.0.0', bot: '0.0.0' };
const ASK = '/ssis rotate-master because Yearly renewal';

let rig: BotRig;
/** Whether letters come in another form now, as from a program of another version. */
let isOther: boolean;
beforeEach(async () => {
  isOther = true;
  rig = await createBotRig();
});
afterEach(() => rig.stop());

/** What that machine's runner says to the bot. */
function reports(host: string, how: (report: Report) => object): void {
  const signer = rig.world.signerOf(host);
  const { toBot } = rig.post.office;
  Object.assign(rig.post.office, {
    toBot: (letter: Envelope): Promise<void> => {
      const report = JSON.parse(letter.body) as Report;
      const isMeant = isOther && report.host === host;
      return toBot(isMeant ? signer.sign('report', JSON.stringify(how(report))) : letter);
    },
  });
}

/** It writes into each entry what this bot has never heard of. */
function laterEntries(host: string): void {
  const signer = rig.world.signerOf(host);
  const later = ({ body }: Envelope): Envelope => {
    const line = JSON.parse(body) as JournalLine<{ readonly [name: string]: Json }>;
    return signer.sign('entry', JSON.stringify({ ...line, entry: { ...line.entry, ofLater: true } }));
  };
  reports(host, (report) => ({ ...report, entries: report.entries.map(later) }));
}

const laterReports = (host: string): void => reports(host, (report) => ({ ...report, v: 2, ofLater: true }));

/** What the bot says to that machine's runner. */
function laterOrders(host: string, kinds: readonly Order['kind'][]): void {
  const { toHost } = rig.post.office;
  Object.assign(rig.post.office, {
    toHost: (to: string, letter: Envelope): Promise<void> => {
      const order = JSON.parse(letter.body) as Order;
      const isMeant = isOther && to === host && letter.type === 'order' && kinds.includes(order.kind);
      return toHost(to, isMeant ? rig.world.bot.sign('order', JSON.stringify({ ...order, ofLater: true })) : letter);
    },
  });
}

const told = (): readonly string[] =>
  rig.chat
    .cards()
    .flatMap((view) => (view.kind === 'notice' ? view.messages : []))
    .flatMap(({ id, data }) => (id === 'not-understood' ? [`${data.host} ${data.code}`] : []));
const shown = (): string => JSON.stringify(rig.chat.cards());
const boundBy = (): unknown => rig.world.machines.get(MASTER)?.bindings[0]?.thumbprint;

describe('a runner whose journal is of a later version', () => {
  beforeEach(async () => {
    laterEntries(MASTER);
    await rig.start();
  });

  test('ends a request with that reason, and the channel is told once', async () => {
    await rig.type('mei', ASK);
    await rig.closed();
    expect(rig.rotation().closed).toMatchObject({
      outcome: 'refused',
      data: { host: MASTER, code: 'EntryNotUnderstood' },
    });
    await rig.pass(600_000);
    expect(told()).toEqual([`${MASTER} EntryNotUnderstood`]);
  });

  test('has the next request refused at once, and is named by runners', async () => {
    await rig.type('mei', ASK);
    await rig.closed();
    const again = await rig.type('mei', ASK);
    expect(again).toMatchObject({
      notice: { messages: [{ id: 'refused.runner-not-ready', data: { code: 'not-understood' } }] },
    });
    const asked = await rig.type('mei', '/ssis runners');
    expect(saidOf(asked)).toContain('runners.runner');
    expect(JSON.stringify(asked)).toContain('"codes":["not-understood"]');
  });
});

describe('a runner whose reports are of a later version', () => {
  beforeEach(async () => {
    laterReports(MASTER);
    await rig.start();
    await rig.pass(60_000);
  });

  test('is not called silent: a request is refused for that reason, and runners names it with its version', async () => {
    expect(await rig.type('mei', ASK)).toMatchObject({
      notice: {
        messages: [{ id: 'refused.runner-not-ready', data: { host: MASTER, code: 'not-understood', ...VERSIONS } }],
      },
    });
    const asked = JSON.stringify(await rig.type('mei', '/ssis runners'));
    expect(asked).toContain(`"host":"${MASTER}","version":"0.0.0"`);
    expect(asked).toContain('"codes":["not-understood"]');
    expect(asked).not.toContain('runners.silent');
  });

  test('is reported in the channel once a day', async () => {
    const once = `${MASTER} ReportNotUnderstood`;
    await rig.pass(600_000);
    expect(told()).toEqual([once]);
    rig.clock.set(rig.clock.now() + 86_400_000);
    await rig.pass(600_000);
    expect(told()).toEqual([once, once]);
  });

  test('takes part as usual once both are of one version', async () => {
    isOther = false;
    await rig.pass(20_000);
    await rig.approved();
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });
});

test('a letter that only claims to come from such a runner makes no runner count as heard', async () => {
  await rig.start();
  await rig.stopRunner(WORKER);
  const report = { v: 2, farm: 'prod', host: WORKER, boot: 'b', version: '9', clock: new Date().toISOString() };
  for (const signer of [rig.world.bot, rig.world.signerOf(MASTER)])
    await rig.receiveReport(signer.sign('report', JSON.stringify(report)));
  await rig.pass(60_000);
  expect(saidOf(await rig.type('mei', '/ssis runners'))).toContain('runners.silent');
  expect(told()).toEqual([]);
});

test('an old letter of such a runner that is sent again says nothing about what the runner is now', async () => {
  let first: Envelope | null = null;
  reports(MASTER, (report) => {
    first ??= rig.world.signerOf(MASTER).sign('report', JSON.stringify({ ...report, v: 2 }));
    return { ...report, v: 2 };
  });
  await rig.start();
  await rig.pass(20_000);
  isOther = false;
  await rig.pass(60_000);
  expect(first).not.toBeNull();
  await rig.receiveReport(first);
  expect(JSON.stringify(await rig.type('mei', '/ssis runners'))).not.toContain('not-understood');
});

describe('a runner that changes to a later version while a rotation runs', () => {
  test.each([
    ['its journal', laterEntries],
    ['its reports', laterReports],
  ])(
    'and shows it by %s is named on the card for that and not as silent, and the rotation ends once the bot understands it',
    async (_, later) => {
      isOther = false;
      later(WORKER);
      await rig.start();
      await rig.type('mei', ASK);
      await rig.planned();
      isOther = true;
      for (const who of ['ana', 'tom']) await rig.vote(who);
      await rig.pass(15 * 60_000);
      expect(rig.rotation().closed).toBeNull();
      expect(
        rig
          .rotation()
          .orders.filter(({ isUnread }) => isUnread)
          .map(({ host }) => host),
      ).toContain(WORKER);
      expect(shown()).toContain('EntryNotUnderstood');
      expect(shown()).not.toContain('RunnerSilent');
      isOther = false;
      await rig.closed();
      expect(rig.rotation().closed?.outcome).toBe('put-back');
      expect(boundBy()).toBe(rig.world.old.thumbprint);
    },
  );
});

describe('a runner that does not understand the orders of a later bot', () => {
  test('ends a request with that reason, before anybody is asked', async () => {
    laterOrders(WORKER, ['look']);
    await rig.start();
    await rig.type('mei', ASK);
    await rig.closed('prod-1', 30_000);
    expect(rig.rotation().closed).toMatchObject({
      outcome: 'refused',
      data: { host: WORKER, code: 'OrderNotUnderstood', version: '0.0.0' },
    });
  });

  test('and does not say which order it refused ends the request all the same', async () => {
    laterOrders(WORKER, ['look']);
    await rig.start();
    await rig.stopRunner(WORKER);
    await rig.type('mei', ASK);
    const at = new Date(rig.clock.now()).toISOString();
    const signer = rig.world.signerOf(WORKER);
    const entry = { type: 'refused', n: null, rotation: null, code: 'OrderNotUnderstood', data: { path: '' } };
    const body = JSON.stringify({ stream: 's', seq: 1, prev: '0'.repeat(64), at, entry });
    const entries = [signer.sign('entry', body)];
    const head = { v: 1, farm: 'prod', host: WORKER, boot: 'x', version: '0.0.0', clock: at, lastN: 0, from: 1 };
    await rig.receiveReport(signer.sign('report', JSON.stringify({ ...head, entries, notes: [] })));
    await rig.closed('prod-1', 30_000);
    expect(rig.rotation().closed).toMatchObject({ data: { host: WORKER, code: 'OrderNotUnderstood' } });
  });

  test('has what was prepared elsewhere put back, and is named at the end', async () => {
    laterOrders(WORKER, ['apply']);
    await rig.start();
    await rig.approved();
    await rig.closed();
    expect(rig.rotation().closed).toMatchObject({
      outcome: 'put-back',
      data: { host: WORKER, code: 'OrderNotUnderstood' },
    });
    expect(boundBy()).toBe(rig.world.old.thumbprint);
    expect(rig.world.machines.get(MASTER)?.stores.Root.size).toBe(1);
  });
});
