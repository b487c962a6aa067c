import type { AskForm, Reply } from '../../../src/ports/chat.ts';
import {
  ASKS,
  closedOtherwise,
  message,
  plan,
  reminder,
  reminderEscalated,
  running,
  unknown,
} from '../../cards/views.ts';
import { EN, notice, type Rig, startRig, ZH } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

const card = (view: Extract<Reply, { type: 'card' }>['view'], locale = EN): Reply => ({
  type: 'card',
  view,
  reader: 'approver',
  locale,
});
const button = (action_id: string, data: object = {}) => ({
  action_id,
  value: JSON.stringify({ v: 1, rotation: 'prod-17', digest: 'd-clicked', ...data }),
});
const formOf = (): AskForm => ({
  request: 'rotate-master',
  what: 'rotate-master',
  farms: ['prod', 'test'].map((name) => ({ name, line: message('summary.nothing-waits') })),
  farm: 'prod',
  fields: ASKS,
  reason: '',
});
const form = (locale = EN): Reply => ({ type: 'form', form: formOf(), locale });
const opened = () =>
  rig.slack.views.at(-1) ?? { id: '', callback_id: '', private_metadata: '', blocks: [], opened_by: '' };

describe('A form that does not open in time', () => {
  const asked = async (request: string) => {
    rig.answer(() => ({ type: 'form', form: { ...formOf(), request }, locale: EN }));
    rig.slack.fail('views.open', { error: 'expired_trigger_id' });
    await rig.deliver(rig.payloads.command('U0MEI', request));
    await rig.settled();
    expect(rig.slack.whispers).toHaveLength(1);
    return rig.slack.whispers[0];
  };

  test('is offered again by a button', async () => {
    const whisper = await asked('rotate-master');
    expect(JSON.stringify(whisper?.blocks)).toContain('"action_id":"ask"');
    expect(whisper?.text).toContain('Press the button once more');
  });

  test('has to be asked for again by typing if its request is too long for a button', async () => {
    const names = Array.from({ length: 180 }, (_, at) => `sqlworker${at}`);
    const whisper = await asked(`rotate-worker ${names.join(' ')}`);
    expect(JSON.stringify(whisper?.blocks)).not.toContain('"actions"');
    expect(whisper?.text).toContain('Type the same once more');
  });
});

describe('Deny', () => {
  const open = async (locale = EN) => {
    rig.answer(() => card(plan, locale));
    await rig.deliver(rig.payloads.click('U0TOM', {}, button('open-deny')));
    await rig.settled();
    return opened();
  };

  test('opens a modal whose reason becomes the denial', async () => {
    const view = await open();
    expect(view).toMatchObject({ callback_id: 'deny', opened_by: 'U0TOM' });
    rig.answer(() => notice('denied', { id: 'prod-17' }));
    const sent = await rig.deliver(rig.payloads.submit('U0TOM', view, { reason: ' not <today> & "now" ' }));
    expect(sent).toEqual({ status: 200, body: '' });
    await rig.settled();
    expect(rig.intents.at(-1)).toEqual({
      type: 'action',
      person: { platform: 'slack', account: 'U0TOM' },
      channel: 'C0SQLOPS',
      verb: 'deny',
      data: { v: 1, rotation: plan.id, farm: plan.farm, digest: 'd-clicked' },
      inputs: { reason: ' not <today> & "now" ' },
    });
    expect(rig.slack.whispers).toMatchObject([{ to: 'U0TOM', channel: 'C0SQLOPS', through: 'postEphemeral' }]);
  });

  test.each([
    ['nothing', {}],
    ['spaces', { reason: '  \n\t ' }],
    ['invisible spaces', { reason: '\u200b\u2800\u3164\u00a0\u2060' }],
  ])('with %s as its reason is refused in the modal', async (_name, inputs) => {
    const view = await open();
    const before = rig.intents.length;
    const sent = await rig.deliver(rig.payloads.submit('U0TOM', view, inputs));
    expect(JSON.parse(sent.body)).toEqual({
      response_action: 'errors',
      errors: { reason: expect.stringContaining('needs a reason') },
    });
    await rig.settled();
    expect(rig.intents).toHaveLength(before);
    // The same modal with a reason then counts.
    expect((await rig.deliver(rig.payloads.submit('U0TOM', view, { reason: 'no' }))).body).toBe('');
    await rig.settled();
    expect(rig.intents).toHaveLength(before + 1);
  });

  test('is refused in the language of the modal', async () => {
    const view = await open(ZH);
    const sent = await rig.deliver(rig.payloads.submit('U0TOM', view, {}));
    expect(sent.body).toMatch(/[\u4e00-\u9fff]/u);
  });

  test('with a reason over the limit is refused in the modal', async () => {
    const sent = await rig.deliver(rig.payloads.submit('U0TOM', await open(), { reason: 'x'.repeat(3_900) }));
    expect(JSON.parse(sent.body)).toMatchObject({ response_action: 'errors' });
  });

  test('submitted twice counts once', async () => {
    const payload = rig.payloads.submit('U0TOM', await open(), { reason: 'no' });
    await rig.deliver(payload);
    await rig.deliver(payload, { retry: 1 });
    await rig.settled();
    expect(rig.intents.filter((intent) => intent.type === 'action' && intent.verb === 'deny')).toHaveLength(1);
  });

  test('also opens for a rotation that needs a person', async () => {
    rig.answer(() => card(unknown));
    await rig.deliver(rig.payloads.click('U0TOM', {}, button('open-deny')));
    await rig.settled();
    expect(opened().callback_id).toBe('deny');
  });

  test('on a rotation that is over is answered with what happened', async () => {
    const closed = Object.values(closedOtherwise)[0];
    if (closed === undefined) throw new Error('no view');
    rig.answer((intent) =>
      intent.type === 'action' && intent.verb === 'show' ? card(closed) : notice('refused.closed', { id: 'prod-17' }),
    );
    await rig.deliver(rig.payloads.click('U0TOM', {}, button('open-deny')));
    await rig.settled();
    expect(rig.slack.views).toEqual([]);
    expect(rig.slack.whispers).toHaveLength(1);
  });
});

test('Reviewed opens a form that requires a sentence, which becomes the review', async () => {
  const ended = Object.values(closedOtherwise)[0];
  if (ended === undefined) throw new Error('no card');
  rig.answer(() => card(ended));
  await rig.deliver(rig.payloads.click('U0WEI', {}, button('open-review', { digest: undefined })));
  await rig.settled();
  expect(rig.intents.at(-1)).toMatchObject({ verb: 'show', data: { rotation: 'prod-17' } });
  expect(opened()).toMatchObject({ callback_id: 'review' });
  const empty = await rig.deliver(rig.payloads.submit('U0WEI', opened(), { reason: ' ' }));
  expect(JSON.parse(empty.body)).toMatchObject({ errors: { reason: expect.stringContaining('what you found') } });
  await rig.deliver(rig.payloads.submit('U0WEI', opened(), { reason: 'The backup is encrypted now' }));
  await rig.settled();
  expect(rig.intents.at(-1)).toMatchObject({
    verb: 'review',
    data: { rotation: ended.id },
    inputs: { reason: 'The backup is encrypted now' },
  });
});

describe('Snooze', () => {
  const button = { action_id: 'open-snooze', value: JSON.stringify({ v: 1, farm: 'prod' }) };
  const open = async (view: Parameters<typeof card>[0]) => {
    rig.answer(() => card(view));
    await rig.deliver(rig.payloads.click('U0ANA', {}, button));
    await rig.settled();
    return rig.slack.views.at(-1);
  };

  test('opens a form with the days that are left, for the reminder as it is now', async () => {
    const view = await open(reminder);
    expect(view?.callback_id).toBe('snooze');
    expect(rig.intents.at(-1)).toMatchObject({ verb: 'reminder', data: { farm: 'prod' } });
    expect(JSON.stringify(view?.blocks)).toContain('"value":"7"');
  });

  test('is submitted with the days, and requires a reason in the form', async () => {
    const view = await open(reminder);
    if (view === undefined) throw new Error('no form');
    const sent = await rig.deliver(rig.payloads.submit('U0ANA', view, { days: '3', reason: ' \u200b' }));
    expect(JSON.parse(sent.body)).toMatchObject({ response_action: 'errors' });
    rig.answer(() => notice('snoozed', { farm: 'prod', untilDay: '2026-11-27' }));
    await rig.deliver(rig.payloads.submit('U0ANA', view, { days: '3', reason: 'The board meets on Friday' }));
    await rig.settled();
    expect(rig.intents.at(-1)).toMatchObject({
      verb: 'snooze',
      data: { farm: 'prod' },
      inputs: { days: '3', reason: 'The board meets on Friday' },
    });
  });

  test('is answered with the card when it is no longer possible', async () => {
    expect(await open(reminderEscalated)).toBeUndefined();
    expect(rig.slack.whispers).toHaveLength(1);
  });
});

describe('reading', () => {
  test.each([
    ['open-changes', plan],
    ['open-steps', running],
  ] as const)('%s opens the newest state', async (verb, view) => {
    rig.answer(() => card(view));
    await rig.deliver(rig.payloads.click('U0MEI', {}, button(verb)));
    await rig.settled();
    expect(rig.slack.views).toHaveLength(1);
    expect(rig.intents).toMatchObject([{ type: 'action', verb: 'show', data: { rotation: 'prod-17' } }]);
  });

  test('a refusal to show something is told instead of opening a modal', async () => {
    rig.answer(() => notice('refused.unknown-id', { id: 'prod-17' }));
    await rig.deliver(rig.payloads.click('U0MEI', {}, button('open-changes')));
    await rig.settled();
    expect(rig.slack.views).toEqual([]);
    expect(rig.slack.whispers).toHaveLength(1);
  });

  test('a modal that opens too late is reported, not silently lost', async () => {
    rig.answer(() => {
      rig.clock.forward(3_500);
      return card(plan);
    });
    await rig.deliver(rig.payloads.click('U0MEI', {}, button('open-changes')));
    await rig.settled();
    expect(rig.slack.whispers[0]?.text).toContain('did not open in time');
  });
});

describe('a request that lacks something', () => {
  test('opens a modal, whether it comes from a command or from a button', async () => {
    rig.answer(() => form());
    await rig.deliver(rig.payloads.command('U0MEI', 'rotate-master'));
    await rig.settled();
    await rig.deliver(rig.payloads.click('U0MEI', {}, button('ask', { farm: 'prod' })));
    await rig.settled();
    expect(rig.slack.views.map(({ callback_id }) => callback_id)).toEqual(['request', 'request']);
  });

  test('comes back as a request with what was filled in', async () => {
    rig.answer(() => form());
    await rig.deliver(rig.payloads.command('U0MEI', 'rotate-master'));
    await rig.settled();
    await rig.deliver(rig.payloads.submit('U0MEI', opened(), { farm: 'test', reason: 'Yearly' }));
    await rig.settled();
    expect(rig.intents.at(-1)).toMatchObject({
      verb: 'request',
      channel: 'C0SQLOPS',
      data: { farm: 'prod' },
      inputs: { farm: 'test', reason: 'Yearly' },
    });
  });

  test('stays open with what the bot finds wrong at its field, in the language of whoever fills it in', async () => {
    rig.answer((intent) =>
      intent.type === 'action' && intent.verb === 'check-request'
        ? { ...notice('refused.ticket-missing', { example: 'CHG0031877' }), field: 'ticket', locale: ZH }
        : form(),
    );
    await rig.deliver(rig.payloads.command('U0MEI', 'rotate-master'));
    await rig.settled();
    const sent = await rig.deliver(rig.payloads.submit('U0MEI', opened(), { when: 'now', reason: 'Yearly' }));
    expect(JSON.parse(sent.body)).toEqual({
      response_action: 'errors',
      errors: { ticket: expect.stringContaining('例如 CHG0031877') },
    });
    await rig.settled();
    expect(rig.intents.map((intent) => (intent.type === 'action' ? intent.verb : ''))).not.toContain('request');
  });

  test.each<[string, () => Promise<Reply> | Reply]>([
    ['something that no field of it can mend', () => ({ ...notice('refused.unknown-farm'), field: 'farm' })],
    ['nothing, since the bot failed', () => Promise.reject(new Error('a fault'))],
  ])('closes if the bot finds %s, and the request goes on', async (_name, checks) => {
    const one = { type: 'form' as const, form: { ...formOf(), farms: formOf().farms.slice(0, 1) }, locale: EN };
    rig.answer((intent) => (intent.type === 'action' && intent.verb === 'check-request' ? checks() : one));
    await rig.deliver(rig.payloads.command('U0MEI', 'rotate-master'));
    await rig.settled();
    expect((await rig.deliver(rig.payloads.submit('U0MEI', opened(), { reason: 'Yearly' }))).body).toBe('');
    await rig.settled();
    expect(rig.intents.at(-1)).toMatchObject({ verb: 'request' });
  });

  test('offers its form again if the form does not open', async () => {
    rig.answer(() => form());
    await rig.deliver(rig.payloads.mention('U0MEI', 'rotate-master'));
    await rig.settled();
    expect(rig.slack.views).toEqual([]);
    expect(JSON.stringify(rig.slack.whispers[0]?.blocks)).toContain('"action_id":"ask"');
  });
});

const UNREAD = 'That button says nothing that this version knows, so nothing was done. Show the card again.';
const toldAlone = (who: string): readonly unknown[] =>
  (rig.slack.channels.get(`D${who.slice(1)}`)?.messages ?? []).map(({ text }) => text);

test.each(['approve', 'withdraw', 'stop', 'leave', 'put-back', 'act-as', 'open-deny', 'type'])(
  'a submission of a form named %s, which the bot never opens, is no vote, and whoever sent it is told',
  async (callback_id) => {
    const data = JSON.stringify({ v: 1, rotation: plan.id, farm: plan.farm, digest: plan.digest });
    const view = { id: 'V1', callback_id, private_metadata: data, blocks: [], opened_by: 'U0ANA' };
    await rig.deliver(rig.payloads.submit('U0ANA', view, {}));
    await rig.settled();
    expect(rig.intents).toEqual([]);
    expect(toldAlone('U0ANA')).toEqual([UNREAD]);
  },
);

test('a submission whose private metadata is made up reaches nobody, and whoever sent it is told', async () => {
  const view = { ...opened(), callback_id: 'deny', private_metadata: '{"rotation":{"deep":[[[]]]}}' };
  expect((await rig.deliver(rig.payloads.submit('U0TOM', view, {}))).body).toBe('');
  await rig.settled();
  expect(rig.intents).toEqual([]);
  expect(rig.lines.map(({ data }) => data.code)).toEqual(['ActionNotUnderstood']);
  expect(toldAlone('U0TOM')).toEqual([UNREAD]);
});

test('nobody from another workspace is told anything about a form that is not ours', async () => {
  const view = { id: 'V1', callback_id: 'approve', private_metadata: '{}', blocks: [], opened_by: 'U0ANA' };
  await rig.deliver({ ...rig.payloads.submit('U0ANA', view, {}), team: { id: 'T0ELSE', domain: 'else' } });
  await rig.settled();
  expect([rig.intents, toldAlone('U0ANA')]).toEqual([[], []]);
});
