import type { NoticeView } from '../../../src/domain/views/view.ts';
import { ASKS, closedOtherwise, plan } from '../../cards/views.ts';
import { buttonsOf } from '../../fakes/slack/index.ts';
import { CHANNEL, EN, notice, type Rig, startRig } from './rig.ts';

const POSTING = { key: 'prod-17', locale: EN, mention: [], readers: [] };

const UNREAD = 'That button says nothing that this version knows, so nothing was done. Show the card again.';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

const value = JSON.stringify({ v: 1, rotation: 'prod-17', digest: 'd1' });
const clicked = async (action: object, more: object = {}): Promise<void> => {
  await rig.deliver({ ...rig.payloads.click('U0ANA', {}, { action_id: 'approve', value, ...action }), ...more });
  await rig.settled();
};

describe('the block ID of a button', () => {
  test('is accepted from a card that was posted', async () => {
    await rig.chat.post(CHANNEL, { ...plan, id: 'prod-17' }, POSTING);
    const message = rig.slack.channels.get(CHANNEL)?.messages[0];
    const button = buttonsOf(message?.blocks ?? []).approve;
    if (message === undefined || button === undefined) throw new Error('no button');
    await rig.deliver(rig.payloads.click('U0ANA', { message }, button));
    await rig.settled();
    expect(rig.intents).toHaveLength(1);
  });

  test.each([['notice/actions'], ['prod-17/actions']])('is accepted as %s', async (block_id) => {
    await clicked({ block_id });
    expect(rig.intents).toHaveLength(1);
  });

  test.each([
    ['is another card’s', 'prod-16/actions'],
    ['is no card’s', 'never-heard-of'],
    ['is one that Slack made up for a block without any', 'b0Xy='],
    ['is not of a block of buttons', 'reason'],
    ['is very long', `${'x'.repeat(240)}/actions`],
  ])('that %s is refused, logged and told to the person, and casts no vote', async (_name, block_id) => {
    await clicked({ block_id });
    expect(rig.intents).toEqual([]);
    expect(rig.lines.map(({ data }) => data.code)).toEqual(['BlockUnknown']);
    expect(rig.slack.whispers).toMatchObject([{ to: 'U0ANA', text: UNREAD }]);
  });
});

test('two clicks in one delivery count as none, and the person is told', async () => {
  const { actions } = rig.payloads.click('U0ANA', {}, { action_id: 'approve', value });
  await clicked({}, { actions: [...actions, ...actions] });
  expect(rig.intents).toEqual([]);
  expect(rig.lines.map(({ data }) => data.code)).toEqual(['OneActionExpected']);
  expect(rig.slack.whispers).toMatchObject([{ to: 'U0ANA', text: UNREAD }]);
});

test.each([
  ['a verb in capitals', { action_id: 'Approve' }],
  ['a value that nests', { value: '{"rotation":"prod-17","digest":{"d":1}}' }],
])('a button with %s is answered and casts no vote', async (_name, action) => {
  await clicked(action);
  expect(rig.intents).toEqual([]);
  expect(rig.lines.map(({ data }) => data.code)).toEqual(['ActionNotUnderstood']);
  expect(rig.slack.whispers).toMatchObject([{ to: 'U0ANA', text: UNREAD }]);
});

test('nobody from another workspace is told anything about an unreadable button', async () => {
  await clicked({ block_id: 'never-heard-of' }, { team: { id: 'T0ELSE', domain: 'else' } });
  expect(rig.intents).toEqual([]);
  expect(rig.slack.whispers).toEqual([]);
});

test('a click in a modal has neither channel nor response address, and is answered in a direct message', async () => {
  rig.answer(() => notice('refused.unknown-action'));
  await clicked(
    {},
    { container: { type: 'view', view_id: 'V1' }, channel: undefined, response_url: undefined, view: { id: 'V1' } },
  );
  expect(rig.intents).toMatchObject([{ channel: '', verb: 'approve' }]);
  expect(rig.slack.channels.get('D0ANA')?.messages).toHaveLength(1);
});

describe('in a thread', () => {
  test.each([
    ['a message', { message: { type: 'message', ts: '17.2', thread_ts: '17.1' } }, false],
    ['what only this person sees, whose message Slack does not send', {}, true],
  ])('a click on %s is answered in the thread', async (_name, more, ephemeral) => {
    rig.answer(() => notice('summary.nothing-waits'));
    const click = rig.payloads.click('U0ANA', { ephemeral, thread: '17.1' }, { action_id: 'show', value });
    await rig.deliver({ ...click, ...more });
    await rig.settled();
    expect(rig.slack.whispers).toMatchObject([{ to: 'U0ANA', thread: '17.1', through: 'response_url' }]);
  });
});

describe('on a card that has replies', () => {
  const note: NoticeView = { kind: 'notice', messages: [{ id: 'summary.nothing-waits', data: {} }], actions: [] };
  const withReply = async () => {
    const ts = await rig.chat.post(CHANNEL, { ...plan, id: 'prod-17' }, POSTING);
    await rig.chat.note(CHANNEL, ts, { notice: note, locale: EN, mention: [] });
    const [message] = rig.slack.channels.get(CHANNEL)?.messages ?? [];
    if (message === undefined) throw new Error('no card');
    return message;
  };

  test.each<[string, string, object]>([
    ['through the address that Slack gives', 'response_url', {}],
    ['without such an address', 'postEphemeral', { response_url: undefined }],
    ['which the container does not mention', 'response_url', { container: { type: 'message', channel_id: CHANNEL } }],
  ])('the answer goes to the channel, where the card is: %s', async (_name, through, more) => {
    const message = await withReply();
    rig.answer(() => notice('summary.nothing-waits'));
    const click = rig.payloads.click('U0ANA', { message }, { action_id: 'approve', value });
    expect(click.message).toMatchObject({ ts: message.ts, thread_ts: message.ts });
    await rig.deliver({ ...click, ...more });
    await rig.settled();
    expect(rig.slack.whispers).toMatchObject([{ to: 'U0ANA', channel: CHANNEL, thread: null, through }]);
  });
});

test('Deny on a rotation that is over ignores a reason smuggled in with the click', async () => {
  const closed = Object.values(closedOtherwise)[0];
  if (closed === undefined) throw new Error('no view');
  rig.answer((intent) =>
    intent.type === 'action' && intent.verb === 'show'
      ? { type: 'card', view: closed, reader: 'approver', locale: EN }
      : notice('refused.closed'),
  );
  await clicked({ action_id: 'open-deny' }, { state: { values: { x: { reason: { value: 'smuggled' } } } } });
  expect(rig.intents).toMatchObject([{ verb: 'show' }, { verb: 'deny', inputs: {} }]);
});

describe('a value that was filled in', () => {
  const view = {
    id: 'V1',
    callback_id: 'deny',
    private_metadata: '{"v":1,"rotation":"prod-17","digest":"d1","in":"C0SQLOPS","lang":"en"}',
    blocks: [],
    opened_by: 'U0ANA',
  };
  const submitted = async (values: object) => {
    const payload = rig.payloads.submit('U0ANA', view, {});
    const sent = await rig.deliver({ ...payload, view: { ...payload.view, state: { values } } });
    await rig.settled();
    return sent.body;
  };

  test('counts from its own block', async () => {
    await submitted({ reason: { reason: { type: 'plain_text_input', value: 'no' } } });
    expect(rig.intents).toMatchObject([{ verb: 'deny', inputs: { reason: 'no' } }]);
  });

  test('does not count from a block that the form does not have', async () => {
    const body = await submitted({ other: { reason: { type: 'plain_text_input', value: 'no' } } });
    expect(JSON.parse(body)).toMatchObject({ response_action: 'errors', errors: { reason: expect.any(String) } });
    expect(rig.intents).toEqual([]);
  });
});

describe('a form that does not open', () => {
  test('is offered again with the farm and the beginning of a long reason, which fits whatever its characters are', async () => {
    // In JSON a control character is the longest: six characters.
    const reason = '\u0001'.repeat(500);
    const form = { request: 'rotate-master', what: 'rotate-master', farms: [], farm: 'prod', fields: ASKS, reason };
    rig.answer(() => ({
      type: 'form',
      form: { ...form, farms: [{ name: 'prod', line: { id: 'x', data: {} } }] },
      locale: EN,
    }));
    rig.slack.fail('views.open', { status: 429, retryAfter: '30' });
    await rig.deliver(rig.payloads.command('U0MEI', 'rotate-master'));
    await rig.settled();
    const kept = buttonsOf(rig.slack.whispers[0]?.blocks ?? []).ask?.value ?? '{}';
    // As much as Slack takes.
    expect(kept.length).toBeLessThanOrEqual(2_000);
    expect(JSON.parse(kept)).toMatchObject({ farm: 'prod', reason: `${reason.slice(0, 299)}…` });
  });

  test('is offered again with every character of the reason, whatever characters Slack escapes', async () => {
    const reason = 'R&D says <b> &amp; x > y';
    rig.answer(() => ({
      type: 'form',
      form: { request: 'rotate-master', what: 'rotate-master', farms: [], farm: 'prod', fields: ASKS, reason },
      locale: EN,
    }));
    rig.slack.fail('views.open', { status: 429, retryAfter: '30' });
    await rig.deliver(rig.payloads.command('U0MEI', 'rotate-master'));
    await rig.settled();
    const again = buttonsOf(rig.slack.whispers[0]?.blocks ?? []).ask ?? { action_id: 'none' };
    await rig.deliver(rig.payloads.click('U0MEI', { ephemeral: true }, again));
    await rig.settled();
    expect(rig.intents.at(-1)).toMatchObject({ verb: 'ask', data: { reason } });
  });
});

test('a click whose optional fields are null counts like one without them', async () => {
  const click = rig.payloads.click(
    'U0ANA',
    {},
    { action_id: 'approve', value: '{"v":1,"rotation":"prod-17","digest":"d1"}' },
  );
  const container = { ...click.container, thread_ts: null, is_ephemeral: null };
  const message = { ts: click.container.message_ts, thread_ts: null };
  await rig.deliver({ ...click, container, message });
  await rig.settled();
  expect(rig.intents).toMatchObject([{ type: 'action', verb: 'approve' }]);
});
