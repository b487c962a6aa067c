import type { Desk } from '../../../../src/app/bot/desk.ts';
import { freeze } from '../../../../src/app/bot/inbox/freeze.ts';
import type { Decide } from '../../../../src/app/bot/record-together.ts';
import { initialFarmState } from '../../../../src/domain/rotation/farm-state.ts';
import type { NoticeView } from '../../../../src/domain/views/view.ts';
import { farmOf } from '../../../domain/sim.ts';
import { createFakeChat, type FakeChat } from '../fake-chat.ts';
import { type BotRig, type BotRigOptions, CHANNEL, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

async function ready(options: BotRigOptions = {}): Promise<void> {
  rig = await createBotRig(options);
  await rig.start();
}

const toldIn = (chat: FakeChat): readonly string[] =>
  chat.messages.flatMap(({ views }) =>
    views.flatMap((view) => (view.kind === 'notice' ? view.messages.map(({ id }) => id) : [])),
  );
const messageOf = async (who: string, text: string): Promise<NoticeView['messages'][number] | undefined> => {
  const reply = await rig.type(who, text);
  return reply.type === 'notice' ? reply.notice.messages[0] : undefined;
};
const said = async (who: string, text: string): Promise<readonly string[]> => saidOf(await rig.type(who, text));
const frozenEntries = (): readonly string[] =>
  rig.disk.lines.map(({ line }) => line.entry.type).filter((type) => type === 'frozen' || type === 'unfrozen');

describe('While a farm is frozen,', () => {
  test('nothing can be requested, and whoever tries reads who froze it, until when and why', async () => {
    await ready();
    const until = new Date(rig.clock.now() + 3 * DAY).toISOString();
    expect(await messageOf('tom', '/ssis freeze prod until 3 days because Year end')).toMatchObject({
      id: 'frozen',
      data: { farm: 'prod', until, before: null },
    });
    const refused = { id: 'refused.frozen', data: { farm: 'prod', by: 'Tom Becker', until, reason: 'Year end' } };
    expect(await messageOf('mei', '/ssis rotate-master because Yearly')).toMatchObject(refused);
    expect(saidOf(await rig.click('mei', 'ask', { farm: 'prod' }))).toEqual(['refused.frozen']);
    expect(saidOf(await rig.click('mei', 'request', { farm: 'prod' }, { reason: 'Yearly' }))).toEqual([
      'refused.frozen',
    ]);
    const slash = { type: 'command', person: { platform: 'web', account: 'mei' }, channel: CHANNEL } as const;
    expect(saidOf(await rig.send({ ...slash, text: 'rotate-master', canOpenForm: true }))).toEqual(['refused.frozen']);
    expect(rig.state().order).toEqual([]);
  });

  test('a plan that asks nobody is made, and warns of the freeze', async () => {
    await ready();
    await rig.type('tom', '/ssis freeze prod until tomorrow because Year end');
    await rig.type('mei', '/ssis plan rotate-master');
    await rig.until(() => rig.rotation().closed !== null && rig.rotation().posted.length === 1);
    expect(rig.rotation().closed?.outcome).toBe('planned');
    const card = rig.chat.cards().find((view) => view.kind === 'plan');
    expect(card?.kind === 'plan' ? card.warnings.map(({ id }) => id) : []).toContain('warning.frozen');
  });

  test('status and summary mention it, and the summary offers no rotation', async () => {
    await ready();
    await rig.type('tom', '/ssis freeze prod until tomorrow because Year end');
    expect(await said('mei', '/ssis status')).toContain('status.frozen');
    const summary = await rig.type('mei', '/ssis');
    expect(saidOf(summary)).toContain('status.frozen');
    expect(summary.type === 'notice' ? summary.notice.actions : null).toEqual([]);
  });

  test('the freeze ends by itself at its time, without a message', async () => {
    await ready();
    await rig.type('tom', '/ssis freeze prod until 2 hours because Year end');
    await rig.pass(2 * HOUR - 60_000);
    expect(await said('mei', '/ssis rotate-master because Yearly')).toEqual(['refused.frozen']);
    await rig.pass(61_000);
    expect(await said('mei', '/ssis status')).not.toContain('status.frozen');
    expect(await said('mei', '/ssis rotate-master because Yearly')).toEqual(['looking']);
    expect(toldIn(rig.chat)).toEqual(['told.frozen']);
    expect(await said('tom', '/ssis unfreeze prod')).toEqual(['refused.not-frozen']);
  });

  test('somebody can end the freeze, and requests are taken again', async () => {
    await ready();
    expect(await said('tom', '/ssis unfreeze prod')).toEqual(['refused.not-frozen']);
    await rig.type('tom', '/ssis freeze prod until tomorrow because Year end');
    expect(await said('ana', '/ssis unfreeze prod because Done early')).toEqual(['unfrozen']);
    expect(await said('mei', '/ssis rotate-master because Yearly')).toEqual(['looking']);
  });

  test('a bot that was killed knows of the freeze when it is back', async () => {
    await ready();
    await rig.type('tom', '/ssis freeze prod until tomorrow because Year end');
    await rig.until(() => toldIn(rig.chat).length === 1);
    await rig.stopBot();
    await rig.startBot();
    await rig.pass(5_000);
    expect(await said('mei', '/ssis rotate-master because Yearly')).toEqual(['refused.frozen']);
    expect(toldIn(rig.chat)).toEqual(['told.frozen']);
  });
});

describe('A request that is open when a farm is frozen', () => {
  async function waiting(): Promise<void> {
    await ready();
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.planned();
  }

  test('stays open; the approval that would start it is refused because of the freeze, and counts if given later', async () => {
    await waiting();
    expect(await said('wei', '/ssis freeze prod until 10 minutes because Year end')).toEqual([
      'frozen',
      'freeze.waits',
    ]);
    expect(saidOf(await rig.vote('ana'))).toEqual(['approved']);
    const refused = await rig.vote('tom');
    expect(saidOf(refused)).toEqual(['refused.frozen-vote']);
    expect(rig.rotation()).toMatchObject({ gate: null, closed: null });
    expect(rig.rotation().votes.length).toBe(1);
    await rig.pass(601_000);
    expect(saidOf(await rig.vote('tom'))).toEqual(['approved']);
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });

  test('has a card that says so while the freeze lasts, and does not promise that it begins at once', async () => {
    await waiting();
    const asked = () => {
      const card = rig.chat.cards().at(0);
      return card?.kind === 'plan' ? card : undefined;
    };
    const warned = (): boolean => asked()?.warnings.some(({ id }) => id === 'warning.frozen') === true;
    const until = new Date(rig.clock.now() + 600_000).toISOString();
    await rig.type('wei', '/ssis freeze prod until 10 minutes because Year end');
    await rig.until(warned);
    expect(asked()?.when.frozenUntil).toBe(until);
    await rig.pass(605_000);
    expect(warned()).toBe(false);
    expect(asked()?.when).not.toHaveProperty('frozenUntil');
  });

  test('names the freeze that moves it to a later window, while that lasts', async () => {
    await ready({ farm: { windows: [{ cron: '0 22 * * *', lengthMs: 4 * HOUR, zone: 'UTC' }] } });
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.planned();
    const asked = () => {
      const card = rig.chat.cards().at(0);
      return card?.kind === 'plan' ? card : undefined;
    };
    const warned = () => asked()?.warnings.filter(({ id }) => id.startsWith('warning.frozen')) ?? [];
    await rig.until(() => asked() !== undefined);
    const before = asked()?.when.from ?? '';
    const until = new Date(rig.clock.now() + 2 * DAY).toISOString();
    const told = ['frozen', 'freeze.yields'];
    expect(await said('wei', '/ssis freeze prod until 2 days because Year end')).toEqual(told);
    await rig.until(() => warned().length > 0);
    expect(warned()).toEqual([{ id: 'warning.frozen-moves', data: { by: 'Wei Zhang', until } }]);
    expect((asked()?.when.from ?? '') >= until && before < until).toBe(true);
    await rig.type('wei', '/ssis unfreeze prod');
    await rig.until(() => warned().length === 0);
    expect(asked()?.when.from).toBe(before);
  });

  test('says nothing of a freeze that ends before its window', async () => {
    await ready({ farm: { windows: [{ cron: '0 22 * * *', lengthMs: 4 * HOUR, zone: 'UTC' }] } });
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.planned();
    await rig.type('wei', '/ssis freeze prod until 1 minutes because Year end');
    await rig.pass(3_000);
    const card = rig.chat.cards().at(0);
    expect(card?.kind === 'plan' ? card.warnings.filter(({ id }) => id.startsWith('warning.frozen')) : null).toEqual(
      [],
    );
  });

  test('may be denied', async () => {
    await waiting();
    await rig.type('wei', '/ssis freeze prod until tomorrow because Year end');
    expect(saidOf(await rig.vote('ana', 'deny'))).toEqual(['denied']);
    expect(rig.rotation().closed?.outcome).toBe('denied');
  });

  test('is not touched once it runs', async () => {
    await ready();
    await rig.approved();
    expect(await said('wei', '/ssis freeze prod until tomorrow because Year end')).toEqual(['frozen', 'freeze.runs']);
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });
});

describe('A freeze', () => {
  test('may be set and ended by approvers only; others are refused, and told whom to ask', async () => {
    await ready();
    expect(await messageOf('mei', '/ssis freeze prod until tomorrow because I can')).toMatchObject({
      id: 'refused.may-not-freeze',
      data: { farm: 'prod', others: ['Ana Ruiz', 'Tom Becker', 'Wei Zhang'] },
    });
    await rig.type('tom', '/ssis freeze prod until tomorrow because Year end');
    expect(await said('mei', '/ssis unfreeze prod')).toEqual(['refused.may-not-freeze']);
    for (const half of ['freeze', 'freeze prod', 'freeze prod until tomorrow'])
      expect(await said('mei', `/ssis ${half}`)).toEqual(['refused.may-not-freeze']);
    expect(await said('tom', '/ssis freeze prod')).toEqual(['wrong.freeze-until']);
    expect(await said('eve', '/ssis unfreeze prod')).toEqual(['refused.unknown-person']);
    expect(await said('tom', '/ssis freeze test until tomorrow because Year end')).toEqual(['refused.unknown-farm']);
    expect(frozenEntries()).toEqual(['frozen']);
  });

  test.each([
    ['2020-01-01', 'refused.when-past'],
    ['100 days', 'refused.when-too-far'],
    ['tomorrow 08:00 Mars/Olympus', 'refused.when-unknown-zone'],
    ['next week', 'refused.when-unreadable'],
    ['2026-02-30', 'refused.when-no-such-day'],
  ])('until %s is refused with %s and a time that would do', async (until, id) => {
    await ready();
    const answer = await messageOf('tom', `/ssis freeze prod until ${until} because Year end`);
    expect(answer).toMatchObject({ id, data: { would: expect.any(String) } });
    expect(await said('tom', `/ssis freeze prod until ${answer?.data.would} because Year end`)).toEqual(['frozen']);
  });

  test('goes by the clock of whoever sets it', async () => {
    await ready({
      farm: {
        people: [
          { id: 'ana', name: 'Ana Ruiz', accounts: { web: 'ana' }, groups: [], language: 'en', timeZone: 'Asia/Tokyo' },
        ],
      },
    });
    await rig.type('ana', '/ssis freeze prod until tomorrow 08:00 because Year end');
    expect(rig.state().freeze?.until.slice(11, 16)).toBe('23:00');
  });
});

describe('The channels of a farm', () => {
  const SLACK = 'C-ops';
  async function both(): Promise<FakeChat> {
    const slack = createFakeChat('slack', [SLACK]);
    await ready({
      chats: [createFakeChat(), slack],
      farm: {
        channels: [
          { platform: 'web', id: CHANNEL, name: CHANNEL, language: 'en' as const },
          { platform: 'slack', id: SLACK, name: 'ops', language: 'zh-CN' as const },
        ],
      },
    });
    return slack;
  }

  test('are told of each change to a freeze once', async () => {
    const slack = await both();
    await rig.type('tom', '/ssis freeze prod until tomorrow because Year end');
    await rig.pass(3_000);
    await rig.type('ana', '/ssis freeze prod until 2 days because Audit');
    await rig.pass(3_000);
    await rig.type('ana', '/ssis unfreeze prod');
    await rig.pass(3_000);
    for (const chat of rig.chats) expect(toldIn(chat)).toEqual(['told.frozen', 'told.frozen', 'told.unfrozen']);
    const [, second] = slack.messages.flatMap(({ views }) => views);
    expect(second).toMatchObject({ messages: [{ data: { by: 'Ana Ruiz', before: expect.any(String) } }] });
    expect(slack.messages.every(({ posting }) => posting.mention.length === 0)).toBe(true);
  });

  test('that were away are told how things are now, and nothing that is over', async () => {
    const slack = await both();
    slack.faults.away = true;
    await rig.type('tom', '/ssis freeze prod until tomorrow because Year end');
    await rig.pass(60_000);
    await rig.type('ana', '/ssis freeze prod until 2 hours because Audit');
    await rig.pass(60_000);
    slack.faults.away = false;
    await rig.pass(60_000);
    expect(toldIn(rig.chat)).toEqual(['told.frozen', 'told.frozen']);
    expect(toldIn(slack)).toEqual(['told.frozen']);
    slack.faults.away = true;
    await rig.type('ana', '/ssis freeze prod until 3 hours because Audit');
    await rig.pass(4 * HOUR);
    slack.faults.away = false;
    await rig.pass(60_000);
    expect(toldIn(slack)).toEqual(['told.frozen']);
  });

  test('are told of a freeze once, even if the bot was killed between posting and recording it', async () => {
    await both();
    let killed = false;
    rig.chat.faults.at = (when, call) => {
      if (when !== 'after' || call !== 'post' || killed) return;
      killed = true;
      void rig.stopBot();
    };
    await rig.type('tom', '/ssis freeze prod until tomorrow because Year end');
    await rig.until(() => killed && !rig.isUp());
    rig.chat.faults.at = null;
    await rig.startBot();
    await rig.pass(10_000);
    for (const chat of rig.chats) expect(toldIn(chat)).toEqual(['told.frozen']);
  });

  test('hear once of two who freeze it alike at the same time, and both read that it is frozen', async () => {
    await ready();
    const text = '/ssis freeze prod until 3 hours because Audit';
    expect(await Promise.all([said('tom', text), said('ana', text)])).toEqual([['frozen'], ['status.frozen']]);
    await rig.pass(20_000);
    expect(toldIn(rig.chat)).toEqual(['told.frozen']);
  });

  test('are not told again of a freeze that is still being written, and whoever asks reads of that one', async () => {
    const farm = farmOf();
    const [tom, ana] = farm.approval.approvers.map((id) => farm.people.find((one) => one.id === id));
    if (tom === undefined || ana === undefined) throw new Error('there are no two approvers');
    const now = Date.parse('2026-11-24T12:00:00.000Z');
    const by = { id: tom.id, name: tom.name };
    const frozen = { until: '2026-11-24T15:00:00.000Z', by, reason: 'Audit', at: '2026-11-24T12:00:00.000Z' };
    const desk = {
      ...{ farm, moment: () => ({ now }), state: () => initialFarmState },
      commit: async <T>(decide: Decide<T>) => decide({ ...initialFarmState, freeze: frozen }).answer,
    } as unknown as Desk;
    const reply = await freeze(desk, ana, { until: '3 hours', reason: 'Audit' });
    const told = { id: 'status.frozen', data: { farm: farm.name, by: tom.name, until: frozen.until, reason: 'Audit' } };
    expect(reply).toMatchObject({ notice: { messages: [told] } });
  });

  test('hear nothing of what is so already, nor of more than twenty changes of one person in an hour', async () => {
    await ready();
    expect(await said('tom', '/ssis freeze prod until 3 hours because Audit')).toEqual(['frozen']);
    await rig.pass(20_000);
    expect(await messageOf('ana', '/ssis freeze prod until 3 hours because Audit')).toMatchObject({
      id: 'status.frozen',
      data: { by: 'Tom Becker' },
    });
    expect(await said('ana', '/ssis freeze prod until 3 hours because Year end')).toEqual(['frozen']);
    for (let n = 0; n < 10; n += 1) {
      await rig.type('tom', '/ssis unfreeze prod');
      await rig.type('tom', `/ssis freeze prod until 3 hours because Audit ${n}`);
    }
    const before = frozenEntries().length;
    expect(before).toBe(21);
    expect(await messageOf('tom', '/ssis freeze prod until 3 hours because Once more')).toMatchObject({
      id: 'refused.too-many-requests',
      data: { limit: 20 },
    });
    await rig.stopBot();
    await rig.startBot();
    expect(frozenEntries().length).toBe(before);
    expect(await said('ana', '/ssis freeze prod until 3 hours because Year end')).toEqual(['frozen']);
    expect(await said('tom', '/ssis unfreeze prod')).toEqual(['refused.too-many-requests']);
    expect(await said('ana', '/ssis unfreeze prod')).toEqual(['unfrozen']);
    await rig.pass(HOUR);
    expect(await said('tom', '/ssis freeze prod until 3 hours because Audit')).toEqual(['frozen']);
  });
});
