import { plan } from '../../cards/views.ts';
import type { Fault } from '../../fakes/slack/index.ts';
import { CHANNEL, EN, notice, type Rig, startRig } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

const posting = { key: 'prod-17', locale: EN, mention: [], readers: [] };
const typedIn = async (channel: string, words = 'plan rotate-master'): Promise<string | undefined> => {
  await rig.deliver(rig.payloads.command('U0MEI', words, channel));
  await rig.settled();
  return rig.intents.at(-1)?.channel;
};

describe('a card for one person alone', () => {
  test('is posted in their conversation with the bot, without asking Slack about that conversation', async () => {
    rig.slack.addChannel('D0MEI', { is_im: true, members: ['U0MEI'] });
    const ts = await rig.chat.post('D0MEI', plan, posting);
    await rig.chat.update('D0MEI', ts, plan, posting);
    expect(await rig.chat.find('D0MEI', 'prod-17')).toBe(ts);
    expect(rig.slack.calledTimes('conversations.info')).toBe(0);
  });

  test('is not posted in a conversation between others', async () => {
    await expect(rig.chat.post('D0OTHERS', plan, posting)).rejects.toMatchObject({ code: 'ChannelNotFound' });
  });
});

/** A slash command may be typed anywhere; a card can only be where the bot is, and never in view of another company. */
describe('a command that is typed', () => {
  test.each<[string, string, () => void]>([
    ['between two people', 'D0PAIR', () => {}],
    ['among a few people', 'G0FEW', () => {}],
    ['in a channel without the bot', 'C0OTHER', () => void rig.slack.addChannel('C0OTHER', { is_member: false })],
    [
      'in a private channel without the bot',
      'C0HID',
      () => {
        rig.slack.addChannel('C0HID', { is_private: true, is_member: false });
      },
    ],
    ['in a channel of two companies', 'C0BOTH', () => void rig.slack.addChannel('C0BOTH', { is_ext_shared: true })],
    [
      'in a channel that another company is invited to',
      'C0SOON',
      () => {
        rig.slack.addChannel('C0SOON', { is_pending_ext_shared: true });
      },
    ],
  ])('%s is answered there, and its card will go to the person', async (_name, channel, prepare) => {
    prepare();
    rig.answer(() => notice('summary.nothing-waits'));
    expect(await typedIn(channel)).toBe('D0MEI');
    expect(rig.slack.whispers).toMatchObject([{ to: 'U0MEI', channel, through: 'response_url' }]);
  });

  test('as a mention in a channel of two companies is answered there, and its card will go to the person', async () => {
    rig.slack.addChannel('C0BOTH', { is_ext_shared: true });
    rig.answer(() => notice('summary.nothing-waits'));
    await rig.deliver(rig.payloads.mention('U0MEI', 'plan rotate-master', 'C0BOTH'));
    await rig.settled();
    expect(rig.intents).toMatchObject([{ channel: 'D0MEI', alone: true }]);
    expect(rig.slack.whispers).toMatchObject([{ to: 'U0MEI', channel: 'C0BOTH', through: 'postEphemeral' }]);
  });

  test('in the person’s own conversation with the bot stays there', async () => {
    expect(await typedIn('D0MEI')).toBe('D0MEI');
  });

  test('in a channel that the bot is in stays there', async () => {
    rig.slack.addChannel('C0DBA');
    expect(await typedIn('C0DBA')).toBe('C0DBA');
  });

  test.each([
    ['', 0],
    // As far off as the time of Slack's own deliveries may be.
    [', even if the clock is set back', -240_000],
  ])('many times in one channel asks Slack about that channel once a minute%s', async (_when, ms) => {
    rig.slack.addChannel('C0DBA');
    for (let n = 0; n < 5; n += 1) await typedIn('C0DBA');
    expect(rig.slack.calledTimes('conversations.info')).toBe(1);
    Object.assign(rig.slack.channels.get('C0DBA') ?? {}, { is_ext_shared: true });
    rig.clock.step(ms);
    rig.clock.forward(61_000);
    expect(await typedIn('C0DBA')).toBe('D0MEI');
  });

  test('in a channel of the farm asks Slack about nothing but the person', async () => {
    expect(await typedIn(CHANNEL, 'rotate-master because Yearly')).toBe(CHANNEL);
    expect(rig.slack.calls.map(({ method }) => method)).toEqual(['auth.test', 'users.info']);
  });

  test.each([['plan rotate-master'], ['rotate-master prod plan']])(
    'in a channel of the farm that has become shared has its card go to the person: %s',
    async (words) => {
      expect(await typedIn(CHANNEL, words)).toBe(CHANNEL);
      Object.assign(rig.slack.channels.get(CHANNEL) ?? {}, { is_ext_shared: true });
      rig.clock.forward(61_000);
      expect(await typedIn(CHANNEL, words)).toBe('D0MEI');
      expect(rig.intents.at(-1)).toMatchObject({ alone: true });
    },
  );

  test.each<[string, string, Fault]>([
    ['busy', 'conversations.info', { status: 429, retryAfter: '30' }],
    ['away', 'conversations.info', { cut: true }],
  ])('is carried out even if Slack is %s', async (_name, method, fault) => {
    rig.slack.addChannel('C0DBA');
    rig.slack.fail(method, fault);
    expect(await typedIn('C0DBA')).toBe('C0DBA');
  });

  test('is carried out even if Slack opens no conversation', async () => {
    rig.slack.fail('conversations.open', { status: 429, retryAfter: '30' });
    expect(await typedIn('D0PAIR')).toBe('D0PAIR');
  });
});
