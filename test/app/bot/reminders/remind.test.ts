import { say } from '../../../../cards/wording/index.ts';
import type { Json, Thumbprint } from '../../../../src/domain/values.ts';
import type { Reply } from '../../../../src/ports/chat.ts';
import { createFakeChat, type FakeChat } from '../fake-chat.ts';
import { type BotRig, CHANNEL, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());
const HOUR = 3_600_000;
const reminders = (): number => rig.chat.cards().filter((view) => view.kind === 'reminder').length;
const looks = (): number => rig.disk.lines.filter(({ line }) => line.entry.type === 'ordered').length;

test('several runs at once, as when day and hour coincide, post one reminder', async () => {
  rig = await createBotRig({
    farm: { reminders: { days: [45, 30, 14], at: '09:00', owner: 'mei', escalateDays: 7, snoozeDays: 7 } },
  });
  await rig.start();
  await Promise.all([rig.remind(), rig.remind(), rig.remind()]);
  await rig.pass(1_000);
  expect(reminders()).toBe(1);
  await rig.remind();
  await rig.pass(1_000);
  expect(reminders()).toBe(1);
});

test.each([
  ['has asked for already', [], null],
  ['has asked for already, and when it starts if it is approved', ['ana', 'tom'], expect.stringMatching(/T.*Z$/u)],
])('a reminder names the rotation that somebody %s', async (_, approvers, starts) => {
  rig = await createBotRig({
    farm: { reminders: { days: [45, 30, 14], at: '09:00', owner: 'mei', escalateDays: 7, snoozeDays: 7 } },
  });
  await rig.start();
  await rig.type('mei', '/ssis rotate-master at 3 days because Yearly');
  await rig.planned();
  for (const who of approvers) await rig.vote(who);
  const reminder = () => rig.chat.cards().findLast((view) => view.kind === 'reminder');
  await rig.remind();
  await rig.pass(1_000);
  expect(reminder()).toMatchObject({ open: { id: 'prod-1', by: { id: 'mei' }, starts } });
});

test('runs that only catch up look at no machine again on that day', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.remind();
  const before = looks();
  expect(before).toBe(3);
  rig.clock.set(rig.clock.now() + HOUR);
  await rig.pass(20_000);
  await rig.remind();
  expect(looks()).toBe(before);
  rig.clock.set(rig.clock.now() + 23 * HOUR);
  await rig.pass(20_000);
  await rig.remind();
  expect(looks()).toBe(before + 3);
});

test('a farm from which nothing is heard is not reminded of what nobody saw, and the run ends all the same', async () => {
  rig = await createBotRig();
  await rig.startBot();
  rig.post.faults.away = true;
  await rig.remind();
  await rig.pass(1_000);
  expect(reminders()).toBe(0);
});

describe('A reminder for two channels', () => {
  const DAY = 24 * HOUR;
  const reminders = { days: [45, 30, 14], at: '09:00', owner: 'mei', escalateDays: 7, snoozeDays: 7 };
  const channels = [
    { platform: 'web', id: CHANNEL, name: CHANNEL, language: 'en' as const },
    { platform: 'slack', id: 'C-ops', name: 'ops', language: 'en' as const },
  ];

  async function remindedOnce(): Promise<FakeChat> {
    const slack = createFakeChat('slack', ['C-ops']);
    rig = await createBotRig({ chats: [createFakeChat(), slack], farm: { reminders, channels } });
    await rig.start();
    slack.faults.away = true;
    await rig.remind();
    await rig.pass(HOUR);
    // The other channel hears besides that this one takes nothing.
    expect(rig.chat.cards().map(({ kind }) => kind)).toEqual(['reminder', 'notice']);
    return slack;
  }

  test('is posted once in each and mentions the owner, though one was away for a day and the bot was restarted meanwhile', async () => {
    const slack = await remindedOnce();
    await rig.stopBot();
    slack.faults.away = false;
    await rig.startBot();
    await rig.pass(2 * 60_000);
    await rig.remind();
    await rig.pass(2 * 60_000);
    for (const chat of rig.chats) {
      const cards = chat.messages.filter(({ views }) => views[0]?.kind === 'reminder');
      expect(cards.map(({ views }) => views.length)).toEqual([1]);
      expect(cards[0]?.posting.mention).toMatchObject([{ id: 'mei' }]);
    }
    expect(rig.state().reminded.map(({ platform }) => platform)).toEqual(['web', 'slack']);
  });

  test('is no longer posted in one that was away if the certificate has been renewed meanwhile', async () => {
    const slack = await remindedOnce();
    await rig.approved();
    await rig.closed();
    await rig.remind();
    slack.faults.away = false;
    await rig.pass(10 * 60_000);
    expect(slack.cards().map(({ kind }) => kind)).toEqual(['closed']);
  });

  test('is posted in both when they are back, even if they were away for four days', async () => {
    const slack = createFakeChat('slack', ['C-ops']);
    rig = await createBotRig({ chats: [createFakeChat(), slack], farm: { reminders, channels } });
    await rig.start();
    for (const chat of rig.chats) chat.faults.away = true;
    await rig.remind();
    await rig.pass(HOUR);
    rig.clock.set(rig.clock.now() + 4 * DAY);
    await rig.pass(60_000);
    await rig.remind();
    for (const chat of rig.chats) chat.faults.away = false;
    await rig.pass(10 * 60_000);
    for (const chat of rig.chats)
      expect(chat.messages.filter(({ views }) => views[0]?.kind === 'reminder')).toHaveLength(1);
  });

  test('is posted once, and the newest only, in one that was away while days went by', async () => {
    const slack = await remindedOnce();
    rig.clock.set(rig.clock.now() + 2 * DAY);
    await rig.pass(60_000);
    await rig.remind();
    slack.faults.away = false;
    await rig.pass(10 * 60_000);
    expect(slack.cards().map(({ kind }) => kind)).toEqual(['reminder']);
  });
});

const DAY = 24 * HOUR;
/** The certificates of the machines in memory end 40 days after the rig's clock begins. */
const policy = { days: [45, 30, 14, 7, 3, 1], at: '09:00', owner: 'mei', escalateDays: 7, snoozeDays: 5 };
const notices = (): readonly string[] =>
  rig.chat.messages
    .flatMap(({ views }) => views.flatMap((view) => (view.kind === 'notice' ? view.messages : [])))
    .map(({ id }) => id);
const reminder = () => {
  const view = rig.chat.cards().findLast((one) => one.kind === 'reminder');
  if (view?.kind !== 'reminder') throw new Error('no reminder');
  return view;
};
const words = (reply: Reply): string =>
  reply.type === 'notice' ? reply.notice.messages.map((one) => say(one, 'en')).join('\n') : '';
const mentioned = (): readonly (readonly string[])[] =>
  rig.chat.messages
    .filter(({ views }) => views[0]?.kind === 'reminder')
    .map(({ posting }) => posting.mention.map(({ id }) => id));

/** Moves the clock to the hour of the reminders that finds so many days left of the worst certificate. */
async function remindAt(daysLeft: number): Promise<void> {
  const day = Math.floor((endOfWorst() - daysLeft * DAY) / DAY) + 1;
  rig.clock.set(day * DAY + 9 * HOUR);
  await rig.pass(20_000);
  await rig.remind();
  await rig.pass(2_000);
}

function endOfWorst(): number {
  return Math.min(
    ...Object.values(rig.state().latest).flatMap(({ master, worker }) =>
      [master?.certificate, worker?.certificate].flatMap((one) => (one == null ? [] : [Date.parse(one.notAfter)])),
    ),
  );
}

async function startReminded(farm: object = {}): Promise<void> {
  rig = await createBotRig({ farm: { reminders: policy, ...farm } });
  await rig.start();
  await rig.remind();
  await rig.pass(1_000);
}

test('a threshold that is crossed in the afternoon is announced at the hour of the reminders, not by a run that catches up', async () => {
  await startReminded();
  const before = mentioned().length;
  const noon = endOfWorst() - 14 * DAY;
  for (let hour = -3; hour <= 11; hour += 1) {
    rig.clock.set(noon + hour * HOUR + 60_000);
    await rig.pass(20_000);
    await rig.remind();
    await rig.pass(2_000);
    expect([hour, mentioned().length]).toEqual([hour, before]);
  }
  rig.clock.set(noon + 21 * HOUR);
  await rig.pass(20_000);
  await rig.remind();
  await rig.pass(2_000);
  expect(mentioned().length).toBe(before + 1);
  expect(reminder().certificates[0]?.days).toBe(14);
});

describe('A reminder late in the evening that an outage across midnight swallowed', () => {
  const evening = { ...policy, at: '23:30' };

  /** Goes down before the evening that finds so many days left, and is back so many hours after its 23:30. */
  async function backAfter(hours: number, days = 14): Promise<void> {
    rig = await createBotRig({ farm: { reminders: evening } });
    await rig.start();
    await rig.remind();
    await rig.pass(1_000);
    const hour = Math.floor((endOfWorst() - days * DAY) / DAY) * DAY + 23.5 * HOUR;
    await rig.stopBot();
    rig.clock.set(hour + hours * HOUR);
    await rig.startBot();
    await rig.pass(20_000);
    await rig.remind();
    await rig.pass(2_000);
  }

  test('is caught up when the bot starts, and not said again in the evening', async () => {
    await backAfter(1);
    const before = mentioned().length;
    expect(reminder().day).toBe(new Date(rig.clock.now() - DAY).toISOString().slice(0, 10));
    await rig.remind();
    rig.clock.set(rig.clock.now() + 23.2 * HOUR);
    await rig.pass(20_000);
    await rig.remind();
    await rig.pass(2_000);
    expect(mentioned().length).toBe(before);
  });

  test('is left to the next evening once that is nearer', async () => {
    await backAfter(-1);
    const before = mentioned().length;
    await rig.stopBot();
    rig.clock.set(rig.clock.now() + 14 * HOUR);
    await rig.startBot();
    await rig.pass(20_000);
    await rig.remind();
    await rig.pass(2_000);
    expect(mentioned().length).toBe(before);
  });
});

describe('The reminder of an evening before a bot was there', () => {
  async function firstMorning(days: number): Promise<void> {
    rig = await createBotRig({ farm: { reminders: { ...policy, at: '23:30' } } });
    const stores = [...rig.world.machines.values()].flatMap(({ stores: { Root, My } }) => [
      ...Root.values(),
      ...My.values(),
    ]);
    const end = Math.min(...stores.map(({ facts }) => Date.parse(facts.notAfter)));
    rig.clock.set(Math.floor((end - days * DAY) / DAY) * DAY + 32 * HOUR);
    await rig.start();
    await rig.remind();
    await rig.pass(2_000);
  }

  test('is not caught up on its first morning, and the next one comes in the evening', async () => {
    await firstMorning(14);
    expect(reminders()).toBe(0);
    rig.clock.set(rig.clock.now() + 15.6 * HOUR);
    await rig.pass(20_000);
    await rig.remind();
    await rig.pass(2_000);
    expect(reminders()).toBe(1);
  });

  test('is posted at once if it calls the approvers', async () => {
    await firstMorning(7);
    expect(reminders()).toBe(1);
  });
});

describe('The approvers', () => {
  const ALL = ['mei', 'ana', 'tom', 'wei'];

  test('are mentioned beside the owner on each card within the days of escalation, and on none before', async () => {
    await startReminded();
    for (const days of [14, 7, 3, 1, 0]) await remindAt(days);
    expect(mentioned().slice(-5)).toEqual([['mei'], ALL, ALL, ALL, ALL]);
    expect(reminder().escalatedTo.map(({ id }) => id)).toEqual(['ana', 'tom', 'wei']);
  });

  test('are not mentioned twice a day, even by a bot that was restarted', async () => {
    await startReminded();
    await remindAt(7);
    const before = mentioned().length;
    await rig.stopBot();
    await rig.startBot();
    await rig.pass(20_000);
    await rig.remind();
    await rig.pass(2_000);
    expect(mentioned().length).toBe(before);
    await remindAt(3);
    expect(mentioned().slice(-2)).toEqual([ALL, ALL]);
  });

  test('are not mentioned while the reminder is snoozed, and again on the day the snooze is over', async () => {
    await startReminded();
    await remindAt(7);
    await rig.click('ana', 'snooze', { farm: 'prod' }, { days: '4', reason: 'The change board meets on Monday' });
    const before = mentioned().length;
    await remindAt(4);
    expect(mentioned().length).toBe(before);
    await remindAt(3);
    expect(mentioned().slice(before)).toEqual([ALL]);
  });
});

describe('A snooze', () => {
  const snooze = (who: string, days: Json, reason = 'The change board meets on Monday') =>
    rig.click(who, 'snooze', { farm: 'prod' }, { days: String(days), reason });

  test('is announced in the channels, and no reminder is posted before it is over', async () => {
    await startReminded();
    await remindAt(14);
    const before = mentioned().length;
    expect(saidOf(await snooze('ana', 5))).toEqual(['snoozed']);
    await rig.pass(1_000);
    expect(saidOf(await snooze('tom', 5))).toEqual(['status.snoozed']);
    await rig.pass(1_000);
    expect(notices()).toEqual(['told.snoozed']);
    for (let n = 0; n < 19; n += 1) await snooze('ana', 5, `Reason ${n}`);
    expect(saidOf(await snooze('ana', 5))).toEqual(['refused.too-many-requests']);
    expect(saidOf(await snooze('tom', 5))).toEqual(['snoozed']);
    expect(saidOf(await rig.type('tom', '/ssis status'))).toContain('status.snoozed');
    for (const days of [13, 12, 11, 10]) await remindAt(days);
    expect(mentioned().length).toBe(before);
    await remindAt(9);
    expect(mentioned().length).toBe(before + 1);
    expect(reminder().snooze.now).toBeNull();
    expect(saidOf(await rig.type('tom', '/ssis status'))).not.toContain('status.snoozed');
  });

  test('of one certificate leaves the next reminder to another one that is due sooner', async () => {
    await startReminded();
    const { Root, My } = rig.world.machines.get('sqlw02')?.stores ?? {};
    const [some] = Root?.values() ?? [];
    if (some === undefined) throw new Error('no certificate at all');
    const thumbprint = 'AB'.repeat(20) as Thumbprint;
    const notAfter = new Date(endOfWorst() + 33 * DAY).toISOString();
    My?.set(thumbprint, { ...some, facts: { ...some.facts, thumbprint, notAfter } });
    await remindAt(14);
    const today = Date.parse(reminder().day ?? '');
    expect(saidOf(await snooze('ana', 5))).toEqual(['snoozed']);
    const reply = await rig.type('ana', '/ssis reminders');
    const view = reply.type === 'card' && reply.view.kind === 'reminder' ? reply.view : null;
    expect(Date.parse(view?.snooze.now?.untilDay ?? '') - today).toBe(5 * DAY);
    expect(Date.parse(view?.nextWord ?? '') - today).toBe(2 * DAY);
    expect(view?.nextToApprovers).toBe(false);
    const before = mentioned().length;
    await remindAt(13);
    expect(mentioned().length).toBe(before);
    await remindAt(12);
    expect(mentioned().slice(before)).toEqual([['mei']]);
  });

  test.each([
    ['somebody asks who is neither owner nor approver', 'eli', 3, 'why not', 'refused.may-not-snooze'],
    ['no reason is given', 'ana', 3, ' \u200b', 'refused.snooze-why'],
    ['it is longer than allowed', 'ana', 6, 'why not', 'refused.snooze-too-long'],
    ['the days are no number', 'ana', 'for ever', 'why not', 'refused.snooze-too-long'],
    ['the days are negative', 'ana', -1, 'why not', 'refused.snooze-too-long'],
  ])('is refused if %s', async (_what, who, days, reason, code) => {
    await startReminded({
      people: [...['mei', 'ana', 'tom', 'wei', 'eli']].map((id) => ({
        id,
        name: id,
        accounts: { web: id },
        groups: [],
        language: 'en' as const,
        timeZone: 'UTC',
      })),
    });
    await remindAt(14);
    expect(saidOf(await snooze(who, days, reason))).toEqual([code]);
    expect(rig.state().snooze).toBeNull();
  });

  test('is refused on the last day, and if nothing is near its end', async () => {
    await startReminded({ reminders: { ...policy, days: [7] } });
    expect(saidOf(await snooze('ana', 1))).toEqual(['refused.nothing-to-snooze']);
    await remindAt(1);
    expect(saidOf(await snooze('ana', 1))).toEqual(['refused.snooze-too-late']);
  });

  test("on the last day of a worker's own certificate is refused with the request for that worker", async () => {
    await startReminded();
    const { Root, My } = rig.world.machines.get('sqlw02')?.stores ?? {};
    const [some] = Root?.values() ?? [];
    if (some === undefined) throw new Error('no certificate at all');
    const thumbprint = 'AB'.repeat(20) as Thumbprint;
    const notAfter = new Date(rig.clock.now() + 2 * DAY).toISOString();
    My?.set(thumbprint, { ...some, facts: { ...some.facts, thumbprint, notAfter } });
    rig.clock.set(rig.clock.now() + DAY + HOUR);
    await rig.pass(20_000);
    await rig.remind();
    await rig.pass(2_000);
    const reply = await snooze('ana', 1);
    expect(saidOf(reply)).toEqual(['refused.snooze-too-late']);
    expect(words(reply)).toContain('Rotate it: /ssis rotate-worker sqlw02 in prod.');
  });
});

describe('The reminder in a channel, after a rotation,', () => {
  const message = () => {
    const [first, ...others] = rig.chat.messages.filter(({ views }) => views[0]?.kind === 'reminder');
    if (first === undefined) throw new Error('no reminder');
    return { views: first.views, others };
  };

  test('says in its place, once, that it is settled, and not before the rotation is over', async () => {
    await startReminded();
    await rig.approved();
    await rig.closed();
    const before = message().views.length;
    await rig.pass(5_000);
    const { views, others } = message();
    expect(before).toBe(1);
    expect(views.slice(1)).toEqual([
      expect.objectContaining({ kind: 'notice', messages: [{ id: 'told.reminder-settled', data: { farm: 'prod' } }] }),
    ]);
    await rig.pass(10 * 60_000);
    expect(message().views).toHaveLength(2);
    expect(others).toEqual([]);
  });

  test('is what it was again if the rotation was rolled back', async () => {
    await startReminded();
    await rig.approved();
    await rig.closed();
    await rig.pass(5_000);
    expect(message().views.at(-1)?.kind).toBe('notice');
    await rig.type('mei', '/ssis rollback prod-1 because Packages fail');
    await rig.planned('prod-2');
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
    await rig.closed('prod-2');
    await rig.pass(5_000);
    expect(rig.rotation('prod-2').closed?.outcome).toBe('proved');
    const { views, others } = message();
    expect(views.map(({ kind }) => kind)).toEqual(['reminder', 'notice', 'reminder']);
    expect(views.at(-1)).toMatchObject({ certificates: (views[0] as { certificates: unknown }).certificates });
    expect(others).toEqual([]);
  });

  test('shows what is left if a worker has a certificate of its own that ends soon as well', async () => {
    rig = await createBotRig({ farm: { reminders: policy } });
    const worker = rig.world.machines.get('sqlw02');
    const [some] = rig.world.machines.get('sqlm01')?.stores.Root.values() ?? [];
    const thumbprint = worker?.settings.worker?.WorkerHttpsCertThumbprint as Thumbprint;
    if (some === undefined) throw new Error('no certificate');
    worker?.stores.My.set(thumbprint, { ...some, facts: { ...some.facts, thumbprint } });
    await rig.start();
    await rig.remind();
    await rig.pass(1_000);
    expect(reminder().certificates).toMatchObject([{ host: 'sqlm01' }, { host: 'sqlw02' }, { host: 'sqlw01' }]);
    await rig.approved();
    await rig.closed();
    await rig.pass(5_000);
    const { views, others } = message();
    expect(views).toHaveLength(2);
    expect(views[1]).toMatchObject({
      kind: 'reminder',
      certificates: [{ host: 'sqlw02', days: 15 }, { host: 'sqlm01' }, { host: 'sqlw01' }],
    });
    expect(others).toEqual([]);
  });

  test('stays as it is if the rotation was put back', async () => {
    await startReminded();
    rig.world.machines.get('sqlm01')?.faults.set('service.restart', { kind: 'fail', times: 1 });
    await rig.approved();
    await rig.closed();
    await rig.pass(5_000);
    expect(rig.rotation().closed?.outcome).toBe('put-back');
    expect(message().views).toHaveLength(1);
  });
});

describe('A reminder is about what is presented', () => {
  test('so it goes on if a rotation ended well but the master presents the old certificate again', async () => {
    await startReminded();
    const old = reminder().certificates.find(({ role }) => role === 'master')?.thumbprint;
    const machine = rig.world.machines.get('sqlm01');
    const bound = machine?.bindings ?? [];
    await rig.approved();
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('proved');
    // Somebody binds the old one again by hand; the settings name the new one.
    if (machine !== undefined) machine.bindings = bound;
    rig.clock.set(rig.clock.now() + 21 * HOUR);
    await rig.pass(20_000);
    await remindAt(14);
    expect(reminder().certificates.find(({ role }) => role === 'master')?.thumbprint).toBe(old);
    expect(mentioned().length).toBeGreaterThan(1);
  });

  test('and it stops once the new one is presented', async () => {
    await startReminded();
    const before = mentioned().length;
    await rig.approved();
    await rig.closed();
    rig.clock.set(rig.clock.now() + 21 * HOUR);
    await rig.pass(20_000);
    await rig.remind();
    await rig.pass(1_000);
    const days = (await rig.type('mei', '/ssis reminders')) as {
      view?: { certificates: { role: string; days: number }[] };
    };
    expect(days.view?.certificates.find(({ role }) => role === 'master')?.days).toBeGreaterThan(300);
    expect(mentioned().length).toBe(before);
  });
});

test('status says as of when it knows, and says of a certificate that has ended that it has', async () => {
  await startReminded();
  const status = async (): Promise<string> => words(await rig.type('mei', '/ssis status'));
  expect(await status()).toMatch(
    /next to end is sqlm01's master certificate, in \d+ days, on .*\. As of \d+ \w+ \d{4}, /u,
  );
  await remindAt(-2);
  expect(await status()).toContain("sqlm01's master certificate has ended, on ");
});

test('a reminder names the machines of which it knows nothing newer than of days ago', async () => {
  await startReminded();
  const unseen = async () => {
    const shown = await rig.type('mei', '/ssis reminders');
    return shown.type === 'card' && shown.view.kind === 'reminder' ? shown.view.unseen : null;
  };
  expect(await unseen()).toBeUndefined();
  const since = rig.state().latest.sqlm01?.at;
  rig.clock.set(rig.clock.now() + 3 * 24 * HOUR);
  expect(await unseen()).toEqual({ hosts: ['sqlm01', 'sqlw01', 'sqlw02'], since });
});

describe('reminders', () => {
  test('alone shows the card as it is now', async () => {
    await startReminded();
    expect(saidOf(await rig.type('mei', '/ssis reminders'))).toEqual(['card reminder']);
  });

  test('test posts a sample to every channel, which says so, calls nobody and changes nothing', async () => {
    const slack = createFakeChat('slack', ['C-ops']);
    rig = await createBotRig({
      chats: [createFakeChat(), slack],
      farm: {
        reminders: { ...policy, days: [7] },
        channels: [
          { platform: 'web', id: CHANNEL, name: CHANNEL, language: 'en' },
          { platform: 'slack', id: 'C-ops', name: 'ops', language: 'en' },
        ],
      },
    });
    await rig.start();
    expect(saidOf(await rig.type('ana', '/ssis reminders test'))).toEqual(['refused.no-sample']);
    await rig.remind();
    expect(saidOf(await rig.type('ana', '/ssis reminders test'))).toEqual(['sample-asked']);
    expect(saidOf(await rig.type('tom', '/ssis reminders test'))).toEqual(['refused.sample-too-soon']);
    await rig.pass(2_000);
    for (const chat of rig.chats) {
      expect(chat.cards()).toMatchObject([{ kind: 'reminder', sample: { id: 'ana' } }]);
      expect(chat.messages[0]?.posting.mention).toEqual([]);
    }
    expect(rig.state().reminding).toBeNull();
    await rig.stopBot();
    await rig.startBot();
    await rig.pass(60_000);
    for (const chat of rig.chats) expect(chat.messages.length).toBe(1);
  });
});

describe('The card says when there is still time', () => {
  const SATURDAY = { cron: '0 22 * * 6', lengthMs: 4 * HOUR, zone: 'UTC' };

  test('by the last two change windows before the end, and whether the next reminder goes to the approvers', async () => {
    await startReminded({ windows: [SATURDAY] });
    await remindAt(30);
    expect(reminder().nextToApprovers).toBe(false);
    await remindAt(14);
    const { lastWindows, nextToApprovers, certificates } = reminder();
    const [last = '', before = ''] = lastWindows ?? [];
    const end = Date.parse(certificates[0]?.notAfter ?? '');
    expect([new Date(last).getUTCDay(), Date.parse(last) - Date.parse(before)]).toEqual([6, 7 * DAY]);
    expect([Date.parse(last) < end, end - Date.parse(last) <= 7 * DAY, nextToApprovers]).toEqual([true, true, true]);
  });

  test('by what a freeze leaves of the windows', async () => {
    await startReminded({ windows: [SATURDAY] });
    await remindAt(14);
    const shown = async () => {
      const answer = await rig.type('ana', '/ssis reminders');
      return answer.type === 'card' && answer.view.kind === 'reminder' ? answer.view.lastWindows : null;
    };
    const freeze = (until: string) => rig.type('ana', `/ssis freeze prod until ${until} because Audit`);
    const [last = '', before = ''] = (await shown()) ?? [];
    const later = (from: string, hours: number) => new Date(Date.parse(from) + hours * HOUR).toISOString();
    await freeze(later(before, 1));
    expect(await shown()).toEqual([last, later(before, 1)]);
    await freeze(later(before, 4));
    expect(await shown()).toEqual([last]);
    await freeze(later(last, 4));
    expect(await shown()).toEqual([]);
  });

  test('by no window that is over, and by none if the farm has none', async () => {
    await startReminded({ windows: [SATURDAY] });
    await remindAt(0.1);
    expect((reminder().lastWindows ?? []).every((from) => Date.parse(from) + 4 * HOUR > rig.clock.now())).toBe(true);
    await rig.stop();
    await startReminded();
    expect(reminder().lastWindows).toBeNull();
  });
});
