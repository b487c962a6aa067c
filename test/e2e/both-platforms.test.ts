import { jest } from '@jest/globals';
import { expectNew, settled } from './ends.ts';
import { FARM_IN_BOTH, openPlatforms, type Platforms, SLACK_CHANNEL, until } from './platforms.ts';
import { type E2e, openLab, startE2e } from './rig.ts';
import { worldOf } from './world.ts';

jest.setTimeout(300_000);

let lab: Awaited<ReturnType<typeof openLab>>;
let chats: Platforms;
let rig: E2e;

beforeEach(async () => {
  lab = await openLab();
  chats = await openPlatforms();
  rig = await startE2e(lab.lab, { farm: FARM_IN_BOTH, chats: () => chats.chats });
  await chats.inTeams.join();
});
afterEach(async () => {
  await rig.stop();
  await chats.close();
  await lab.end();
});

const slackMessages = () => chats.slack.channels.get(SLACK_CHANNEL)?.messages ?? [];
const slackCard = (): string => JSON.stringify(chats.inSlack.cards().at(-1) ?? '');
/** The newest state of every message that has been a card. */
const teamsCards = (): readonly string[] =>
  chats.inTeams.messages().flatMap((one) => {
    const words = JSON.stringify(one.body);
    return words.includes('prod-1') && /AdaptiveCard/u.test(words) && isCard(words) ? [words] : [];
  });
/** A card has a header with its state; a note below it has none. */
const isCard = (words: string): boolean => words.includes('"bleed":true');
const teamsCard = (): string => teamsCards().at(-1) ?? '';

const bothOpen = (): Promise<void> =>
  until(() => slackCard().includes('"approve"') && teamsCard().includes('"approve"'), 30_000);
const ended = async (): Promise<void> => {
  await rig.until(() => rig.rotation().closed !== null);
  expect(rig.rotation().closed?.outcome).toBe('proved');
};
/** Only a closed card says how its end is known. */
const isClosed = (card: string): boolean => /how we know/iu.test(card) && !card.includes('"stop"');
const bothProved = (): Promise<void> => until(() => isClosed(slackCard()) && isClosed(teamsCard()), 60_000);

test('a request in Slack, approved once in Teams and once in Slack, is one rotation, and both cards end as proved', async () => {
  await settled(lab.lab);
  const before = worldOf(lab.lab);
  await chats.inSlack.type('mei', 'rotate-master prod because Yearly renewal');
  await rig.planned();
  await bothOpen();
  for (const card of [slackCard(), teamsCard()]) expect(card).toContain('Yearly renewal');
  await chats.inTeams.execute('ana', 'approve');
  await until(() => /1 of 2/iu.test(slackCard()) && /1 of 2/iu.test(teamsCard()));
  await chats.inSlack.click('tom', 'approve');
  await ended();
  await bothProved();

  expect(rig.rotation().votes.map(({ by, platform }) => [by.id, platform])).toEqual([
    ['ana', 'teams'],
    ['tom', 'slack'],
  ]);
  await expectNew(lab.lab, { ...rig, chat: null }, before);
  expect(chats.inSlack.cards().length).toBe(1);
  expect(teamsCards().length).toBe(1);

  // The end is also a message of its own, in the thread, that mentions the requester.
  const thread = () => slackMessages().filter((one) => one.thread_ts === chats.inSlack.card().ts);
  await until(() => thread().some((one) => JSON.stringify(one).includes('<@U0MEI>')));
  await until(() =>
    chats.inTeams
      .messages()
      .some((one) => JSON.stringify(one.body).includes('<at>Mei Lin</at>') && !isCard(JSON.stringify(one.body))),
  );
});

test('with Teams away from the first approval to the end, the work continues, and then one update shows the end there', async () => {
  await chats.inSlack.type('mei', 'rotate-master prod because Yearly renewal');
  await rig.planned();
  await bothOpen();
  const edits = (): number => chats.inTeams.messages().reduce((sum, one) => sum + one.edits, 0);
  const before = edits();
  chats.down('teams', true);
  await chats.inSlack.click('ana', 'approve');
  await chats.inSlack.click('tom', 'approve');
  await ended();
  await until(() => isClosed(slackCard()));
  expect(edits()).toBe(before);
  expect(teamsCard()).toContain('"approve"');
  chats.down('teams', false);
  await bothProved();
  expect(edits()).toBe(before + 1);
  expect(teamsCards().length).toBe(1);
});

test('with Slack away at a request in Teams and back at the end, Slack gets one card, with the end on it', async () => {
  chats.down('slack', true);
  await chats.inTeams.type('mei', 'rotate-master prod because Yearly renewal');
  await rig.planned();
  await until(() => teamsCard().includes('"approve"'), 30_000);
  await chats.inTeams.execute('ana', 'approve');
  await chats.inTeams.execute('tom', 'approve');
  await ended();
  expect(slackMessages()).toEqual([]);
  chats.down('slack', false);
  await bothProved();
  expect(chats.inSlack.cards().length).toBe(1);
  expect(slackCard()).not.toContain('"approve"');
});

test('if the bot is restarted while one platform is away, no card is lost and none is doubled', async () => {
  await chats.inSlack.type('mei', 'rotate-master prod because Yearly renewal');
  await rig.planned();
  await until(() => slackCard().includes('"approve"') && teamsCard().includes('"approve"'), 30_000);
  chats.down('slack', true);
  await chats.inTeams.execute('ana', 'approve');
  await rig.stopBot();
  chats.down('slack', false);
  await rig.startBot();
  await chats.inTeams.execute('tom', 'approve');
  await ended();
  await bothProved();
  expect([chats.inSlack.cards().length, teamsCards().length]).toEqual([1, 1]);
});
