import { checkBeside, loadSigner } from '../adapters/files/keys.ts';
import { createPostOffice, openMailbox, refusalsIn, reportsOf } from '../jobs/letters.ts';
import { openSchedule } from '../jobs/schedule.ts';
import { createBot } from './app/bot/index.ts';
import type { Options } from './config/options.ts';
import { CertopsError } from './domain/errors.ts';
import type { ChatAdapter } from './ports/chat.ts';
import { holdBotFolder, keepBotFolder } from './roots/bot/bot-folder.ts';
import { watchChat } from './roots/bot/chat-health.ts';
import { openChats, planChats } from './roots/bot/chats.ts';
import { openConsole } from './roots/bot/console.ts';
import { openFarmJournals } from './roots/bot/farm-journals.ts';
import { farmFilesOf, readFarms } from './roots/bot/farms.ts';
import { folderTakes, openFrontDoor, redisTakes } from './roots/bot/front-door.ts';
import { scheduleJobs } from './roots/bot/schedule-jobs.ts';
import { openWayOut, proxyOf } from './roots/bot/way-out.ts';
import { waysOut } from './roots/bot/ways-out.ts';
import { tellGoesOn } from './roots/demo/goes-on.ts';
import { mustFit } from './roots/fit-redis.ts';
import { endsInOrder } from './roots/program/ends.ts';
import { createLogger, logged, mustBeLog } from './roots/program/logger.ts';
import { readOptions } from './roots/program/options.ts';
import { sayReady } from './roots/program/parent.ts';
import { botFiles, botFolder } from './roots/program/state.ts';
import { systemClock } from './roots/program/system-clock.ts';

const CATCH_UP_MS = 1500;
/** Reports that arrive while the disk is busy are recorded in one write, however many runners send them. */
const REPORTS_AT_ONCE = 16;

interface BotFlags {
  readonly farm?: readonly string[];
  readonly state?: string;
  readonly console?: boolean;
  readonly lab?: string;
  readonly port?: string;
  readonly logFile?: string;
  readonly withParent?: boolean;
}

/** `certops bot`: serves the chats of its farms until it ends. A second one on the same state folder waits for it. */
export async function runBot(flags: BotFlags): Promise<void> {
  const options = readOptions({ stateFolder: flags.state, consolePort: flags.port, logFile: flags.logFile });
  mustBeLog(options.logFile);
  const log = createLogger('bot', options.logLevel, options.logFile);
  await logged(log, options.logFile, () => serve(flags, options, log));
}

async function serve(flags: BotFlags, options: Options, log: ReturnType<typeof createLogger>): Promise<void> {
  const farms = await readFarms(farmFilesOf(flags.farm, options));
  const folder = botFolder(options);
  const { redisUrl: redis, redisPrefix: prefix } = options;
  if (redis === null) throw new CertopsError('RedisUrlMissing');
  const plan = planChats(farms, options, flags.console ?? false);
  const wayOut = await openWayOut(proxyOf(farms, options), log);
  const files = botFiles(folder);
  // A rehearsal may be on a file system without modes, such as a Windows drive seen from WSL.
  if (!plan.web) await keepBotFolder(files.key, log);
  const ends = endsInOrder(flags.withParent ?? false);
  await mustFit(redis, options, ends.signal, log);
  const lock = await holdBotFolder(folder, farms, ends.signal, log);
  ends.add(() => lock.release());
  const signer = await loadSigner(files.key, { say: (sentence) => log.warn({}, sentence) });
  const served = await openFarmJournals(farms, { files: farmFilesOf(flags.farm, options), folder, signer, ends, log });
  const boxes = new Map<string | null, { refusal(): string | null }>();
  const office = createPostOffice({ redis, prefix, log, looks: true, whyDeaf: refusalsIn(boxes) });
  ends.add(() => office.close());
  const door = openFrontDoor(plan, options, log);
  door?.health('journal', () => folderTakes(folder));
  door?.health('redis', () => redisTakes(office));
  // The console shows what the bot knows, and the bot speaks through the chats: the list is filled once both are there.
  const chats: ChatAdapter[] = [];
  const ways = waysOut(farms, options, wayOut);
  const bot = createBot({ farms: served, signer, office, chats, clock: systemClock, log, check: checkBeside, ...ways });
  door?.health('runners', () => ({ ok: true, ...bot.runners() }));
  const mount = door?.mount ?? (() => {});
  const reached = { farms, plan, options, mount, folder: files.teams, wayOut, clock: systemClock, log };
  for (const open of await openChats(reached)) {
    const { chat, wellness } = watchChat(open, systemClock);
    door?.health(chat.platform, wellness);
    chats.push(chat);
  }
  const page = plan.web
    ? await openConsole({
        farms,
        feeds: bot.feeds,
        folder: files.console,
        lab: flags.lab,
        port: options.consolePort === null ? undefined : Number(options.consolePort),
        clock: systemClock,
        log,
      })
    : null;
  if (page !== null) chats.push(page);
  // The state as it was left: the page itself shows what is heard from now on.
  const open = page === null ? [] : tellGoesOn(bot.open(), farms[0].timeZone);
  await bot.start();
  ends.add(() => bot.stop());
  const handler = (letter: unknown): Promise<void> => bot.receiveReport(letter);
  // Letters for us that another bot on this Redis has taken are in the farm's own queue.
  for (const farm of [null, ...farms.map(({ name }) => name)]) {
    const mailbox = await openMailbox({ redis, ...reportsOf(farm, prefix), handler, atOnce: REPORTS_AT_ONCE, log });
    boxes.set(farm, mailbox);
    ends.add(() => mailbox.close());
  }
  for (const farm of farms) {
    const schedule = await openSchedule({ redis, prefix, farm: farm.name, jobs: scheduleJobs(farm, bot), log });
    ends.add(() => schedule.close());
  }
  // Started last, so that whoever calls finds the bot running; closed first.
  await door?.start();
  ends.add(async () => door?.stop());
  // Runners that start beside us have said hello by then.
  void systemClock
    .sleep(CATCH_UP_MS, ends.signal)
    .then(() => bot.remind())
    .catch(() => undefined);
  sayReady({ url: page?.url ?? null, farms: farms.map(({ name }) => name), door: door?.url ?? null, open });
}
