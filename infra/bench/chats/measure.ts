import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { openChat } from '../chat.ts';
import { sleep } from '../clicks.ts';
import { allConnected, rotate } from '../gaps.ts';
import { readBot } from '../recording.ts';
import { type Rehearsal, startRehearsal, writeFarm } from '../rehearsal.ts';
import type { PartOptions } from '../small-farm.ts';
import type { Figure } from '../table.ts';
import { startBare } from './bare-process.ts';
import { compare, keepSending } from './compare.ts';
import { cardWith, newestCard, slackDeliveries, teamsDeliveries } from './deliveries.ts';
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
import { deliver, openWire } from './wire.ts';

const CARD_MS = 60_000;
const ROTATION_MS = 600_000;
const CLICKS_EACH = 20;
/** Between two of the same kind while workers rotate. */
const BUSY_EVERY_MS = 50;

/** Slack and Teams on a farm of many workers, against the bare libraries in the same minute. */
export async function measureChats(options: PartOptions & { readonly workers: number }): Promise<readonly Figure[]> {
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

async function measureOn(
  farm: Rehearsal,
  platforms: Platforms,
  { workers, quick, say }: PartOptions & { readonly workers: number },
): Promise<ChatsSeen> {
  const { slack, teams, bot } = platforms;
  const inSlack = slackDeliveries(slack);
  const inTeams = teamsDeliveries(teams);
  const toSlack = openWire(bot);
  const toTeams = openWire(bot);
  await deliver(toTeams, inTeams.join(ASKER));
  await until(() => teams.messages.some(({ conversation }) => conversation === TEAMS_CHANNEL), CARD_MS);
  await allConnected(farm.lab);
  await deliver(toSlack, inSlack.command(ASKER, 'rotate-master because Bench'));
  const card = await until(() => cardWith(slack, 'approve'), CARD_MS);

  say('a slash command and an Action.Execute, and the same to bare apps');
  const plan = { blocks: quick ? 6 : 16, size: 25, pauseMs: 20 };
  const command = await against('bare-bolt', platforms, toSlack, plan, (count) =>
    inSlack.command(approver(count), 'status'),
  );
  const execute = await against('bare-cloud-adapter', platforms, toTeams, plan, (count) =>
    inTeams.execute(approver(count), 'show', card.rotation),
  );

  say('a thousand clicks on one card');
  const crowd = openWire(bot, APPROVERS.length);
  const clicks = await clickAll(slack, crowd, APPROVERS, CLICKS_EACH, (by) => inSlack.click(by, card));
  crowd.close();
  const records = await untilClosed(farm.state, card.rotation);
  const busy: { command: number[]; execute: number[] } = { command: [], execute: [] };
  const chat = await openChat(farm.url, 'mei');
  for (let round = 1; round <= (quick ? 1 : 3); round += 1) {
    await allConnected(farm.lab);
    say(`the same while ${workers} workers rotate, ${round} of ${quick ? 1 : 3}`);
    const commands = keepSending(
      toSlack,
      (count) => inSlack.command(approver(count), 'status'),
      BUSY_EVERY_MS,
      busy.command,
    );
    const executes = keepSending(
      toTeams,
      (count) => inTeams.execute(approver(count), 'show', newestCard(slack)?.rotation ?? card.rotation),
      BUSY_EVERY_MS,
      busy.execute,
    );
    await rotate(chat, farm.lab, farm.state, 'mei').finally(() => Promise.all([commands.stop(), executes.stop()]));
  }
  chat.close();
  toSlack.close();
  toTeams.close();
  const decided = decidedIn(records, card.rotation);
  return { workers, quorum: await quorumOf(farm.state), command, execute, busy, clicks, decided };
}

async function against(
  kind: Parameters<typeof startBare>[0],
  platforms: Platforms,
  product: ReturnType<typeof openWire>,
  plan: Parameters<typeof compare>[2],
  make: Parameters<typeof compare>[1],
) {
  const app = await startBare(kind, platforms);
  const bare = openWire(app.url);
  try {
    return await compare({ product, bare }, make, plan);
  } finally {
    bare.close();
    await app.end();
  }
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
