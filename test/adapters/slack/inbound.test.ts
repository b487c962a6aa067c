import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChatIntent } from '../../../src/ports/chat.ts';
import { plan } from '../../cards/views.ts';
import { buttonsOf, type Fault } from '../../fakes/slack/index.ts';
import { CHANNEL, EN, notice, type Rig, startRig, ZH } from './rig.ts';

/** Both ways in are equivalent: every case runs over signed HTTP and through the socket. */
describe.each(['http', 'socket'] as const)('over %s', (mode) => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig({ mode });
  });
  afterEach(() => rig.close());

  const by = (account: string) => ({ platform: 'slack', account });
  const button = (action_id: string, data: object = { v: 1, rotation: 'prod-17', digest: 'd1' }) => ({
    action_id,
    value: JSON.stringify(data),
  });

  const CASES: readonly { readonly name: string; readonly send: () => object; readonly intent: ChatIntent }[] = [
    {
      name: 'a slash command is a command, with its words as they were typed',
      send: () => rig.payloads.command('U0MEI', 'rotate-master because R&amp;D &lt;!channel&gt; says so'),
      intent: {
        type: 'command',
        person: by('U0MEI'),
        channel: CHANNEL,
        text: 'rotate-master because R&D <!channel> says so',
        canOpenForm: true,
      },
    },
    {
      name: 'a slash command whose names and addresses Slack escapes is the words that were typed',
      send: () =>
        rig.payloads.command(
          'U0MEI',
          'rotate-worker <http://sqlw01.corp|sqlw01.corp> because <@U0ANA|ana>, <#C0X|ops>, <!subteam^S0DBA|@dba> ' +
            '&lt;b&gt; and <mailto:dba@corp.example|dba@corp.example> say so, see <https://chg.corp/1>',
        ),
      intent: {
        type: 'command',
        person: by('U0MEI'),
        channel: CHANNEL,
        text: 'rotate-worker sqlw01.corp because @ana, #ops, @dba <b> and dba@corp.example say so, see https://chg.corp/1',
        canOpenForm: true,
      },
    },
    {
      name: 'a slash command alone is an empty command',
      send: () => rig.payloads.command('U0MEI', ''),
      intent: { type: 'command', person: by('U0MEI'), channel: CHANNEL, text: '', canOpenForm: true },
    },
    {
      name: 'a mention is a command without the mention',
      send: () => rig.payloads.mention('U0MEI', 'rotate-master because <http://sqlm01.corp|sqlm01.corp> is due'),
      intent: {
        type: 'command',
        person: by('U0MEI'),
        channel: CHANNEL,
        text: 'rotate-master because sqlm01.corp is due',
      },
    },
    {
      name: 'a mention without words is an empty command',
      send: () => rig.payloads.mention('U0MEI', ''),
      intent: { type: 'command', person: by('U0MEI'), channel: CHANNEL, text: '' },
    },
    {
      name: 'plain words to the bot are a command',
      send: () => rig.payloads.direct('U0MEI', 'status'),
      intent: { type: 'command', person: by('U0MEI'), channel: 'D0MEI', text: 'status' },
    },
    {
      name: 'mentions of others in a reason become words',
      send: () => rig.payloads.direct('U0MEI', 'rotate-master because <@U0ANA|ana> and <!channel> asked in <#C0X|ops>'),
      intent: {
        type: 'command',
        person: by('U0MEI'),
        channel: 'D0MEI',
        text: 'rotate-master because @ana and @channel asked in #ops',
      },
    },
    ...['approve', 'withdraw', 'stop', 'look', 'leave', 'put-back', 'show', 'ask', 'never-heard-of'].map((verb) => ({
      name: `a click on ${verb} is that verb with its data`,
      send: () => rig.payloads.click('U0ANA', {}, button(verb)),
      intent: {
        type: 'action' as const,
        person: by('U0ANA'),
        channel: CHANNEL,
        verb,
        data: { v: 1, rotation: 'prod-17', digest: 'd1' },
        inputs: {},
      },
    })),
    {
      name: 'a second button of one verb is the same verb',
      send: () => rig.payloads.click('U0ANA', {}, button('show:2')),
      intent: {
        type: 'action',
        person: by('U0ANA'),
        channel: CHANNEL,
        verb: 'show',
        data: { v: 1, rotation: 'prod-17', digest: 'd1' },
        inputs: {},
      },
    },
  ];

  test.each(CASES)('$name', async ({ send, intent }) => {
    await rig.deliver(send());
    await rig.settled();
    expect(rig.intents).toEqual([intent]);
    expect(rig.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  test('a command is acknowledged before anything is asked or decided', async () => {
    let decide: () => void = () => {};
    rig.answer(
      () =>
        new Promise((resolve) => {
          decide = () => resolve(notice('summary.nothing-waits'));
        }),
    );
    const before = rig.slack.calls.length;
    let tell: () => void = () => {};
    rig.slack.fail('users.info', {
      until: new Promise((resolve) => {
        tell = resolve;
      }),
    });
    const sent = await rig.deliver(rig.payloads.command('U0MEI', 'status'));
    expect(sent.status).toBe(200);
    expect(rig.intents).toEqual([]);
    expect(rig.slack.whispers).toEqual([]);
    // Slack was asked nothing but who this is, and that is under way.
    expect(rig.slack.calls.length - before).toBeLessThanOrEqual(1);
    tell();
    await until(() => rig.intents.length === 1);
    decide();
    await until(() => rig.slack.whispers.length === 1);
  });

  test('the answer goes only to the person who asked', async () => {
    rig.answer(() => ({ type: 'card', view: plan, reader: 'requester', locale: ZH }));
    await rig.deliver(rig.payloads.command('U0MEI', 'show prod-17'));
    await rig.deliver(rig.payloads.mention('U0ANA', 'show prod-17'));
    await rig.settled();
    expect(rig.slack.whispers.map(({ to, through }) => `${to} ${through}`).sort()).toEqual([
      'U0ANA postEphemeral',
      'U0MEI response_url',
    ]);
    expect(rig.slack.channels.get(CHANNEL)?.messages).toEqual([]);
    expect(buttonsOf(rig.slack.whispers[0]?.blocks ?? [])).toHaveProperty('withdraw');
  });

  test('in a conversation with the bot the answer is posted there, and unfurls no link', async () => {
    rig.slack.addChannel('D0MEI', { is_im: true, members: ['U0MEI'] });
    rig.answer(() => notice('summary.nothing-waits'));
    await rig.deliver(rig.payloads.direct('U0MEI', 'status'));
    await rig.settled();
    expect(rig.slack.channels.get('D0MEI')?.messages).toHaveLength(1);
    expect(rig.slack.whispers).toEqual([]);
    expect(rig.slack.calls.findLast(({ method }) => method === 'chat.postMessage')?.args).toMatchObject({
      unfurl_links: 'false',
      unfurl_media: 'false',
    });
  });

  test('a card that only one person sees is replaced by its newer state', async () => {
    rig.answer(() => ({ type: 'card', view: plan, reader: 'requester', locale: EN }));
    await rig.deliver(rig.payloads.click('U0MEI', { ephemeral: true }, button('show')));
    await rig.deliver(rig.payloads.click('U0MEI', {}, button('show')));
    await rig.settled();
    expect(rig.slack.whispers.map(({ replaces }) => replaces).sort()).toEqual([false, true]);
  });

  test('an answer whose response address cannot be used is shown to the person in the channel', async () => {
    rig.answer(() => notice('summary.nothing-waits'));
    await rig.deliver({
      ...rig.payloads.command('U0MEI', 'status'),
      response_url: 'https://hooks.slack.com.evil.test/x',
    });
    await rig.deliver({ ...rig.payloads.command('U0ANA', 'status'), response_url: `${rig.slack.apiUrl}used` });
    await rig.settled();
    expect(rig.slack.whispers.map(({ to, through }) => `${to} ${through}`).sort()).toEqual([
      'U0ANA postEphemeral',
      'U0MEI postEphemeral',
    ]);
  });

  test('an answer that may have arrived is not sent a second time', async () => {
    rig.answer(() => notice('summary.nothing-waits'));
    rig.slack.fail('response_url', { lost: true });
    await rig.deliver(rig.payloads.command('U0MEI', 'status'));
    await rig.settled();
    expect(rig.slack.whispers.map(({ through }) => through)).toEqual(['response_url']);
    expect(rig.slack.calledTimes('chat.postEphemeral')).toBe(0);
  });

  test.each<[string, Fault]>([
    ['Slack says no to', { status: 500, body: 'no' }],
    ['Slack sends elsewhere', { status: 302, body: '' }],
    ['Slack does not take', { error: 'invalid_blocks' }],
  ])('an answer that %s is shown to the person in the channel instead', async (_name, fault) => {
    rig.answer(() => notice('summary.nothing-waits'));
    rig.slack.fail('response_url', fault);
    await rig.deliver(rig.payloads.command('U0MEI', 'status'));
    await rig.settled();
    expect(rig.slack.whispers.map(({ through }) => through)).toEqual(['postEphemeral']);
  });

  test('an answer to an address that cannot be reached is shown to the person in the channel instead', async () => {
    rig.answer(() => notice('summary.nothing-waits'));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await rig.deliver({ ...rig.payloads.command('U0MEI', 'status'), response_url: `http://127.0.0.1:${port}/x` });
    await rig.settled();
    expect(rig.slack.whispers.map(({ through }) => through)).toEqual(['postEphemeral']);
  });

  test('a bot that is not in the channel answers in a direct message', async () => {
    rig.slack.addChannel('C0OTHER', { is_member: false });
    rig.answer(() => notice('summary.nothing-waits'));
    await rig.deliver({ ...rig.payloads.command('U0MEI', 'status', 'C0OTHER'), response_url: '' });
    await rig.settled();
    expect(rig.slack.channels.get('D0MEI')?.messages).toHaveLength(1);
  });

  test('an answer that Slack asks to delay is sent after the wait', async () => {
    rig.answer(() => notice('summary.nothing-waits'));
    rig.slack.fail('chat.postEphemeral', { status: 429, retryAfter: '1' });
    await rig.deliver(rig.payloads.mention('U0MEI', 'status'));
    await until(() => rig.slack.whispers.length === 1);
    expect(rig.slack.calledTimes('chat.postEphemeral')).toBe(2);
  });

  test('a bot that fails tells the person, and is asked again the next time', async () => {
    rig.answer(() => Promise.reject(new Error('xoxb-secret in an error')));
    await rig.deliver(rig.payloads.command('U0MEI', 'status'));
    await rig.settled();
    expect(rig.slack.whispers[0]?.text).toContain('did not work');
    expect(JSON.stringify(rig.lines)).not.toContain('xoxb-secret');
    rig.answer(() => notice('summary.nothing-waits'));
    await rig.deliver(rig.payloads.command('U0MEI', 'status'));
    await rig.settled();
    expect(rig.slack.whispers).toHaveLength(2);
  });

  describe('on redelivery', () => {
    test.each([
      ['a command', () => rig.payloads.command('U0MEI', 'rotate-master because x')],
      ['a click', () => rig.payloads.click('U0ANA', {}, button('approve'))],
      ['a mention', () => rig.payloads.mention('U0MEI', 'status')],
    ])('%s counts once', async (_name, make) => {
      const payload = make();
      for (const retry of [undefined, 1, 2, 3]) {
        rig.clock.forward(61_000);
        const sent = await rig.deliver(payload, retry === undefined ? {} : { retry });
        expect(sent.status).toBe(200);
      }
      await rig.settled();
      expect(rig.intents).toHaveLength(1);
    });

    test('the first delivery to arrive counts, even if it says that it is a retry', async () => {
      await rig.deliver(rig.payloads.click('U0ANA', {}, button('approve')), { retry: 1 });
      await rig.settled();
      expect(rig.intents).toHaveLength(1);
    });

    test('the same words at another time are a new command', async () => {
      const payload = rig.payloads.command('U0MEI', 'status');
      await rig.deliver(payload);
      rig.clock.forward(2_000);
      await rig.deliver(payload);
      await rig.settled();
      expect(rig.intents).toHaveLength(2);
    });
  });

  describe('events that are not commands', () => {
    test.each([
      ['the bot’s own words', { user: 'U0CERTOPS' }],
      ['another bot’s words', { bot_id: 'B0OTHER' }],
      ['words of a workflow, which is no user', { bot_id: 'B0FLOW', user: undefined }],
      ['words of a workflow, as what it posts', { bot_id: 'B0FLOW', user: undefined, subtype: 'bot_message' }],
      ['an edited message', { subtype: 'message_changed' }],
      ['words that somebody has edited later', { edited: { user: 'U0MEI', ts: '1706785427.000000' } }],
      ['a message in a channel', { channel: CHANNEL, channel_type: 'channel' }],
      ['a message that is hidden', { hidden: true }],
    ])('%s is acknowledged and ignored', async (_name, more) => {
      expect((await rig.deliver(rig.payloads.direct('U0MEI', 'status', more))).status).toBe(200);
      await rig.settled();
      expect(rig.intents).toEqual([]);
      expect(rig.lines.filter(({ level }) => level === 'warn')).toEqual([]);
    });
  });
});

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
}
