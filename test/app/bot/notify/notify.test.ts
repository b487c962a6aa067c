import { createListener } from '../listener.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const WEBHOOK = 'https://alerts.example.com/hooks/hunter2';
const PING = 'https://monitor.example.com/ping/hunter2';
const MINUTE = 60_000;

let listener: ReturnType<typeof createListener>;
beforeEach(() => {
  listener = createListener();
});

const start = async (notify: { webhook: string | null; ping: string | null }): Promise<void> => {
  rig = await createBotRig({ http: listener.http, farm: { notify } });
  await rig.start();
};
const told = () => listener.posts.map(({ body }) => `${body.event} ${body.state} ${String(body.hosts)}`);

/** The master's service does not start again, on the way forward or back. */
async function untilUnknown(mended = true): Promise<void> {
  rig.world.machines.get('sqlm01')?.faults.set('service.restart', { kind: 'fail', times: 50 });
  await rig.approved();
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person');
  if (mended) rig.world.machines.get('sqlm01')?.faults.delete('service.restart');
}

/** The master's runner falls silent before it is told to begin. */
async function untilSilent(): Promise<void> {
  await rig.type('mei', '/ssis rotate-master');
  await rig.planned();
  rig.silence('sqlm01', true);
  await rig.vote('ana');
  await rig.vote('tom');
}

describe('The webhook', () => {
  test('is told once that a person is needed, in a fixed form, and once that nobody is any more', async () => {
    await start({ webhook: WEBHOOK, ping: null });
    await untilUnknown();
    await rig.pass(30_000);
    expect(listener.posts).toEqual([
      {
        url: WEBHOOK,
        body: {
          v: 1,
          key: 'needs-person prod-1 sqlm01',
          event: 'needs-person',
          state: 'open',
          farm: 'prod',
          rotation: 'prod-1',
          hosts: ['sqlm01'],
          since: null,
          text: 'summary.needs-person',
          at: expect.stringMatching(/^\d{4}-.*Z$/u),
        },
      },
    ]);
    const card = rig.chat.cards().findLast((view) => view.kind === 'needs-person');
    const digest = card?.kind === 'needs-person' ? card.digest : '';
    await rig.click('mei', 'look', { rotation: 'prod-1', digest });
    await rig.closed();
    await rig.pass(5_000);
    expect(told()).toEqual(['needs-person open sqlm01', 'needs-person over sqlm01']);
    expect(listener.posts[1]?.body).toMatchObject({ key: 'needs-person prod-1 sqlm01', rotation: 'prod-1' });
  });

  test('is not told that a silent master is heard by a restarted bot that has not heard it', async () => {
    await start({ webhook: WEBHOOK, ping: null });
    rig.silence('sqlm01', true);
    await rig.pass(12 * MINUTE);
    await rig.stopBot();
    await rig.startBot();
    await rig.pass(15 * MINUTE);
    expect(told()).toEqual(['master-silent open sqlm01']);
    rig.silence('sqlm01', false);
    await rig.pass(2 * MINUTE);
    expect(told()).toEqual(['master-silent open sqlm01', 'master-silent over sqlm01']);
  });

  test('is told that a chat turns the bot away, and that it accepts the bot again', async () => {
    await start({ webhook: WEBHOOK, ping: null });
    rig.chat.faults.refused = true;
    await rig.pass(6 * MINUTE);
    rig.chat.faults.refused = false;
    await rig.pass(6 * MINUTE);
    expect(told()).toEqual(['chat-refused open web', 'chat-refused over web']);
    expect(listener.posts[0]?.body).toMatchObject({ rotation: null, since: expect.any(String) });
  });

  test('is told that a chat delivers nothing that is said there, and that it delivers again', async () => {
    await start({ webhook: WEBHOOK, ping: null });
    rig.chat.faults.deafSince = rig.clock.now();
    await rig.pass(10 * MINUTE);
    expect(told()).toEqual([]);
    await rig.pass(7 * MINUTE);
    rig.chat.faults.deafSince = null;
    await rig.pass(2 * MINUTE);
    expect(told()).toEqual(['chat-deaf open web', 'chat-deaf over web']);
    expect(listener.posts[0]?.body).toMatchObject({ rotation: null, since: expect.any(String) });
  });

  test('that is away is tried again at longer and longer intervals, and is told when it is back', async () => {
    await start({ webhook: WEBHOOK, ping: null });
    listener.faults.code = 'HttpAway';
    await untilUnknown(false);
    await rig.pass(30 * MINUTE);
    // 2 s, 4 s, 8 s ... 256 s, then every five minutes.
    expect(listener.tries()).toBeGreaterThan(8);
    expect(listener.tries()).toBeLessThan(18);
    expect(rig.warnings.filter(({ sentence }) => sentence.includes('webhook'))).toHaveLength(1);
    expect(JSON.stringify(rig.warnings)).not.toContain('hunter2');
    listener.faults.code = null;
    await rig.pass(6 * MINUTE);
    expect(told()).toEqual(['needs-person open sqlm01']);
    expect(rig.infos.filter((sentence) => sentence.includes('webhook'))).toHaveLength(1);
  });

  test('is not told twice by a bot that was restarted', async () => {
    await start({ webhook: WEBHOOK, ping: null });
    await untilUnknown();
    await rig.pass(5_000);
    await rig.stopBot();
    await rig.startBot();
    await rig.pass(30_000);
    expect(told()).toEqual(['needs-person open sqlm01']);
  });

  test('is told of a master that is silent during a rotation, and since when', async () => {
    await start({ webhook: WEBHOOK, ping: null });
    await untilSilent();
    await rig.pass(3 * MINUTE);
    expect(told()).toEqual(['needs-person open sqlm01', 'master-silent open sqlm01']);
    expect(listener.posts[1]?.body).toMatchObject({ rotation: 'prod-1', since: expect.stringMatching(/Z$/u) });
  });

  test.each([
    ['refuses one', 'HttpRefused'],
    ['fails on one, or answers it too late', 'HttpAway'],
  ])('is told of the next event if it %s, and of that one again later', async (_what, code) => {
    await start({ webhook: WEBHOOK, ping: null });
    listener.faults.code = code;
    listener.faults.event = 'needs-person';
    await untilSilent();
    await rig.pass(3 * MINUTE);
    expect(told()).toEqual(['master-silent open sqlm01']);
    listener.faults.code = null;
    await rig.pass(6 * MINUTE);
    expect(told()).toEqual(['master-silent open sqlm01', 'needs-person open sqlm01']);
  });

  test('that refuses everything gets one event at a time, in turn, and all of them once it accepts them', async () => {
    await start({ webhook: WEBHOOK, ping: null });
    listener.faults.code = 'HttpRefused';
    await untilSilent();
    await rig.pass(10 * MINUTE);
    const { sent } = listener;
    expect(new Set(sent.map(({ at }) => at)).size).toBe(sent.length);
    const turns = sent.map(({ event }) => event).slice(-4);
    expect(turns.toSorted()).toEqual(['master-silent', 'master-silent', 'needs-person', 'needs-person']);
    expect(turns[0]).toBe(turns[2]);
    listener.faults.code = null;
    await rig.pass(6 * MINUTE);
    expect(told().toSorted()).toEqual(['master-silent open sqlm01', 'needs-person open sqlm01']);
  });

  test('is told of a master whose runner is silent outside of rotations, and of its return, but not of a worker', async () => {
    await start({ webhook: WEBHOOK, ping: null });
    rig.silence('sqlw01', true);
    await rig.pass(12 * MINUTE);
    expect(told()).toEqual([]);
    rig.silence('sqlm01', true);
    await rig.pass(12 * MINUTE);
    expect(told()).toEqual(['master-silent open sqlm01']);
    rig.silence('sqlm01', false);
    await rig.pass(2 * MINUTE);
    expect(told()).toEqual(['master-silent open sqlm01', 'master-silent over sqlm01']);
    rig.silence('sqlm01', true);
    await rig.pass(12 * MINUTE);
    expect(told().slice(2)).toEqual(['master-silent open sqlm01']);
  });
});

test('an address is pinged once a minute while the bot is well, and not when it is gone', async () => {
  await start({ webhook: null, ping: PING });
  await rig.pass(10 * MINUTE);
  expect(listener.pings.length).toBeGreaterThanOrEqual(10);
  expect(listener.pings.length).toBeLessThanOrEqual(12);
  expect(new Set(listener.pings)).toEqual(new Set([PING]));
  await rig.stopBot();
  const before = listener.pings.length;
  await rig.pass(10 * MINUTE);
  expect(listener.pings.length).toBe(before);
});

describe('The channels are told', () => {
  const words = () =>
    rig.chat
      .cards()
      .flatMap((view) => (view.kind === 'notice' ? view.messages : []))
      .flatMap(({ id, data }) => (id.startsWith('told.address') ? [`${id} ${String(data.names)}`] : []));

  test('once that an address refuses the ping, even across a restart, and once that it accepts it again', async () => {
    await start({ webhook: WEBHOOK, ping: PING });
    listener.faults.code = 'HttpRefused';
    await rig.pass(4 * MINUTE);
    expect(words()).toEqual([]);
    await rig.pass(4 * MINUTE);
    expect(words()).toEqual(['told.address-quiet ping']);
    await rig.stopBot();
    await rig.startBot();
    await rig.pass(8 * MINUTE);
    expect(words()).toEqual(['told.address-quiet ping']);
    listener.faults.code = null;
    await rig.pass(3 * MINUTE);
    expect(words()).toEqual(['told.address-quiet ping', 'told.address-well ping']);
  });

  test('that the webhook is away, once that has lasted a while', async () => {
    await start({ webhook: WEBHOOK, ping: null });
    listener.faults.code = 'HttpAway';
    await untilUnknown(false);
    await rig.pass(12 * MINUTE);
    expect(words()).toEqual([]);
    await rig.pass(5 * MINUTE);
    expect(words()).toEqual(['told.address-quiet webhook']);
    listener.faults.code = null;
    await rig.pass(6 * MINUTE);
    expect(words()).toEqual(['told.address-quiet webhook', 'told.address-well webhook']);
  });

  test('that the webhook refuses one event, although it accepts others all the time', async () => {
    await start({ webhook: WEBHOOK, ping: null });
    listener.faults.code = 'HttpRefused';
    listener.faults.event = 'needs-person';
    await untilUnknown(false);
    await rig.pass(3 * MINUTE);
    rig.chat.faults.deafSince = rig.clock.now() - 20 * MINUTE;
    await rig.pass(4 * MINUTE);
    rig.chat.faults.deafSince = null;
    const ofWebhook = (sentences: readonly string[]): readonly string[] =>
      sentences.filter((sentence) => sentence.includes('webhook'));
    await rig.pass(6 * MINUTE);
    expect(told()).toEqual(['chat-deaf open web', 'chat-deaf over web']);
    expect(words()).toEqual(['told.address-quiet webhook']);
    expect(ofWebhook(rig.warnings.map(({ sentence }) => sentence))).toHaveLength(1);
    expect(ofWebhook(rig.infos)).toEqual([]);
    listener.faults.code = null;
    await rig.pass(6 * MINUTE);
    expect(words()).toEqual(['told.address-quiet webhook', 'told.address-well webhook']);
    expect(ofWebhook(rig.infos)).toHaveLength(1);
  });

  test('nothing of a webhook that was away for something that is over by now, for nobody knows whether it still is', async () => {
    await start({ webhook: WEBHOOK, ping: null });
    listener.faults.code = 'HttpAway';
    rig.chat.faults.refused = true;
    await rig.pass(6 * MINUTE);
    expect(listener.tries()).toBeGreaterThan(0);
    rig.chat.faults.refused = false;
    await rig.pass(20 * MINUTE);
    expect(words()).toEqual([]);
  });
});

test('without an address nothing is sent', async () => {
  await start({ webhook: null, ping: null });
  await untilUnknown();
  await rig.pass(5 * MINUTE);
  expect(listener.tries()).toBe(0);
});
