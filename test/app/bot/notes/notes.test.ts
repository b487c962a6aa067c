import { renderAdaptiveCard } from '../../../../cards/adaptive-card.ts';
import { say } from '../../../../cards/wording/index.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import type { Reply } from '../../../../src/ports/chat.ts';
import { createFakeChat, type FakeChat } from '../fake-chat.ts';
import { type BotRig, CHANNEL, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const HOUR = 3_600_000;
const SLACK = 'C-ops';
const TEAMS = '19:ops';

async function withChats(first = SLACK): Promise<readonly [FakeChat, FakeChat]> {
  const slack = createFakeChat('slack', [SLACK, 'C-dba']);
  const teams = createFakeChat('web', [CHANNEL, TEAMS]);
  rig = await createBotRig({
    chats: [slack, teams],
    farm: {
      channels: [
        { platform: 'slack', id: first, name: 'ops', language: 'en' },
        { platform: 'slack', id: 'C-dba', name: 'dba', language: 'zh-CN' },
        { platform: 'web', id: TEAMS, name: 'ops', language: 'en' },
      ],
    },
  });
  await rig.start();
  return [slack, teams];
}

const notesIn = (chat: FakeChat, channel: string): readonly string[] =>
  chat.notes.filter((one) => one.channel === channel).map(({ notice }) => notice.messages[0]?.id ?? '');
const calledIn = (chat: FakeChat, id: string): readonly string[] =>
  chat.notes
    .filter(({ notice }) => notice.messages.some((message) => message.id === id))
    .flatMap(({ mention }) => mention.map(({ account }) => account));

async function asked(copies = 3): Promise<void> {
  await rig.type('mei', '/ssis rotate-master because Yearly');
  await rig.planned();
  await rig.until(() => rig.rotation().posted.length === copies);
}

describe('Mentions', () => {
  test('call each approver who is needed once per platform, when the plan is posted, and never the requester', async () => {
    const [slack, web] = await withChats();
    await asked();
    const called = (chat: FakeChat) =>
      chat.messages.flatMap(({ posting }) => posting.mention.map(({ account }) => account));
    expect(called(slack)).toEqual(['U-ana', 'U-tom', 'U-wei']);
    expect(called(web)).toEqual(['ana', 'tom', 'wei']);
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.closed();
    await rig.pass(5_000);
    for (const chat of [slack, web])
      expect(chat.messages.flatMap(({ updates }) => updates.flatMap(({ mention }) => mention))).toEqual([]);
  });

  test('go to the next channel of the platform while the first one takes nothing', async () => {
    const [slack] = await withChats('C-gone');
    await asked(2);
    await rig.pass(10_000);
    await rig.vote('ana', 'deny');
    await rig.closed();
    await rig.type('mei', '/ssis rotate-master because Again');
    await rig.planned('prod-2');
    await rig.pass(10_000);
    expect(slack.messages.at(-1)).toMatchObject({ channel: 'C-dba', posting: { key: 'prod-2' } });
    expect(slack.messages.at(-1)?.posting.mention.map(({ id }) => id)).toEqual(['ana', 'tom', 'wei']);
  });

  test.each([
    ['turns out to be missing', 'C-gone', []],
    ['refuses what it is sent', SLACK, [SLACK]],
  ])(
    'go out once, in a note in the next channel, if the first one %s only when the plan is posted',
    async (_how, first, mute) => {
      const [slack] = await withChats(first);
      for (const channel of mute) slack.faults.mute.add(channel);
      await asked(2);
      await rig.pass(60_000);
      expect(slack.messages.map(({ channel, posting }) => [channel, posting.mention])).toEqual([['C-dba', []]]);
      expect(notesIn(slack, 'C-dba')).toEqual(['note.call']);
      expect(calledIn(slack, 'note.call')).toEqual(['U-ana', 'U-tom', 'U-wei']);
      // Whoever was called by the note is not called once more by the card when the channel is well again.
      slack.faults.mute.clear();
      await rig.pass(5 * 60_000);
      const later = slack.messages.filter(({ channel }) => channel === SLACK);
      expect(later.map(({ posting }) => posting.mention)).toEqual(mute.map(() => []));
      expect(notesIn(slack, SLACK)).toEqual([]);
    },
  );

  test('go out in that note at the second try if the chat was busy at the first', async () => {
    const [slack] = await withChats('C-gone');
    let tries = 0;
    slack.faults.at = (when, call) => {
      if (when !== 'before' || call !== 'note') return;
      tries += 1;
      if (tries === 1) throw new CertopsError('ChatBusy', { retryAfterMs: 1_000 });
    };
    await asked(2);
    await rig.pass(60_000);
    expect(tries).toBe(2);
    expect(calledIn(slack, 'note.call')).toEqual(['U-ana', 'U-tom', 'U-wei']);
  });

  test('go to the next channel of the platform while the first one refuses what it is sent, at the end too', async () => {
    const [slack] = await withChats();
    slack.faults.mute.add(SLACK);
    await asked(2);
    await rig.vote('ana', 'deny');
    await rig.closed();
    await rig.type('mei', '/ssis rotate-master because Again');
    await rig.planned('prod-2');
    await rig.pass(10_000);
    const second = slack.messages.find(({ posting }) => posting.key === 'prod-2');
    expect(second?.channel).toBe('C-dba');
    expect(second?.posting.mention.map(({ id }) => id)).toEqual(['ana', 'tom', 'wei']);
    await rig.vote('ana', 'deny', 'prod-2');
    await rig.closed('prod-2');
    await rig.pass(10_000);
    expect(calledIn(slack, 'note.denied')).toContain('U-mei');
    expect(notesIn(slack, 'C-dba')).not.toContain('note.call');
  });
});

describe('Notes', () => {
  test('tell of a rotation in a few words below each card, and end with one that calls whoever asked', async () => {
    const [slack, web] = await withChats();
    await asked();
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.closed();
    await rig.pass(10_000);
    const said = notesIn(web, TEAMS);
    expect(said.at(0)).toBe('note.started');
    expect(said.at(-1)).toBe('note.proved');
    expect(new Set(said).size).toBe(said.length);
    expect(said.length).toBeLessThan(8);
    expect(notesIn(slack, 'C-dba')).toEqual(notesIn(slack, SLACK));
    expect(calledIn(slack, 'note.proved')).toEqual(['U-mei']);
    expect(calledIn(web, 'note.proved')).toEqual(['mei']);
    expect(calledIn(web, 'note.started')).toEqual([]);
    for (const note of slack.notes) expect(slack.messages.map(({ message }) => message)).toContain(note.below);
    expect(
      slack.notes.filter(({ channel }) => channel === 'C-dba').every(({ locale }) => locale.language === 'zh-CN'),
    ).toBe(true);
  });

  test('tell of the first worker before they tell of all, even if both have to wait for the chat', async () => {
    const [slack] = await withChats();
    await asked();
    await rig.pass(5 * 60_000);
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.until(() =>
      rig.rotation().orders.some(({ stage, switchedAt }) => stage === 'master' && switchedAt !== null),
    );
    slack.faults.busy = { calls: 1, retryAfterMs: 300 };
    await rig.closed();
    await rig.pass(10_000);
    const said = notesIn(slack, SLACK);
    expect(said.filter((id) => id === 'note.canary' || id === 'note.connected')).toEqual([
      'note.canary',
      'note.connected',
    ]);
  });

  test('say why a rotation goes back, and that it is back', async () => {
    const [slack] = await withChats();
    rig.world.machines.get('sqlw01')?.faults.set('service.restart', { kind: 'fail', times: 1 });
    await asked();
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.closed();
    await rig.pass(10_000);
    const ids = slack.notes
      .filter(({ channel }) => channel === SLACK)
      .map(({ notice }) => notice.messages.map(({ id }) => id));
    expect(ids).toContainEqual(['why.host', 'note.going-back']);
    expect(ids.at(-1)).toEqual(['note.put-back', 'why.host']);
  });

  test('about a denial give the reason and call whoever asked; about a withdrawal they call nobody', async () => {
    const [slack] = await withChats();
    await asked();
    await rig.vote('ana', 'deny');
    await rig.closed();
    await rig.type('mei', '/ssis rotate-master because Again');
    await rig.planned('prod-2');
    await rig.until(() => rig.rotation('prod-2').posted.length === 3);
    await rig.click('mei', 'withdraw', { rotation: 'prod-2' });
    await rig.closed('prod-2');
    await rig.pass(5_000);
    expect(slack.notes.filter(({ channel }) => channel === SLACK)).toMatchObject([
      {
        notice: { messages: [{ id: 'note.denied' }, { id: 'why.denied', data: { reason: 'no' } }] },
        mention: [{ id: 'mei' }],
      },
      { notice: { messages: [{ id: 'note.withdrawn', data: { by: 'Mei Lin' } }] }, mention: [] },
    ]);
  });

  test('call people when machines are unknown, and again only when somebody asks for something to be done', async () => {
    const [slack] = await withChats();
    rig.world.machines.get('sqlw02')?.faults.set('service.restart', { kind: 'fail', times: 1 });
    await asked();
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.until(() => rig.rotation().orders.some(({ stage }) => stage === 'master'));
    rig.silence('sqlw02', true);
    await rig.until(() => notesIn(slack, SLACK).includes('note.needs-person'));
    await rig.pass(10 * 60_000);
    expect(calledIn(slack, 'note.needs-person')).toEqual(['U-mei', 'U-ana', 'U-tom', 'U-wei']);
    const card = slack.cards(SLACK).find((view) => view.kind === 'needs-person');
    const digest = card?.kind === 'needs-person' ? card.digest : '';
    await rig.click('ana', 'put-back', { rotation: 'prod-1', digest });
    await rig.pass(10 * 60_000);
    expect(calledIn(slack, 'note.asked')).toEqual(['U-tom', 'U-wei']);
    rig.silence('sqlw02', false);
  });

  test('held up by an outage are not posted one after the other when it is over; only the last one is', async () => {
    const [slack] = await withChats();
    await asked();
    slack.faults.away = true;
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.closed();
    await rig.pass(HOUR);
    slack.faults.away = false;
    await rig.pass(5 * 60_000);
    expect(notesIn(slack, SLACK)).toEqual(['note.proved']);
  });

  test('whose answer was lost are posted once more and no more, even if the bot is restarted', async () => {
    const [slack] = await withChats();
    await asked();
    slack.faults.at = (when, call) => {
      if (when === 'after' && call === 'note') throw new Error('the answer is lost');
    };
    await rig.vote('ana', 'deny');
    await rig.closed();
    await rig.pass(HOUR);
    await rig.stopBot();
    await rig.startBot();
    await rig.pass(HOUR);
    expect(notesIn(slack, SLACK)).toEqual(['note.denied', 'note.denied']);
  });
});

describe('A request that waits for approval', () => {
  test('is brought up once, halfway to its lapse, with those who are still needed', async () => {
    const [slack, web] = await withChats();
    await asked();
    await rig.vote('ana');
    rig.clock.set(rig.clock.now() + 11.5 * HOUR);
    await rig.pass(60_000);
    expect(notesIn(slack, SLACK)).toEqual([]);
    rig.clock.set(rig.clock.now() + HOUR);
    await rig.pass(60_000);
    await rig.stopBot();
    await rig.startBot();
    rig.clock.set(rig.clock.now() + HOUR);
    await rig.pass(60_000);
    expect(notesIn(slack, SLACK)).toEqual(['note.half-way']);
    expect(calledIn(slack, 'note.half-way')).toEqual(['U-tom', 'U-wei']);
    expect(calledIn(web, 'note.half-way')).toEqual(['tom', 'wei']);
    expect(slack.notes[0]?.notice.messages).toMatchObject([{ data: { id: 'prod-1', approved: 1, quorum: 2 } }]);
  });

  test('and lapses is reported to the requester alone, where they asked, once, even after an outage and a restart', async () => {
    const [slack, web] = await withChats();
    await rig.click('U-mei', 'request', { farm: 'prod' }, { reason: 'Yearly' }, 'slack');
    await rig.planned();
    await rig.until(() => rig.rotation().posted.length === 3);
    slack.faults.away = true;
    rig.clock.set(rig.clock.now() + 25 * HOUR);
    await rig.closed();
    await rig.pass(HOUR);
    await rig.stopBot();
    slack.faults.away = false;
    await rig.startBot();
    await rig.pass(HOUR);
    expect(slack.whispers).toMatchObject([
      { account: 'U-mei', notice: { messages: [{ id: 'tell.lapsed', data: { id: 'prod-1', reason: 'Yearly' } }] } },
    ]);
    expect(web.whispers).toEqual([]);
    expect(slack.cards(SLACK)).toMatchObject([{ kind: 'closed', outcome: 'lapsed' }]);
  });

  test('and lapses during an outage is reported to the requester when the outage is over', async () => {
    const [slack] = await withChats();
    await rig.click('U-mei', 'request', { farm: 'prod' }, { reason: 'Yearly' }, 'slack');
    await rig.planned();
    await rig.until(() => rig.rotation().posted.length === 3);
    slack.faults.away = true;
    rig.clock.set(rig.clock.now() + 25 * HOUR);
    await rig.closed();
    await rig.pass(3 * HOUR);
    slack.faults.away = false;
    await rig.pass(HOUR);
    expect(slack.whispers.length).toBe(1);
  });
});

describe('A button on a card that is no longer open', () => {
  const data = (reply: Reply) => (reply.type === 'notice' ? reply.notice.messages[0]?.data : null);

  test('answers with what happened, when, and who did it', async () => {
    await withChats();
    await asked();
    const { digest } = rig.rotation().plan ?? { digest: '' };
    await rig.vote('ana');
    await rig.vote('tom');
    const late = await rig.click('wei', 'approve', { rotation: 'prod-1', digest });
    expect(saidOf(late)).toEqual(['refused.closed']);
    expect(data(late)).toMatchObject({
      id: 'prod-1',
      outcome: 'approved',
      by: 'Tom Becker',
      at: rig.rotation().gate?.at,
    });
    await rig.closed();
    for (const verb of ['approve', 'deny', 'withdraw', 'stop', 'look', 'leave', 'put-back']) {
      const reply = await rig.click('wei', verb, { rotation: 'prod-1', digest }, { reason: 'too late' });
      expect([verb, data(reply)]).toMatchObject([verb, { outcome: 'proved', at: rig.rotation().closed?.at, by: null }]);
    }
  });

  test('names, for a request that was denied, who denied it', async () => {
    await withChats();
    await asked();
    await rig.vote('ana', 'deny');
    expect(data(await rig.vote('tom'))).toMatchObject({ outcome: 'denied', by: 'Ana Ruiz', at: expect.any(String) });
  });

  test('says, for a request whose time is over, that it has lapsed, even before any tick has recorded that', async () => {
    await withChats();
    await asked();
    rig.clock.set(rig.clock.now() + 25 * HOUR);
    expect(data(await rig.vote('tom'))).toMatchObject({ outcome: 'lapsed', at: expect.any(String) });
  });
});

test('a bot that was off says that a request lapsed when its card said it would, not when the bot came back', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.type('mei', '/ssis rotate-master because Yearly');
  await rig.planned();
  const lapsesAt = new Date(Date.parse(rig.rotation().plannedAt ?? '') + 24 * HOUR).toISOString();
  await rig.stopBot();
  rig.clock.set(rig.clock.now() + 7 * 24 * HOUR);
  await rig.startBot();
  await rig.closed();
  const reply = await rig.vote('tom');
  const told = reply.type === 'notice' ? reply.notice.messages[0]?.data : null;
  expect(told).toMatchObject({ outcome: 'lapsed', at: lapsesAt });
});

test('what a runner refused within an hour is reported once, whatever it was refused for', async () => {
  const [slack] = await withChats();
  for (const body of ['{}', '{"v":1}', 'x'])
    await rig.post.office.toHost('sqlw01', { type: 'order', key: '0'.repeat(16), body, sig: 'A'.repeat(86) });
  await rig.pass(60_000);
  expect(slack.cards(SLACK).filter(({ kind }) => kind === 'notice').length).toBe(1);
  await rig.stopBot();
  await rig.startBot();
  await rig.pass(60_000);
  expect(slack.cards(SLACK).filter(({ kind }) => kind === 'notice').length).toBe(1);
});

describe('While a rotation is rolled back', () => {
  const noted = (id: string, language: 'en' | 'zh-CN'): string =>
    rig.chat.notes
      .flatMap(({ notice }) => notice.messages.filter((message) => message.id === id).map((one) => say(one, language)))
      .at(-1) ?? '';
  const titles = (): readonly string[] =>
    rig.chat.messages
      .flatMap(({ views }) => views)
      .filter((view) => view.kind === 'running')
      .map((view) => JSON.stringify(renderAdaptiveCard(view, 'other', 'en', 'UTC')));

  test('the notes name the certificate that comes back, and not a new one; what is put back is named after who made it', async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.approved();
    await rig.closed();
    expect(noted('note.switched', 'en')).toContain('sqlm01 presents the new certificate.');
    await rig.type('mei', '/ssis rollback prod-1 because Packages fail');
    await rig.planned('prod-2');
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
    await rig.until(() => noted('note.switched', 'en').includes('prod-1'), 60_000);
    expect(noted('note.prepared', 'en')).toContain('The certificate from before prod-1 is trusted.');
    expect(noted('note.switched', 'en')).toContain('sqlm01 presents the certificate from before prod-1.');
    expect(noted('note.prepared', 'zh-CN')).toContain('prod-1 之前的证书已受信任');
    expect(noted('note.switched', 'zh-CN')).toContain('sqlm01 已出示 prod-1 之前的证书');
    await rig.click('mei', 'stop', { rotation: 'prod-2' });
    await rig.closed('prod-2');
    await rig.pass(5_000);
    expect(titles().at(-1)).toContain("Putting prod's master certificate from prod-1 back");
  });
});
