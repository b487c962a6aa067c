import { say } from '../../../../cards/wording/index.ts';
import type { PlanView } from '../../../../src/domain/views/view.ts';
import { createFakeChat, type FakeChat } from '../fake-chat.ts';
import { type BotRig, type BotRigOptions, createBotRig, saidOf } from '../rig.ts';

const FIVE_MINUTES = 300_000;

let rig: BotRig;
afterEach(() => rig.stop());

interface Slack {
  readonly chat: FakeChat;
  /** Accounts in the user group; null: it cannot be asked. */
  members: readonly string[] | null;
  answersAfterMs: number;
  readonly asked: string[];
}

function slackWith(members: Slack['members']): Slack {
  const asked: string[] = [];
  const slack: Slack = {
    members,
    answersAfterMs: 0,
    asked,
    chat: {
      ...createFakeChat('slack', []),
      group: async (id) => {
        asked.push(id);
        if (slack.answersAfterMs > 0) await rig.clock.sleep(slack.answersAfterMs);
        return slack.members;
      },
    },
  };
  return slack;
}

/** Ana is the only approver in the farm file; Slack's user group S0DBA feeds the group. */
async function withFed(slack: Slack, more: BotRigOptions['farm'] = {}): Promise<void> {
  rig = await createBotRig({
    chats: [createFakeChat(), slack.chat],
    farm: {
      groups: [
        { id: 'sql-approvers', slack: 'S0DBA' },
        { id: 'operators', slack: null },
      ],
      approval: { quorum: 2, approvers: ['ana'], groups: ['sql-approvers'], lapsesAfterMs: 86_400_000 },
      ...more,
    },
  });
  await rig.start();
}

const approve = async (who: string): Promise<readonly string[]> => saidOf(await rig.vote(who));
const ask = async (): Promise<void> => {
  await rig.type('mei', '/ssis rotate-master');
  await rig.planned();
};

test('Members of the user group may approve, as may those in the farm file', async () => {
  await withFed(slackWith(['U-tom', 'u-wei']));
  await ask();
  expect(rig.rotation().plan?.header.approval.approvers.map(({ id }) => id)).toEqual(['ana', 'tom', 'wei']);
  expect(await approve('ana')).toEqual(['approved']);
  expect(await approve('tom')).toEqual(['approved']);
});

test('Members whom the farm file does not know get no vote, and are logged once', async () => {
  await withFed(slackWith(['U-tom', 'U-somebody']));
  await rig.pass(2 * FIVE_MINUTES);
  const told = rig.warnings.filter((one) => JSON.stringify(one).includes('U-somebody'));
  expect(told.length).toBe(1);
  await ask();
  expect(saidOf(await rig.click('U-somebody', 'approve', {}, {}, 'slack'))).toEqual(['refused.unknown-person']);
});

test('The user group is asked at the start and every five minutes; other groups are never asked', async () => {
  const slack = slackWith(['U-tom']);
  await withFed(slack);
  await rig.pass(2 * FIVE_MINUTES + 1000);
  expect(slack.asked).toEqual(['S0DBA', 'S0DBA', 'S0DBA']);
});

test('Somebody who has left the user group may not approve any more; an open plan stays open, and admits nobody new', async () => {
  const slack = slackWith(['U-tom']);
  await withFed(slack);
  await ask();
  slack.members = ['U-wei'];
  await rig.pass(FIVE_MINUTES);
  expect(await approve('tom')).toEqual(['refused.not-an-approver']);
  expect(await approve('wei')).toEqual(['refused.not-an-approver']);
  expect(await approve('ana')).toEqual(['approved']);
});

test('The approval of somebody who has since left the user group starts nothing, and the card says why', async () => {
  const slack = slackWith(['U-tom', 'U-wei']);
  await withFed(slack);
  await ask();
  expect(await approve('tom')).toEqual(['approved']);
  slack.members = ['U-wei'];
  await rig.pass(FIVE_MINUTES);
  const card = () => rig.chat.cards().at(-1);
  await rig.until(() => JSON.stringify(card()).includes('gone'));
  expect(card()).toMatchObject({ kind: 'plan', votes: [{ by: { id: 'tom' }, gone: true }], needed: 2 });
  expect(await approve('wei')).toEqual(['approved']);
  await rig.pass(60_000);
  expect(rig.rotation()).toMatchObject({ gate: null, closed: null });
  expect(card()).toMatchObject({ kind: 'plan', needed: 1, mayApprove: [{ id: 'ana' }] });
  expect(await approve('ana')).toEqual(['approved']);
  await rig.until(() => rig.rotation().gate !== null);
  await rig.until(() => card()?.kind === 'running');
  expect(card()).toMatchObject({ approvedBy: [{ id: 'wei' }, { id: 'ana' }] });
});

test('A user group that cannot be asked keeps its last known members, and is asked again soon', async () => {
  const slack = slackWith(['U-tom']);
  await withFed(slack);
  slack.members = null;
  await rig.pass(FIVE_MINUTES + 1000);
  const asked = slack.asked.length;
  await rig.pass(31_000);
  expect(slack.asked.length).toBe(asked + 1);
  await ask();
  expect(await approve('tom')).toEqual(['approved']);
});

test('While a user group has not answered since the start, only those in the farm file count, and a quorum beyond them is refused with the name of the group', async () => {
  const slack = slackWith(null);
  await withFed(slack);
  const refused = await rig.type('mei', '/ssis rotate-master');
  const data = { able: ['Ana Ruiz'], missing: 1, unread: ['sql-approvers'] };
  expect(refused).toMatchObject({ notice: { messages: [{ id: 'refused.quorum-unreachable', data }] } });
  const [message] = refused.type === 'notice' ? refused.notice.messages : [];
  const words = message === undefined ? '' : say(message, 'en');
  expect(words).toContain('Slack has not said yet who is in sql-approvers: ask again in a minute.');
  expect(words).not.toContain('farm file');
  slack.members = ['U-tom'];
  await rig.pass(31_000);
  await ask();
  expect(await approve('tom')).toEqual(['approved']);
});

describe('An approved request that waits for its window, with a vote from a member of a user group,', () => {
  const MINUTE = 60_000;
  /** The clock begins at 12:00. */
  const windows = [{ cron: '20 12 * * *', lengthMs: 30 * MINUTE, zone: 'UTC' }];
  const waiting = async (slack: Slack): Promise<void> => {
    await withFed(slack, { windows });
    await ask();
    await approve('ana');
    await approve('tom');
    await rig.until(() => rig.rotation().start !== null);
  };
  const restarted = async (): Promise<void> => {
    await rig.stopBot();
    await rig.startBot();
  };

  test('survives a restart of the bot, which does not know at once who is in the group', async () => {
    const slack = slackWith(['U-tom']);
    await waiting(slack);
    await rig.stopBot();
    // its start comes while it is away
    await rig.clock.sleep(25 * MINUTE);
    slack.answersAfterMs = 5000;
    rig.post.wipe();
    await rig.startBot();
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });

  test('waits for that member to be seen again if Slack does not answer the restarted bot', async () => {
    const slack = slackWith(['U-tom']);
    await waiting(slack);
    slack.members = null;
    await restarted();
    await rig.pass(25 * MINUTE);
    expect(rig.rotation()).toMatchObject({ closed: null, begunAt: null });
    const waits = () => (rig.chat.cards().at(-1) as PlanView).when.waits;
    expect(waits()?.obstacle).toMatchObject({
      mark: 'start',
      why: { id: 'why.refused', data: { code: 'ApproverUnseen', data: { names: ['Tom Becker'] } } },
    });
    slack.members = ['U-tom'];
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });

  test('is closed if Slack says that the member has left the group', async () => {
    const slack = slackWith(['U-tom']);
    await waiting(slack);
    slack.members = ['U-wei'];
    await restarted();
    await rig.closed();
    expect(rig.rotation().closed?.data).toMatchObject({ code: 'ApproverGone', names: ['Tom Becker'] });
  });

  test('is closed if its window ends before Slack answers, and never begins on a vote that nobody could check', async () => {
    const slack = slackWith(['U-tom']);
    await waiting(slack);
    slack.members = null;
    await restarted();
    await rig.closed('prod-1', 60 * MINUTE);
    expect(rig.rotation()).toMatchObject({
      begunAt: null,
      closed: { data: { code: 'StartMissed', names: ['Tom Becker'] } },
    });
  });

  test('is closed for the silence of Slack, not for a clock that was put right before its window ended', async () => {
    const slack = slackWith(['U-tom']);
    await waiting(slack);
    slack.members = null;
    await restarted();
    for (const name of Object.keys(rig.skewMs)) rig.skewMs[name] = 120 * MINUTE;
    await rig.pass(25 * MINUTE);
    expect(rig.rotation().start?.checks.start?.refused).toMatchObject({ code: 'BotClockOff' });
    for (const name of Object.keys(rig.skewMs)) rig.skewMs[name] = 0;
    await rig.closed('prod-1', 60 * MINUTE);
    expect(rig.rotation().closed?.data).toMatchObject({ code: 'StartMissed', names: ['Tom Becker'] });
    expect(rig.rotation().closed?.data).not.toHaveProperty('clocks');
  });
});

test('Of two user groups the one that has not answered is named, and not the one that has', async () => {
  const slack = slackWith(['U-tom']);
  const group: FakeChat['group'] = async (id) => (id === 'S0DBA' ? slack.members : null);
  const chat = { ...slack.chat, group };
  await withFed(
    { ...slack, chat },
    {
      groups: [
        { id: 'sql-approvers', slack: 'S0DBA' },
        { id: 'night', slack: 'S0NIGHT' },
      ],
      approval: { quorum: 3, approvers: ['ana'], groups: ['sql-approvers', 'night'], lapsesAfterMs: 86_400_000 },
    },
  );
  const data = { able: ['Ana Ruiz', 'Tom Becker'], missing: 1, unread: ['night'] };
  const refused = await rig.type('mei', '/ssis rotate-master');
  expect(refused).toMatchObject({ notice: { messages: [{ id: 'refused.quorum-unreachable', data }] } });
});

test('a card that is drawn before Slack has named the members says so, and no more once they are named', async () => {
  const slack = slackWith(['U-tom', 'u-wei']);
  await withFed(slack);
  await ask();
  const plan = () => rig.chat.cards().findLast((one): one is PlanView => one.kind === 'plan');
  expect(plan()).not.toHaveProperty('unread');
  await rig.stopBot();
  slack.members = null;
  await rig.startBot();
  await rig.until(() => plan()?.unread !== undefined, 120_000);
  expect(plan()).toMatchObject({ needed: 2, mayApprove: [{ id: 'ana' }], unread: ['sql-approvers'] });
  slack.members = ['U-tom', 'u-wei'];
  await rig.until(() => plan()?.unread === undefined, 2 * FIVE_MINUTES);
  expect(plan()?.mayApprove.map(({ id }) => id)).toEqual(['ana', 'tom', 'wei']);
});
