import { LIMITS } from '../../../cards/limits.ts';
import { createLane, type Lane, type Task } from '../../../src/app/bot/outbox/lane.ts';
import type { NoticeView } from '../../../src/domain/views/view.ts';
import { plan } from '../../cards/views.ts';
import { CHANNEL, CHINESE, EN, notice, type Rig, startRig } from './rig.ts';

const MINUTE = 60_000;
const CHANNELS = [CHANNEL, CHINESE];
const CARDS = ['prod-1', 'prod-2', 'prod-3'];
const log = { info() {}, warn() {} };
const posting = (key: string) => ({ key, locale: EN, mention: [], readers: [] });
const words: NoticeView = { kind: 'notice', messages: [{ id: 'summary.nothing-waits', data: {} }], actions: [] };

let rig: Rig;
let lanes: Lane[] = [];
/** `faster`: than real time. A call delayed by `1000 / faster` ms looks to Slack like one of the next second. */
async function start(faster: number): Promise<void> {
  rig = await startRig({ options: { channels: CHANNELS }, faster });
  rig.slack.addChannel(CHINESE);
}
beforeEach(() => start(100));
afterEach(async () => {
  await Promise.all(lanes.map((lane) => lane.stop()));
  lanes = [];
  await rig.close();
});

const messages = (channel: string) => rig.slack.channels.get(channel)?.messages ?? [];

/** Like the outbox: one lane per channel, and cards whose newest state is a number that grows with time. */
async function atWork() {
  const from = rig.clock.now();
  let last = Number.POSITIVE_INFINITY;
  const stateNow = (): number => Math.floor(Math.min(rig.clock.now() - from, last) / 100);
  const shown = new Map<string, number>();
  const others: { channel: string; task: Task }[] = [];
  for (const channel of CHANNELS) {
    const posted = new Map<string, string>();
    for (const key of CARDS) posted.set(key, await rig.chat.post(channel, { ...plan, id: key }, posting(key)));
    const cards = CARDS.map(
      (key): Task => ({
        key,
        paceMs: rig.chat.updateEveryMs,
        updates: true,
        run: async () => {
          const state = stateNow();
          const view = { ...plan, id: key, reason: `state ${state}` };
          await rig.chat.update(channel, posted.get(key) ?? '', view, posting(key));
          shown.set(`${channel} ${key}`, state);
        },
      }),
    );
    const open = (): readonly Task[] => [
      ...cards.filter(({ key }) => last === Number.POSITIVE_INFINITY || shown.get(`${channel} ${key}`) !== stateNow()),
      ...others.filter((one) => one.channel === channel).map(({ task }) => task),
    ];
    lanes.push(createLane({ name: channel, tasks: open, clock: rig.clock, log, failed: () => {} }));
  }
  return {
    shown,
    stateNow,
    /** From now on nothing changes. */
    end: () => {
      last = rig.clock.now() - from;
    },
    say: (channel: string) =>
      new Promise<void>((resolve) => {
        const run = async (): Promise<void> => {
          await rig.chat.note(channel, messages(channel)[0]?.ts ?? '', { notice: words, locale: EN, mention: [] });
          others.length = 0;
          resolve();
        };
        others.push({ channel, task: { key: 'note', paceMs: 0, updates: false, run } });
        for (const lane of lanes) lane.poke();
      }),
  };
}

const pass = (ms: number): Promise<void> => rig.clock.sleep(ms);

const updatesIn = (ms: number): number => {
  const times = rig.slack.calls.filter(({ method }) => method === 'chat.update').map(({ at }) => at);
  return Math.max(...times.map((at) => times.filter((one) => one >= at && one < at + ms).length));
};

describe('Several cards in progress in two channels', () => {
  test('are updated within Slack’s rate, each in turn, and end up in their newest state', async () => {
    const { shown, stateNow, end } = await atWork();
    const edits = CHANNELS.map((channel) => () => messages(channel).map((message) => message.edits));
    await pass(2 * MINUTE);
    // The clock runs a hundred times as fast, so how long this takes depends on the machine; whose turn it is does not.
    while (edits.some((of) => Math.min(...of()) < 2)) await pass(1_000);
    end();
    while ([...shown.values()].some((state) => state !== stateNow())) await pass(1_000);
    expect(rig.slack.overRate).toEqual([]);
    expect(updatesIn(MINUTE)).toBeLessThanOrEqual(LIMITS.slack.rates['chat.update'].calls);
    for (const of of edits) expect(Math.max(...of()) - Math.min(...of())).toBeLessThanOrEqual(1);
    expect([...shown.values()]).toEqual(Array(6).fill(stateNow()));
  });

  test('do not hold up a note or an answer to a person', async () => {
    const { say } = await atWork();
    await pass(MINUTE);
    rig.answer(() => notice('summary.nothing-waits'));
    await rig.deliver(rig.payloads.mention('U0MEI', 'status', CHANNEL));
    await say(CHINESE);
    while (rig.slack.whispers.length === 0) await pass(1_000);
    expect(rig.slack.whispers).toMatchObject([{ to: 'U0MEI' }]);
    expect(messages(CHINESE).at(-1)).toMatchObject({ thread_ts: messages(CHINESE)[0]?.ts });
    expect(rig.slack.overRate).toEqual([]);
  });
});

test('each card is updated every 2.5 s where there are two channels', () => {
  expect(rig.chat.updateEveryMs).toBe(2_500);
});

describe('A burst', () => {
  beforeEach(async () => {
    await rig.close();
    await start(10);
  });

  test('of notes goes out one after the other, and none is refused', async () => {
    const ts = await rig.chat.post(CHANNEL, plan, posting('prod-1'));
    const note = { notice: words, locale: EN, mention: [] };
    for (let count = 0; count < 25; count += 1) await rig.chat.note(CHANNEL, ts, note);
    expect(messages(CHANNEL)).toHaveLength(26);
    expect(rig.slack.overRate).toEqual([]);
  });

  test('of answers reaches the person one after the other', async () => {
    rig.answer(() => notice('summary.nothing-waits'));
    for (let count = 0; count < 12; count += 1) await rig.deliver(rig.payloads.direct('U0MEI', 'status'));
    while (messages('D0MEI').length < 12) await pass(1_000);
    expect(messages('D0MEI')).toHaveLength(12);
    expect(rig.slack.overRate).toEqual([]);
  });
});

describe('An update that Slack refuses for its rate', () => {
  const refused = async () => {
    const ts = await rig.chat.post(CHANNEL, plan, posting('prod-1'));
    const there = await rig.chat.post(CHINESE, plan, posting('prod-1'));
    rig.slack.fail('chat.update', { status: 429, retryAfter: '40' });
    const first = await rig.chat.update(CHANNEL, ts, plan, posting('prod-1')).catch((error: unknown) => error);
    expect(first).toMatchObject({ code: 'ChatBusy', data: { retryAfterMs: 40_000, updatesOnly: true } });
    return { ts, there };
  };

  test('holds up the other channels as well, since Slack counts them together', async () => {
    const { there } = await refused();
    rig.clock.forward(30_000);
    await expect(rig.chat.update(CHINESE, there, plan, posting('prod-1'))).rejects.toMatchObject({
      code: 'ChatBusy',
      data: { method: 'chat.update', updatesOnly: true },
    });
    expect(rig.slack.calledTimes('chat.update')).toBe(1);
    rig.clock.forward(12_000);
    await rig.chat.update(CHINESE, there, plan, posting('prod-1'));
    expect(rig.slack.calledTimes('chat.update')).toBe(2);
  });

  test('does not keep a card or a note from being posted meanwhile', async () => {
    const { ts } = await refused();
    await rig.chat.note(CHANNEL, ts, { notice: words, locale: EN, mention: [] });
    await rig.chat.post(CHINESE, plan, posting('prod-2'));
    expect([messages(CHANNEL).length, messages(CHINESE).length]).toEqual([2, 2]);
  });
});
