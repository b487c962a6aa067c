import { CertopsError } from '../../../src/domain/errors.ts';
import type { CardView } from '../../../src/domain/views/view.ts';
import type { Posting } from '../../../src/ports/chat.ts';
import { plan, running, VIEWS } from '../../cards/views.ts';
import { CHANNEL, caught, EN, notice, type Rig, startRig } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

const POSTING: Posting = { key: 'prod-17', locale: EN, mention: [], readers: [] };
const WHERE = { response_metadata: { messages: ['[ERROR] no more than it may [json-pointer:/blocks/3/text/text]'] } };
const BROKEN = { error: 'invalid_blocks', more: WHERE };

const messages = (channel = CHANNEL) => rig.slack.channels.get(channel)?.messages ?? [];
const verbsOf = (blocks: readonly object[] = []): readonly string[] =>
  [...JSON.stringify(blocks).matchAll(/"action_id":"([^"]+)"/gu)].map((match) => match[1] ?? '');
const told = (): readonly object[] =>
  rig.lines.filter(({ sentence }) => sentence === 'Slack does not take what is in a message').map(({ data }) => data);
const failure = async (work: Promise<unknown>): Promise<unknown> => {
  const error = await caught(work);
  return error instanceof CertopsError ? { code: error.code, ...error.data } : error;
};

/** A card may only be updated so often: an update that has to wait is tried again, as the bot does. */
async function update(ts: string, view: CardView): Promise<void> {
  for (;;) {
    const failed = await failure(rig.chat.update(CHANNEL, ts, view, POSTING));
    if (failed === null) return;
    expect(failed).toMatchObject({ code: 'ChatBusy' });
    rig.clock.forward(1_500);
  }
}

describe('A card that Slack rejects', () => {
  test.each([['invalid_blocks'], ['invalid_blocks_format'], ['msg_blocks_too_long'], ['invalid_arguments']])(
    'with %s is posted in short form, which keeps Deny and drops Approve',
    async (error) => {
      rig.slack.fail('chat.postMessage', { error });
      const ts = await rig.chat.post(CHANNEL, plan, POSTING);
      expect(messages()).toMatchObject([{ ts, text: expect.stringContaining('prod-17') }]);
      expect(verbsOf(messages()[0]?.blocks)).toEqual(['open-deny', 'open-changes']);
      expect(await rig.chat.find(CHANNEL, 'prod-17')).toBe(ts);
    },
  );

  test('in short form too is posted as plain text, is found again, and keeps no button of an earlier state', async () => {
    const ts = await rig.chat.post(CHANNEL, plan, POSTING);
    rig.slack.fail('chat.update', BROKEN, 2);
    await update(ts, running);
    expect(messages()).toMatchObject([
      { ts, edits: 1, blocks: [], text: expect.stringContaining('/ssis show prod-17') },
    ]);
    expect(await rig.chat.find(CHANNEL, 'prod-17')).toBe(ts);
  });

  test('is sent in that size at once on later updates, and whole again as another kind of card', async () => {
    const ts = await rig.chat.post(CHANNEL, plan, POSTING);
    rig.slack.fail('chat.update', BROKEN);
    for (let n = 0; n < 4; n += 1) await update(ts, running);
    expect(rig.slack.calledTimes('chat.update')).toBe(5);
    expect(verbsOf(messages()[0]?.blocks)).toEqual(['stop', 'open-steps']);
    const closed = VIEWS['closed-done'];
    if (closed !== undefined) await update(ts, closed);
    expect(messages()[0]?.blocks.length).toBeGreaterThan(4);
  });

  test('is logged with the failing block and none of its text', async () => {
    rig.slack.fail('chat.postMessage', BROKEN);
    await rig.chat.post(CHANNEL, plan, POSTING);
    expect(told()).toEqual([
      {
        platform: 'slack',
        method: 'chat.postMessage',
        channel: CHANNEL,
        reason: 'invalid_blocks',
        at: '/blocks/3/text/text',
        size: 'whole',
      },
    ]);
  });

  test('in every size is refused, and sent whole the next time', async () => {
    rig.slack.fail('chat.postMessage', BROKEN, 3);
    expect(await failure(rig.chat.post(CHANNEL, plan, POSTING))).toMatchObject({
      code: 'ChatRefused',
      reason: 'invalid_blocks',
    });
    await rig.chat.post(CHANNEL, plan, POSTING);
    expect(messages()[0]?.blocks.length).toBeGreaterThan(4);
  });

  test('for its place rather than its content is sent only once', async () => {
    rig.slack.fail('chat.postMessage', { error: 'restricted_action' });
    expect(await failure(rig.chat.post(CHANNEL, plan, POSTING))).toMatchObject({ code: 'ChatRefused' });
    expect(rig.slack.calledTimes('chat.postMessage')).toBe(1);
  });
});

describe('A message to one person', () => {
  test('is shortened where Slack rejects it whole, in the place where it was asked for', async () => {
    rig.answer(() => ({ type: 'card', view: plan, reader: 'approver', locale: EN }));
    rig.slack.fail('chat.postEphemeral', BROKEN);
    await rig.deliver(rig.payloads.mention('U0MEI', 'show prod-17'));
    await rig.settled();
    expect(rig.slack.whispers).toMatchObject([{ to: 'U0MEI', channel: CHANNEL, through: 'postEphemeral' }]);
    expect(verbsOf(rig.slack.whispers[0]?.blocks)).toEqual(['open-deny', 'open-changes']);
    expect(messages('D0MEI')).toEqual([]);
  });

  test('that nobody asked for is sent as plain text at last', async () => {
    rig.slack.fail('chat.postMessage', BROKEN, 2);
    const reply = notice('summary.nothing-waits');
    if (reply.type === 'notice') await rig.chat.tell('U0MEI', reply.notice, EN);
    expect(messages('D0MEI')).toMatchObject([{ blocks: [], text: expect.stringContaining('Nothing waits') }]);
  });
});
