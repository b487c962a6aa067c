import {
  CHANNEL,
  cardOf,
  GROUP,
  inChannel,
  invoke,
  LOCALE,
  message,
  PEOPLE,
  planView,
  posting,
  type Rig,
  said,
  sleep,
  startRig,
  TEAM,
} from './support.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
  rig.bot.reply = async () => ({ type: 'nothing', locale: LOCALE });
  await rig.type('mei', 'status', inChannel);
  rig.heard.splice(0);
  rig.bot.reply = async () => said('help.intro');
});
const closing: Rig[] = [];
afterEach(async () => {
  for (const one of [rig, ...closing.splice(0)]) await one.close();
});

const accountOf = (at: number): string => `44444444-4444-4444-4444-${String(at).padStart(12, '0')}`;
const crowd = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    ...PEOPLE.ana,
    id: `29:${at}`,
    name: `person ${at}`,
    aadObjectId: accountOf(at),
  }));
const rosterCalls = (from: number): readonly string[] =>
  rig.service.calls.slice(from).filter((call) => /members/u.test(call));

describe('people who see a card of their own', () => {
  test('are looked up together, even if most of the farm file is not in the conversation', async () => {
    const before = rig.service.calls.length;
    const others = Array.from({ length: 150 }, (_, at) => ({ account: accountOf(at), reader: 'other' as const }));
    const readers = [
      { account: PEOPLE.mei.aadObjectId, reader: 'requester' as const },
      { account: PEOPLE.ana.aadObjectId, reader: 'approver' as const },
      ...others,
      { account: PEOPLE.tom.aadObjectId, reader: 'other' as const },
    ];
    await rig.chat().post(CHANNEL, planView(), posting({ readers }));
    expect(cardOf(rig.stood(CHANNEL)[0]?.body).refresh?.userIds).toEqual(['29:mei', '29:ana', '29:tom']);
    expect(rosterCalls(before).length).toBeLessThanOrEqual(1);
  });

  test('come in the order of the posting: requester and approvers before all others', async () => {
    const many = crowd(100);
    rig.service.rosters.set(TEAM, [...many, PEOPLE.ana, PEOPLE.mei]);
    await rig.restart();
    const readers = [
      { account: PEOPLE.mei.aadObjectId, reader: 'requester' as const },
      { account: PEOPLE.ana.aadObjectId, reader: 'approver' as const },
      ...many.map(({ aadObjectId }) => ({ account: aadObjectId, reader: 'other' as const })),
    ];
    await rig.chat().post(CHANNEL, planView(), posting({ readers }));
    const shown = cardOf(rig.stood(CHANNEL)[0]?.body).refresh?.userIds ?? [];
    expect(shown).toHaveLength(60);
    expect(shown.slice(0, 3)).toEqual(['29:mei', '29:ana', '29:0']);
  });
});

describe('a team too large for one page of the roster', () => {
  test('holds nobody up: a person whom no page names in time is asked about alone', async () => {
    rig.service.rosters.set(TEAM, [...crowd(1_200), PEOPLE.ana]);
    await rig.restart();
    let go = (): void => {};
    const until = new Promise<void>((resolve) => {
      go = resolve;
    });
    rig.service.hold(/pagedmembers/u, 2, until);
    const { body } = await rig.press('ana', 'approve', {}, inChannel);
    go();
    expect([rig.heard.length, JSON.stringify(body)]).toEqual([1, expect.not.stringContaining('could not be checked')]);
  });

  test('is read page by page, and its last member can vote like its first', async () => {
    const many = crowd(1_200);
    rig.service.rosters.set(TEAM, many);
    await rig.restart();
    const before = rig.service.calls.length;
    for (const from of [many[0], many[1_199]])
      await rig.deliver(invoke(rig.service, 'ana', 'approve', {}, { ...inChannel, from }));
    expect(rig.heard).toHaveLength(2);
    const paged = rosterCalls(before).filter((call) => call.endsWith('pagedmembers'));
    expect(paged).toEqual(Array.from({ length: 3 }, () => `GET /teams/v3/conversations/${TEAM}/pagedmembers`));
    expect(rosterCalls(before).length).toBeLessThanOrEqual(4);
  });
});

describe('a shared channel', () => {
  test('has members who are not in its team and may vote, unless they are of another organisation', async () => {
    rig.service.rosters.set(TEAM, [PEOPLE.mei]);
    rig.service.rosters.set(CHANNEL, [PEOPLE.mei, PEOPLE.ana, PEOPLE.outside]);
    await rig.restart();
    await rig.press('ana', 'approve', {}, inChannel);
    expect(rig.heard).toHaveLength(1);
    expect((await rig.press('outside', 'approve', {}, inChannel)).body.value).toMatch(/not of this organisation/u);
    expect((await rig.press('gone', 'approve', {}, inChannel)).body.value).toMatch(/not a member here/u);
    expect(rig.heard).toHaveLength(1);
  });
});

describe('when people come and go', () => {
  const update = (more: object): object =>
    message(rig.service, 'mei', '', { type: 'conversationUpdate', text: undefined, ...more });

  test('a person whom Teams reports as gone has no vote from then on, even just after voting', async () => {
    await rig.press('ana', 'approve');
    expect(rig.heard).toHaveLength(1);
    const staying = (rig.service.rosters.get(GROUP) ?? []).filter(({ id }) => id !== '29:ana');
    rig.service.rosters.set(GROUP, staying);
    await rig.deliver(update({ membersRemoved: [{ id: '29:ana' }] }));
    const { body } = await rig.press('ana', 'approve');
    expect(rig.heard).toHaveLength(1);
    expect(body.value).toMatch(/deactivated/u);
  });

  test('a person who was just added is known', async () => {
    await rig.press('gone', 'approve');
    expect(rig.heard).toHaveLength(0);
    rig.service.rosters.set(GROUP, [...(rig.service.rosters.get(GROUP) ?? []), PEOPLE.gone]);
    await rig.deliver(update({ membersAdded: [{ id: '29:gone' }] }));
    await rig.press('gone', 'approve');
    expect(rig.heard).toHaveLength(1);
  });

  test.each([
    ['', 0],
    [', even if the clock is set back', -3_600_000],
  ])('a roster is trusted for no more than a minute%s', async (_when, ms) => {
    let now = Date.now();
    let offMs = 0;
    const late = await startRig({ clock: { now: () => now + offMs, steady: () => now, sleep } });
    closing.push(late);
    await late.press('ana', 'approve');
    const staying = (late.service.rosters.get(GROUP) ?? []).filter(({ id }) => id !== '29:ana');
    late.service.rosters.set(GROUP, staying);
    now += 61_000;
    offMs += ms;
    await late.press('ana', 'approve');
    expect(late.heard).toHaveLength(1);
  });
});
