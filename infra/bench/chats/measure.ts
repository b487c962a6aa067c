import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import type { FakeSlack } from '../../../test/fakes/slack/index.ts';
import { openChat } from '../chat.ts';
import { sleep } from '../clicks.ts';
import { allConnected, rotate } from '../gaps.ts';
import { readBot } from '../recording.ts';
import { type Rehearsal, startRehearsal, writeFarm } from '../rehearsal.ts';
import type { PartOptions } from '../small-farm.ts';
import type { Figure } from '../table.ts';
import type { BareKind } from './bare-apps.ts';
import { startBare } from './bare-process.ts';
import { type Compared, compare, keepSending } from './compare.ts';
import { cardWith, newestCard, type OpenCard, slackDeliveries, teamsDeliveries } from './deliveries.ts';
import { type ChatsSeen, chatFigures, decidedIn } from './figures.ts';
import {
  APPROVERS,
  ASKER,
  FARM_IN_BOTH,
  type Member,
  openPlatforms,
  type Platforms,
  TEAMS_CHANNEL,
} from './platforms.ts';
import { clickAll } from './thousand.ts';
import { type Delivery, deliver, openWire, type Wire } from './wire.ts';

const CARD_MS = 60_000;
const ROTATION_MS = 600_000;
const CLICKS_EACH = 20;
/** Pause between two deliveries of the same kind while workers rotate. */
const BUSY_EVERY_MS = 50;

type ChatsOptions = PartOptions & { readonly workers: number };

/** How people reach the bot: what is sent, and over which connection. */
interface Hand {
  readonly inSlack: ReturnType<typeof slackDeliveries>;
  readonly inTeams: ReturnType<typeof teamsDeliveries>;
  readonly toSlack: Wire;
  readonly toTeams: Wire;
}

/** Measures Slack and Teams on a farm of many workers, and the bare libraries at the same time. */
export async function measureChats(options: ChatsOptions): Promise<readonly Figure[]> {
  const { folder, redis, workers, say } = options;
  const state = path.join(folder, 'chats');
  const platforms = await openPlatforms();
  await writeFarm(state, [], FARM_IN_BOTH);
  say(`making a farm of ${workers} workers with Slack and Teams`);
  const { environment } = platforms;
  const farm = await startRehearsal({ state, redis, workers, probe: null, environment });
  try {
    return chatFigures(await measureOn(farm, platforms, options));
  } finally {
    await farm.end();
    await platforms.close();
  }
}

async function measureOn(farm: Rehearsal, platforms: Platforms, options: ChatsOptions): Promise<ChatsSeen> {
  const { slack, bot } = platforms;
  const { workers, say } = options;
  const hand: Hand = {
    inSlack: slackDeliveries(slack),
    inTeams: teamsDeliveries(platforms.teams),
    toSlack: openWire(bot),
    toTeams: openWire(bot),
  };
  await allConnected(farm.lab);
  const card = await openRequest(platforms, hand);
  say('a slash command and an Action.Execute, and the same to bare apps');
  const compared = await compareIdle(platforms, hand, card.rotation, options);
  say('a thousand clicks on one card');
  const crowd = openWire(bot, APPROVERS.length);
  const clicks = await clickAll(slack, crowd, APPROVERS, CLICKS_EACH, (by) => hand.inSlack.click(by, card));
  crowd.close();
  const decided = decidedIn(await untilClosed(farm.state, card.rotation), card.rotation);
  const busy = await sendWhileRotating(farm, slack, hand, options);
  hand.toSlack.close();
  hand.toTeams.close();
  return { workers, quorum: await quorumOf(farm.state), ...compared, busy, clicks, decided };
}

/** Adds the bot to Teams and requests a rotation in Slack: its card is then open in both. */
async function openRequest({ slack, teams }: Platforms, hand: Hand): Promise<OpenCard> {
  await deliver(hand.toTeams, hand.inTeams.join(ASKER));
  await until(() => teams.messages.some(({ conversation }) => conversation === TEAMS_CHANNEL), CARD_MS);
  await deliver(hand.toSlack, hand.inSlack.command(ASKER, 'rotate-master because Bench'));
  return until(() => cardWith(slack, 'approve'), CARD_MS);
}

async function compareIdle(platforms: Platforms, hand: Hand, rotation: string, { quick }: ChatsOptions) {
  const plan = { blocks: quick ? 6 : 16, size: 25, pauseMs: 20 };
  const against = async (kind: BareKind, product: Wire, make: (count: number) => Delivery): Promise<Compared> => {
    const app = await startBare(kind, platforms);
    const bare = openWire(app.url);
    try {
      return await compare({ product, bare }, make, plan);
    } finally {
      bare.close();
      await app.end();
    }
  };
  const { inSlack, inTeams, toSlack, toTeams } = hand;
  return {
    command: await against('bare-bolt', toSlack, (count) => inSlack.command(approver(count), 'status')),
    execute: await against('bare-cloud-adapter', toTeams, (count) =>
      inTeams.execute(approver(count), 'show', rotation),
    ),
  };
}

async function sendWhileRotating(
  farm: Rehearsal,
  slack: FakeSlack,
  { inSlack, inTeams, toSlack, toTeams }: Hand,
  { workers, quick, say }: ChatsOptions,
): Promise<ChatsSeen['busy']> {
  const busy = { command: [] as number[], execute: [] as number[] };
  const chat = await openChat(farm.url, 'mei');
  const status = (count: number): Delivery => inSlack.command(approver(count), 'status');
  const show = (count: number): Delivery | null => {
    const newest = newestCard(slack);
    return newest === null ? null : inTeams.execute(approver(count), 'show', newest.rotation);
  };
  const rounds = quick ? 1 : 3;
  for (let round = 1; round <= rounds; round += 1) {
    await allConnected(farm.lab);
    say(`the same while ${workers} workers rotate, ${round} of ${rounds}`);
    const commands = keepSending(toSlack, status, BUSY_EVERY_MS, busy.command);
    const executes = keepSending(toTeams, show, BUSY_EVERY_MS, busy.execute);
    await rotate(chat, farm.lab, farm.state, 'mei').finally(() => Promise.all([commands.stop(), executes.stop()]));
  }
  chat.close();
  return busy;
}

const approver = (count: number): Member => APPROVERS[count % APPROVERS.length] ?? ASKER;

/** The bot's records, once this rotation has ended. */
async function untilClosed(state: string, rotation: string) {
  for (const end = performance.now() + ROTATION_MS; performance.now() < end; await sleep(250)) {
    const records = await readBot(state);
    if (records.some(({ id, type }) => id === rotation && type === 'closed')) return records;
  }
  throw new Error(`${rotation} was not closed in ${ROTATION_MS} ms`);
}

async function quorumOf(state: string): Promise<number> {
  const { approval } = parse(await readFile(path.join(state, 'farm.yaml'), 'utf8')) as { approval: { quorum: number } };
  return approval.quorum;
}

async function until<T>(look: () => T | null | false, limitMs: number): Promise<T> {
  for (const end = performance.now() + limitMs; performance.now() < end; await sleep(20)) {
    const found = look();
    if (found !== null && found !== false) return found;
  }
  throw new Error(`it did not come to that in ${limitMs} ms`);
}
