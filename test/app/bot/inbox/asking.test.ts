import type { Thumbprint } from '../../../../src/domain/values.ts';
import type { NoticeView } from '../../../../src/domain/views/view.ts';
import type { ChangeWindow } from '../../../../src/domain/when/windows.ts';
import type { ChatIntent, Reply } from '../../../../src/ports/chat.ts';
import { createFakeChat } from '../fake-chat.ts';
import { type BotRig, CHANNEL, createBotRig, saidOf } from '../rig.ts';

/** The clock begins on 24 November at 12:00. */
const WINDOW: ChangeWindow = { cron: '0 1 * * *', lengthMs: 7_200_000, zone: 'UTC' };

let rig: BotRig;
afterEach(() => rig.stop());

const SLACK = 'C-ops';
const chats = () => [createFakeChat(), createFakeChat('slack', [SLACK, 'D-mei'])];
const farm = {
  channels: [
    { platform: 'web', id: CHANNEL, name: CHANNEL, language: 'en' as const },
    { platform: 'slack', id: SLACK, name: 'ops', language: 'zh-CN' as const },
  ],
};

async function ready(more: { readonly name?: string } = {}): Promise<void> {
  rig = await createBotRig({ chats: chats(), farm: { ...farm, ...more } });
  await rig.start();
}

const noticeOf = (reply: Reply): NoticeView => {
  if (reply.type !== 'notice') throw new Error(`a ${reply.type}`);
  return reply.notice;
};
const slash = (
  text: string,
  more: { channel?: string; canOpenForm?: boolean; account?: string; alone?: boolean } = {},
): Promise<Reply> =>
  rig.send({
    type: 'command',
    person: { platform: 'slack', account: more.account ?? 'U-mei' },
    channel: more.channel ?? SLACK,
    text,
    ...(more.canOpenForm === undefined ? {} : { canOpenForm: more.canOpenForm }),
    ...(more.alone === undefined ? {} : { alone: more.alone }),
  } satisfies ChatIntent);

describe('Somebody mentioned in a reason', () => {
  test.each([
    ['asked by @U-ana, not by mei@U-tom.example or @U-eve', 'asked by Ana Ruiz, not by mei@U-tom.example or @U-eve'],
    ['@u-tom’s ticket', 'Tom Becker’s ticket'],
  ])('of a request stands there by name: %s', async (said, reason) => {
    await ready();
    expect(saidOf(await slash(`rotate-master because ${said}`))).toEqual(['looking']);
    expect(rig.rotation().reason).toBe(reason);
  });

  test('stands there as typed where the names would make it longer than a reason may be', async () => {
    await ready();
    const said = '@U-ana '.repeat(71).trim();
    await slash(`rotate-master because ${said}`);
    expect(rig.rotation().reason).toBe(said);
  });

  test('of a freeze stands there by name too', async () => {
    await ready();
    await slash('freeze until tomorrow because @U-ana said so', { account: 'U-ana' });
    expect(rig.state().freeze).toMatchObject({ reason: 'Ana Ruiz said so' });
  });
});

describe('The button below what ends next', () => {
  test.each([
    ["the master's certificate", 3, 'master', 'rotate-master'],
    ["the workers' own that end on that day", -3, 'worker', 'rotate-worker sqlw01 sqlw02'],
  ])('asks for %s', async (_what, days, role, request) => {
    await ready();
    const [master] = rig.world.machines.get('sqlm01')?.stores.Root.values() ?? [];
    if (master === undefined) throw new Error('no certificate');
    const notAfter = new Date(Date.parse(master.facts.notAfter) + days * 86_400_000).toISOString();
    for (const { settings, stores } of rig.world.machines.values()) {
      const thumbprint = settings.worker?.WorkerHttpsCertThumbprint as Thumbprint | undefined;
      if (thumbprint !== undefined)
        stores.My.set(thumbprint, { ...master, facts: { ...master.facts, thumbprint, notAfter } });
    }
    await rig.remind();
    const { messages, actions } = noticeOf(await rig.type('mei', '/ssis'));
    expect(messages.find(({ id }) => id === 'summary.farm')?.data.role).toBe(role);
    expect(actions.map(({ data }) => data.request)).toEqual([request]);
  });
});

describe('What a typed line leaves out', () => {
  test('is asked for in a form, filled in from what is known, when the platform can open one', async () => {
    await ready();
    await rig.remind();
    const reply = await slash('rotate-master', { canOpenForm: true });
    expect(reply).toMatchObject({
      type: 'form',
      form: { farm: 'prod', reason: '', farms: [{ name: 'prod', line: { id: 'summary.farm' } }] },
    });
    expect(rig.state().order).toEqual([]);
  });

  test.each([
    ['rotate-worker sqlw02 compromised now ticket CHG7', 'rotate-worker sqlw02 compromised'],
    ['retire compromised', 'retire compromised'],
    ['rotate-master leave behind SQLW09', 'rotate-master leave behind SQLW09'],
  ])('is asked for under the words of %s, without those that its fields ask for', async (line, what) => {
    await ready();
    expect(await slash(line, { canOpenForm: true })).toMatchObject({ type: 'form', form: { what } });
  });

  test.each([
    ['rotate-worker sqlw09', 'refused.unknown-worker'],
    ['reconnect sqlm01', 'refused.not-a-worker'],
    ['rollback prod-7', 'refused.rollback-unknown'],
  ])('is not asked for when no field could fix %s', async (line, id) => {
    await ready();
    expect(saidOf(await slash(line, { canOpenForm: true }))).toEqual([id]);
  });

  test('is not asked for where there are no forms: the request goes without a reason', async () => {
    await ready();
    expect(saidOf(await slash('rotate-master', { canOpenForm: false }))).toEqual(['looking']);
    expect(rig.rotation().reason).toBe('');
  });

  test('is not asked for when a reason was typed, or when nobody has to approve', async () => {
    await ready();
    expect(saidOf(await slash('plan rotate-master', { canOpenForm: true }))).toEqual(['looking-dry']);
    expect(saidOf(await slash('rotate-master because Yearly', { canOpenForm: true }))).toEqual(['looking']);
    expect(rig.state().order.length).toBe(2);
  });

  test.each([
    ['which the form then shows', 'Yearly renewal', 'Yearly renewal'],
    ['which is ignored if it is no text', { deep: 'x' }, ''],
  ])('is also asked for by a button that carries a reason, %s', async (_name, given, reason) => {
    await ready();
    expect(await rig.click('U-mei', 'ask', { farm: 'prod', reason: given }, {}, 'slack')).toMatchObject({
      type: 'form',
      form: { farm: 'prod', reason },
    });
    expect(rig.state().order).toEqual([]);
  });

  test('is asked for according to the farm’s windows and tickets, and keeps what the line said about them', async () => {
    const ticket = { pattern: 'CHG[0-9]+', example: 'CHG0012345', required: true, link: null };
    rig = await createBotRig({ chats: chats(), farm: { ...farm, windows: [WINDOW], ticket } });
    await rig.start();
    expect(await slash('rotate-master', { canOpenForm: true })).toMatchObject({
      type: 'form',
      form: {
        fields: {
          starts: ['window', 'now', 'time'],
          start: 'window',
          at: '',
          ticket: { said: '', required: true, policies: [{ farm: 'prod', pattern: 'CHG[0-9]+' }] },
        },
      },
    });
    expect(await slash('rotate-master at 2026-11-26 01:30 ticket CHG7', { canOpenForm: true })).toMatchObject({
      form: {
        request: 'rotate-master at 2026-11-26T01:30:00.000Z ticket CHG7',
        fields: { start: 'time', at: '2026-11-26 01:30 UTC', ticket: { said: 'CHG7' } },
      },
    });
    expect(saidOf(await slash('rotate-master ticket INC1', { canOpenForm: true }))).toEqual([
      'refused.ticket-not-matching',
    ]);
  });

  test.each([
    ['where there are windows', [WINDOW], 'window'],
    ['where there are none', [], 'now'],
  ])('follows the farm’s policy if the form says so, even for a compromised key, %s', async (_what, windows, by) => {
    rig = await createBotRig({ chats: chats(), farm: { ...farm, windows } });
    await rig.start();
    const request = { request: 'rotate-master compromised', farm: 'prod' };
    await rig.click('U-mei', 'request', request, { when: 'policy', reason: 'Lost' }, 'slack');
    expect(rig.rotation().wish.when).toEqual({ by });
  });

  test.each<[{ readonly [input: string]: string }, string | null, string[]]>([
    [{ when: 'window', ticket: 'CHG7' }, null, []],
    [{ when: 'window', ticket: '' }, 'ticket', ['refused.ticket-missing']],
    [{ when: 'window', ticket: 'CHG7 and more' }, 'ticket', ['refused.ticket-not-matching']],
    [{ when: 'time', at: '', ticket: 'CHG7' }, 'at', ['wrong.form-at-what']],
    [{ when: 'time', at: '2026-11-24 08:00', ticket: 'CHG7' }, 'at', ['refused.when-past']],
    [{ when: 'time', at: 'tomorrow 12:00', ticket: 'CHG7' }, 'at', ['refused.outside-windows']],
    [{ when: 'now', at: 'tomorrow 02:00', ticket: 'CHG7' }, 'when', ['wrong.form-when-twice']],
  ])(
    'is checked at its field before the form is sent, and again afterwards (filled in as %j)',
    async (inputs, field, ids) => {
      const ticket = { pattern: 'CHG[0-9]+', example: 'CHG0012345', required: true, link: null };
      rig = await createBotRig({ chats: chats(), farm: { ...farm, windows: [WINDOW], ticket } });
      await rig.start();
      const filled = { ...inputs, reason: 'Yearly' };
      const checked = await rig.click('U-mei', 'check-request', { farm: 'prod' }, filled, 'slack');
      expect(checked.type === 'notice' ? [checked.field, saidOf(checked)] : [null, []]).toEqual([field, ids]);
      expect(rig.state().order).toEqual([]);
      const sent = await rig.click('U-mei', 'request', { farm: 'prod' }, filled, 'slack');
      expect(saidOf(sent)).toEqual(field === null ? ['looking'] : ids);
      if (field === null) expect(rig.rotation().wish).toMatchObject({ when: { by: 'window' }, ticket: 'CHG7' });
    },
  );

  test('comes back as a request, whose choice of a farm is checked like typed words', async () => {
    await ready();
    expect(await rig.click('U-mei', 'ask', { farm: '' }, {}, 'slack')).toMatchObject({ type: 'form' });
    const wrong = await rig.click('U-mei', 'request', {}, { farm: 'x'.repeat(3000), reason: 'Yearly' }, 'slack');
    expect(saidOf(wrong)).toEqual(['refused.unknown-farm']);
    expect(JSON.stringify(wrong).length).toBeLessThan(1000);
    expect(saidOf(await rig.click('U-mei', 'request', {}, { farm: 'prod', reason: 'Yearly' }, 'slack'))).toEqual([
      'looking',
    ]);
    expect(rig.rotation().reason).toBe('Yearly');
  });

  test('is none if it shows nothing, so that no card has an empty line for it', async () => {
    await ready();
    await rig.click('U-mei', 'request', {}, { farm: 'prod', reason: ' \u200b\u3164 ' }, 'slack');
    expect(rig.rotation().reason).toBe('');
  });
});

describe('When no valid id was typed,', () => {
  test.each([
    ['stop it', 'refused.unknown-id'],
    ['stop prod', 'refused.unknown-id'],
    ['stop', 'wrong.which-id'],
    ['approve', 'wrong.which-id'],
    ['show 99', 'refused.unknown-id'],
  ])('%j is answered with a button for each open rotation', async (line, id) => {
    await ready();
    expect(noticeOf(await slash(line)).actions).toEqual([]);
    await slash('plan rotate-master');
    await slash('rotate-master because Yearly');
    const { messages, actions } = noticeOf(await slash(line));
    expect(messages.map((one) => one.id)).toEqual([id]);
    const open = rig.state().order.filter((one) => rig.state().rotations[one]?.dry === false);
    expect(actions.map(({ verb, data }) => [verb, data.rotation])).toEqual(open.map((one) => ['show', one]));
    expect(open).toHaveLength(1);
  });

  test('somebody whom no farm knows is offered nothing', async () => {
    await ready();
    await slash('rotate-master because Yearly');
    expect(noticeOf(await slash('stop it', { account: 'U-nobody' })).actions).toEqual([]);
  });
});

describe('A word in the place of a name', () => {
  test.each([
    ['rotate-master compromized', { said: 'compromized', near: 'compromised' }],
    ['rotate-master tomorrow', { said: 'tomorrow', near: 'at TIME' }],
    ['rotate-master --dry-run', { said: 'dry-run', near: 'plan' }],
    ['rotate-worker sqlw02 becuase it ends', { said: 'becuase', near: 'because REASON' }],
    ['rotate-worker sqlw02 tomorrow', { said: 'tomorrow', near: 'at TIME' }],
  ])('in %j is answered with what may have been meant, and nothing is requested', async (line, data) => {
    await ready();
    const { messages } = noticeOf(await slash(line));
    expect(messages).toEqual([
      { id: expect.stringMatching(/^refused\.unknown-/u), data: expect.objectContaining(data) },
    ]);
    expect(rig.state().order).toEqual([]);
  });

  test.each(['status tomorrow', 'runners tomorrow', 'certs tomorrow', 'unfreeze tomorrow'])(
    'in %j, which is no request, is not answered with a word that requests use',
    async (line) => {
      await ready();
      for (const { data } of noticeOf(await slash(line)).messages) expect(data).not.toHaveProperty('near');
    },
  );

  test.each([
    ['preview', 'rotate-master preview quarterly renewal'],
    ['preview', 'rotate-master quarterly preview'],
    ['preview', 'rotate-worker preview'],
  ])('that is the name of a farm (%s) is taken as such: %j is offered no other word', async (name, line) => {
    await ready({ name });
    const { messages } = noticeOf(await slash(line));
    expect(messages).toHaveLength(1);
    expect(messages[0]?.data).not.toHaveProperty('near');
    expect(messages[0]?.data).not.toHaveProperty('judged');
  });

  test('that resembles no known word gets no suggestion', async () => {
    await ready();
    expect(noticeOf(await slash('rotate-master stage')).messages[0]?.data).toEqual({ said: 'stage', farms: ['prod'] });
  });
});

describe('Limits', () => {
  test.each([
    ['a line', (): Promise<Reply> => slash(`status ${'x'.repeat(5000)}`), 'wrong.line-too-long'],
    ['a reason', (): Promise<Reply> => slash(`rotate-master because ${'x'.repeat(600)}`), 'wrong.reason-too-long'],
    [
      'a reason in a form',
      (): Promise<Reply> => rig.click('mei', 'request', { farm: 'prod' }, { reason: 'x'.repeat(600) }),
      'wrong.reason-too-long',
    ],
  ])('refuse %s that is too long, with its length and the limit', async (_what, does, id) => {
    await ready();
    const [message] = noticeOf(await does()).messages;
    expect(message).toMatchObject({ id, data: { length: expect.any(Number), limit: expect.any(Number) } });
  });

  test('refuse too many requests within an hour politely, and only for the person who made them', async () => {
    await ready();
    const asked = await Promise.all(Array.from({ length: 22 }, () => slash('plan rotate-master')));
    expect(asked.flatMap(saidOf).filter((id) => id === 'refused.too-many-requests').length).toBe(2);
    const [refused] = noticeOf(await slash('plan rotate-master')).messages;
    const from = String(refused?.data.at);
    await rig.clock.sleep(Date.parse(from) - rig.clock.now() - 1000);
    expect(saidOf(await slash('plan rotate-master'))).toEqual(['refused.too-many-requests']);
    await rig.clock.sleep(1000);
    expect(saidOf(await slash('plan rotate-master'))).not.toContain('refused.too-many-requests');
    expect(saidOf(await slash('plan rotate-master', { account: 'U-ana' }))).toEqual(['looking-dry']);
  });
});

test('Whoever asks for a plan in their own chat with the bot is told that it comes there', async () => {
  await ready();
  const [there] = noticeOf(await slash('plan rotate-master', { channel: 'D-mei', alone: true })).messages;
  const [here] = noticeOf(await slash('plan rotate-master')).messages;
  expect([there?.data.alone, here?.data.alone]).toEqual([true, false]);
});

describe('Somebody whom no farm knows', () => {
  test('is refused in the language of the channel, and in English outside of it; whoami says that they are unknown', async () => {
    await ready();
    for (const text of ['status', 'rotate-master because I can', 'whoami']) {
      const reply = await slash(text, { account: 'U-eve' });
      expect(reply.locale.language).toBe('zh-CN');
      expect(saidOf(reply)).toEqual([text === 'whoami' ? 'whoami.unknown' : 'refused.unknown-person']);
    }
    expect((await slash('status', { account: 'U-eve', channel: 'D-eve' })).locale).toEqual({
      language: 'en',
      timeZone: 'UTC',
    });
    expect(rig.state().order).toEqual([]);
  });
});

describe('A button', () => {
  test('to act as somebody else is offered in the console only, not in Slack', async () => {
    await ready();
    await slash('rotate-master because Yearly');
    await rig.planned();
    const data = { rotation: 'prod-1', digest: rig.rotation().plan?.digest ?? '' };
    const inSlack = noticeOf(await rig.click('U-mei', 'approve', data, {}, 'slack'));
    const inWeb = noticeOf(await rig.click('mei', 'approve', data));
    expect(inSlack.actions.map(({ verb }) => verb)).toEqual(['show']);
    expect(inWeb.actions.map(({ verb }) => verb)).toEqual(['act-as', 'show']);
  });

  test('below a word that was not understood types the right one, in every chat', async () => {
    await ready();
    const [button] = noticeOf(await slash('statsu')).actions;
    expect(button).toMatchObject({ verb: 'type', data: { text: '/ssis status' } });
    expect(saidOf(await rig.click('U-mei', 'type', button?.data, {}, 'slack'))).toContain('status.runners');
    const [planned] = noticeOf(await slash('plan retir prod')).actions;
    expect(planned).toMatchObject({ verb: 'type', data: { text: '/ssis plan retire prod' } });
    expect(saidOf(await rig.click('U-mei', 'type', { text: 7 }, {}, 'slack'))).toEqual(['refused.unknown-id']);
  });

  test('below a mistyped line repeats all that was typed, and is left out if that does not fit', async () => {
    await ready();
    const [button] = noticeOf(await slash('rotate_master compromised ticket CHG1 because The key was lost')).actions;
    await rig.click('U-mei', 'type', button?.data, {}, 'slack');
    await rig.planned();
    expect(rig.rotation()).toMatchObject({
      wish: { kind: 'rotate-master', compromised: true, ticket: 'CHG1' },
      reason: 'The key was lost',
    });
    expect(noticeOf(await slash(`rotate_master ${'x'.repeat(1900)}`)).actions).toEqual([]);
  });
});

test('a request made where the farm has no card is told where the card will be', async () => {
  await ready();
  const [there] = noticeOf(await slash('rotate-master because Yearly', { channel: 'D-mei' })).messages;
  expect(there).toMatchObject({ id: 'looking', data: { channels: ['ops'] } });
});

test('a plan that asks nobody is shown where it was asked for, in the language of whoever asked', async () => {
  await ready();
  await slash('plan rotate-master', { channel: 'D-mei' });
  await rig.planned();
  await rig.pass(2_000);
  expect(rig.chats[1]?.messages).toMatchObject([
    { channel: 'D-mei', posting: { locale: { language: 'en' }, mention: [] } },
  ]);
  expect(rig.chat.messages).toEqual([]);
});

describe('An answer is for the whole channel', () => {
  test.each(['status', 'runners', 'plan rotate-master', 'rotate-master because Yearly', 'show prod-1'])(
    'when a farm’s channel asks about the farm: %s',
    async (text) => {
      await ready();
      if (text.startsWith('show')) {
        await slash('rotate-master because Yearly');
        await rig.planned();
      }
      expect(await slash(text)).toMatchObject({ aloud: true });
    },
  );

  test.each<[string, string, Parameters<typeof slash>[1]]>([
    ['who they are', 'whoami', {}],
    ['what waits for them', '', {}],
    ['what they may type', 'help', {}],
    ['the reminder as of now', 'reminders', {}],
    ['what they have mistyped', 'rotate-mister', {}],
    ['what they may not do', 'status', { account: 'U-nobody' }],
    ['what does not exist', 'show prod-99', {}],
    ['what is asked elsewhere', 'status', { channel: 'D-mei' }],
    ['what their form is filled in with', 'rotate-master', { canOpenForm: true }],
  ])('but not when it tells %s', async (_what, text, more) => {
    await ready();
    expect(await slash(text, more)).not.toHaveProperty('aloud');
  });

  test('nor when it answers a click', async () => {
    await ready();
    const person = { platform: 'slack', account: 'U-mei' };
    const intent = {
      type: 'action',
      person,
      channel: SLACK,
      verb: 'type',
      data: { text: 'status' },
      inputs: {},
    } as const;
    expect(await rig.send(intent)).not.toHaveProperty('aloud');
  });
});

test('a button that a chat could not read is answered like one that this version does not know', async () => {
  await ready();
  expect(saidOf(await rig.click('U-mei', '', {}, {}, 'slack'))).toEqual(['refused.unknown-action']);
});
