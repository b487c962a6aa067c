import { TENANT } from '../../fakes/teams/service.ts';
import {
  GROUP,
  inChannel,
  inPrivate,
  message,
  PEOPLE,
  planView,
  posting,
  type Rig,
  said,
  startRig,
} from './support.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());
beforeEach(() => {
  rig.heard.splice(0);
  rig.logged.splice(0);
});

const bot = (text: string) => ({
  entities: [{ type: 'mention', mentioned: { id: '28:22222222-2222-2222-2222-222222222222', name: 'x' }, text }],
});

/** What Teams sends along with the text of a reply that quotes. */
const quoting = (call: string) => ({
  attachments: [
    { contentType: 'image/png', contentUrl: 'https://x/y.png' },
    {
      contentType: 'text/html',
      content: `<div>\r\n<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="1600457867820">\r\n<strong itemprop="mri" itemid="8:orgid:3">Ana Ruiz</strong><span itemprop="time" itemid="1600457867820"></span>\r\n<p itemprop="preview">stop prod-1</p>\r\n</blockquote>\r\n<p>${call}rotate-master because Yearly</p>\r\n</div>`,
    },
  ],
});

describe('what somebody types', () => {
  test.each<[string, string, object]>([
    ['after a mention', '<at>CertOps</at> rotate-master because Yearly', {}],
    ['after a mention, on a line of its own', '<at>CertOps</at>\n rotate-master because Yearly\n', {}],
    ['after a mention that is markup', '<p><at id="0">CertOps</at>&nbsp;rotate-master because Yearly</p>', {}],
    ['with non-breaking spaces', '<at>CertOps</at>\u00a0rotate-master\u00a0because  Yearly', {}],
    ['with a mention in the middle', 'rotate-master <at>CertOps</at> because Yearly', {}],
    ['with a mention by another name', '<at>Zert & Co</at> rotate-master because Yearly', bot('<at>Zert & Co</at>')],
    [
      'with a mention that is escaped, of a name that its entity does not escape',
      '<at>Zert &amp;&nbsp;Co</at> rotate-master because Yearly',
      bot('<at>Zert & Co</at>'),
    ],
    [
      'with a mention whose entity has no text',
      '<at>CertOps</at> rotate-master because Yearly',
      {
        entities: [{ type: 'mention', mentioned: { id: '28:22222222-2222-2222-2222-222222222222', name: 'CertOps' } }],
      },
    ],
    ['after a mention of somebody else', '\r\n<at>Ana Ruiz</at> <at>CertOps</at> rotate-master because Yearly\n', {}],
    [
      'after mentions of others, as markup',
      '<p><at id="0">Ana Ruiz</at>,&nbsp;<at id="1">Tom</at> <at id="2">CertOps</at>&nbsp;rotate-master because Yearly</p>',
      {},
    ],
    ['after a mention that no entity explains', '<at>CertOps</at> rotate-master because Yearly', { entities: [] }],
    [
      'after two mentions of the bot',
      '<at>CertOps</at> <at>CertOps</at> rotate-master because Yearly',
      { entities: [...bot('<at>CertOps</at>').entities, ...bot('<at>CertOps</at>').entities] },
    ],
    [
      'as text that is declared as markup',
      '<p><at>CertOps</at> rotate-master because Yearly</p>',
      { textFormat: 'xml' },
    ],
    ['in a personal chat, plainly', 'rotate-master because Yearly', { ...inPrivate('mei'), entities: [] }],
    [
      'as an answer with a quote',
      '<quoted messageId="1772050244572"/> <at>CertOps</at> rotate-master because Yearly',
      {},
    ],
    [
      'as an answer with a quote, in a personal chat',
      '<quoted messageId="1772050244572"/>rotate-master because Yearly',
      { ...inPrivate('mei'), entities: [{ type: 'quotedReply', quotedReply: { messageId: '1772050244572' } }] },
    ],
    [
      'as an answer whose quote is repeated',
      '<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="17"><strong itemprop="mri">Ana</strong><p itemprop="preview">stop prod-1</p></blockquote><p><at>CertOps</at> rotate-master because Yearly</p>',
      {},
    ],
    [
      'as an answer that begins with the name of whoever it quotes',
      'Ana Ruiz<at>CertOps</at> rotate-master because Yearly',
      quoting('<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="0">CertOps</span>&nbsp;'),
    ],
    [
      'as an answer in a personal chat that begins with the name of whoever it quotes',
      'CertOpsrotate-master because Yearly',
      { ...inPrivate('mei'), entities: [], ...quoting('') },
    ],
    ['before a file', '<at>CertOps</at> rotate-master because Yearly<attachment id="a1b2"></attachment>', {}],
    [
      'beside a picture and an emoji',
      '<img src="https://x/y.png" alt="a" width=20/><at>CertOps</at> <emoji id="1f60a" alt="😊"></emoji>rotate-master because Yearly',
      {},
    ],
    [
      'in a table below a line',
      '<at>CertOps</at><hr><table><tbody><tr><td>rotate-master</td><td>because</td><td><sub>Yearly</sub></td></tr></tbody></table>',
      {},
    ],
    ['with markup around words', '<at>CertOps</at> <b>rotate-master</b> because&#32;<i>Yearly</i>', {}],
  ])('is the same line %s', async (_where, text, more) => {
    await rig.deliver(message(rig.service, 'mei', '', { text, ...more }));
    expect(rig.heard).toMatchObject([{ type: 'command', text: 'rotate-master because Yearly' }]);
  });

  test('does not include a message of somebody else that is passed on', async () => {
    const passedOn =
      '<blockquote itemscope="" itemtype="http://schema.skype.com/Forward" itemid="1600457867820">\r\n<p>stop prod-1</p>\r\n</blockquote>';
    for (const own of ['', 'status']) {
      const attachments = [{ contentType: 'text/html', content: `<div><p>${own}</p>${passedOn}</div>` }];
      const text = `${own}\r\nstop prod-1`;
      await rig.deliver(message(rig.service, 'mei', '', { ...inPrivate('mei'), entities: [], text, attachments }));
    }
    expect(rig.heard).toMatchObject([{ text: '' }, { text: 'status' }]);
  });

  test('keeps a slash, special characters and mentions of others for the grammar', async () => {
    const text = '<at>CertOps</at> /ssis rotate-master because a &lt; b &amp; “c” – for <at>Tom</at>';
    await rig.deliver(message(rig.service, 'mei', '', { text }));
    expect(rig.heard).toMatchObject([{ text: '/ssis rotate-master because a < b & “c” – for Tom' }]);
  });

  test('keeps characters that are not markup in a reason, even if the client has not escaped them', async () => {
    const text = '<at>CertOps</at> rotate-master because a<b and c>d, i<u or u>s; x<p';
    await rig.deliver(message(rig.service, 'mei', '', { text }));
    expect(rig.heard).toMatchObject([{ text: 'rotate-master because a<b and c>d, i<u or u>s; x<p' }]);
  });

  test('reaches the bot even at the longest that Teams takes', async () => {
    // Microsoft names about 100 KB for a message.
    const reason = 'because '.repeat(12_500);
    await rig.deliver(message(rig.service, 'mei', `stop prod-17 ${reason}`));
    expect(rig.heard).toMatchObject([{ text: expect.stringMatching(/^stop prod-17 because/u) }]);
  });

  test('is answered with "@certops" in place of the slash command', async () => {
    rig.bot.reply = async () => ({
      type: 'notice',
      notice: {
        kind: 'notice',
        messages: [{ id: 'refused.unknown-id', data: { id: 'prod-99' } }],
        actions: [
          { label: { id: 'button.type', data: { text: 'status' } }, verb: 'type', data: { text: '/ssis status' } },
        ],
      },
      locale: { language: 'en', timeZone: 'UTC' },
      aloud: true,
    });
    await rig.type('mei', 'show prod-99');
    await rig.until(() => rig.stood(GROUP).length > 0);
    const { summary, attachments } = rig.stood(GROUP)[0]?.body ?? {};
    expect(summary).toBe('There is no rotation prod-99. @certops lists what is open.');
    expect(JSON.stringify(attachments)).toMatch(/"title":"@certops status","data":\{"v":1,"text":"\/ssis status"/u);
    rig.service.messages.splice(0);
  });

  test('is an empty command if it is a mention without words', async () => {
    await rig.type('mei', '');
    expect(rig.heard).toMatchObject([{ type: 'command', text: '' }]);
  });

  test('is answered in the thread where it was asked if it concerns the channel', async () => {
    rig.bot.reply = async () => ({ ...said('looking', { id: 'prod-17', hosts: 3 }), aloud: true });
    await rig.deliver(message(rig.service, 'mei', 'rotate-master', inChannel));
    const thread = inChannel.conversation.id;
    await rig.until(() => rig.stood(thread).length === 1);
    expect(rig.heard).toMatchObject([
      {
        person: { platform: 'teams', account: '33333333-3333-3333-3333-333333333301' },
        channel: '19:ssis@thread.tacv2',
      },
    ]);
    const [answer] = rig.stood(thread);
    expect(answer?.body.summary).toBe('prod-17: looking at 3 machines. The plan follows here.');
    expect(JSON.stringify(answer?.body.attachments)).toContain('prod-17: looking at 3 machines');
  });

  test('is heard once even if Teams delivers it again', async () => {
    const line = message(rig.service, 'mei', 'status');
    const answers = await Promise.all([rig.deliver(line), rig.deliver(line), rig.deliver(line)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await rig.deliver(line)).toEqual({ status: 200, body: null });
    expect(rig.heard).toHaveLength(1);
  });
});

describe('a line typed where no farm’s cards go', () => {
  const OTHER = '19:meeting_abc@thread.v2';
  const there = { conversation: { id: OTHER, conversationType: 'groupChat', isGroup: true, tenantId: TENANT } };
  const personal = inPrivate('tom').conversation.id;

  test('is answered in the person’s own chat, where its card will go too', async () => {
    rig.bot.reply = async () => said('looking-dry', { id: 'prod-17' });
    rig.service.rosters.set(OTHER, [PEOPLE.tom]);
    await rig.type('tom', 'plan rotate-master', there);
    await rig.until(() => rig.stood(personal).length === 1);
    expect(rig.heard).toMatchObject([{ type: 'command', channel: personal, alone: true }]);
    await rig.chat().post(personal, planView(), posting());
    expect([rig.stood(personal).length, rig.stood(OTHER).length]).toEqual([2, 0]);
  });

  test('is handled all the same if Teams opens no chat', async () => {
    rig.service.rosters.set(OTHER, [PEOPLE.ana]);
    rig.service.trouble({ on: /POST .*\/conversations$/u, status: 403, code: 'BotDisabledByAdmin' });
    await rig.type('ana', 'status', there);
    expect(rig.heard).toMatchObject([{ type: 'command', channel: OTHER }]);
  });

  test.each<[string, object, string]>([
    ['a channel of a farm', inChannel, '19:ssis@thread.tacv2'],
    ['a group chat of a farm', {}, GROUP],
    ['a chat of one’s own', inPrivate('mei'), inPrivate('mei').conversation.id],
  ])('does not mean one typed in %s', async (_where, more, channel) => {
    await rig.type('mei', 'plan rotate-master', more);
    expect(rig.heard).toMatchObject([{ channel }]);
  });
});
