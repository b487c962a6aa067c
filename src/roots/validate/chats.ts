import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Logger } from 'pino';
import { say } from '../../../cards/wording/index.ts';
import { inTime } from '../../app/in-time.ts';
import type { ProxyHere } from '../../config/load.ts';
import type { Options } from '../../config/options.ts';
import { CertopsError } from '../../domain/errors.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import type { NoticeView } from '../../domain/views/view.ts';
import type { Finding } from '../../ports/chat.ts';
import type { Clock, SteadyClock } from '../../ports/clock.ts';
import { type CheckedChat, openChats, planChats } from '../bot/chats.ts';
import { openWayOut } from '../bot/way-out.ts';
import { type Line, looked, no, ok } from './line.ts';
import { lookAtOtherProxy } from './way-out.ts';

interface LookAtChat {
  readonly farms: readonly Farm[];
  readonly platform: 'slack' | 'teams';
  readonly options: Options;
  /** The proxy that the bot goes out through. */
  readonly here: ProxyHere | null;
  /** Teams' conversation references, as the bot keeps them. */
  readonly folder: string;
  readonly sample: boolean;
  readonly clock: SteadyClock;
  readonly log: Logger;
}

const LONGEST_MS = 60_000;

/** Asks the platform as the bot would, but starts nothing: no event is taken from a running bot. */
export async function lookAtChat(look: LookAtChat): Promise<readonly Line[]> {
  const { platform, options } = look;
  const farms = look.farms.filter(({ chat }) => chat[platform] !== null).map((farm) => onlyOn(farm, platform));
  if (farms.length === 0) return [];
  const plan = planChats(farms, options, false);
  return withCopyOf(look.folder, async (folder) => {
    const wayOut = await openWayOut(look.here, look.log);
    const [chat] = await openChats({ ...look, farms, folder, plan, wayOut, mount: () => {} });
    return chat === undefined ? [] : ask(chat, { ...look, farms });
  });
}

async function ask(chat: CheckedChat, { farms, platform, here, sample, clock }: LookAtChat): Promise<readonly Line[]> {
  const findings = await within(chat.check(), platform, clock);
  const lines = findings.map(({ ok: well, message }) => (well ? ok : no)(say(message, 'en')));
  lines.push(...lookAtOtherProxy(here, findings));
  if (!sample) return lines;
  for (const farm of farms) lines.push(...(await sendSamples(farm, chat, findings, clock)));
  return lines;
}

/** The bot's files there are read from a copy: two writers of the same file would each lose what the other wrote. */
async function withCopyOf<T>(folder: string, use: (copy: string) => Promise<T>): Promise<T> {
  const copy = await mkdtemp(path.join(tmpdir(), 'certops-validate-'));
  try {
    if (existsSync(folder)) await cp(folder, copy, { recursive: true });
    return await use(copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

const onlyOn = (farm: Farm, platform: 'slack' | 'teams'): Farm => ({
  ...farm,
  chat: { slack: null, teams: null, [platform]: farm.chat[platform] },
});

/** Sends one to each channel that was found to be well, whatever else is missing. */
async function sendSamples(
  farm: Farm,
  chat: CheckedChat,
  findings: readonly Finding[],
  clock: Clock,
): Promise<readonly Line[]> {
  const view: NoticeView = {
    kind: 'notice',
    messages: [{ id: 'notice.sample', data: { farm: farm.name } }],
    actions: [],
  };
  const lines: Line[] = [];
  for (const { platform, id, name, language } of farm.channels) {
    if (platform !== chat.platform) continue;
    const about = findings.filter(({ channel }) => channel === id);
    if (about.length === 0 || about.some(({ ok: well }) => !well)) {
      lines.push(no(`No sample card was sent to ${name}: ${about.length === 0 ? NOT_LOOKED_AT : NOT_WELL}`));
      continue;
    }
    const locale = { language, timeZone: farm.timeZone };
    const posting = { key: `sample-${clock.now()}`, locale, mention: [], readers: [] };
    lines.push(
      ...(await looked(async () => {
        await within(chat.post(id, view, posting), platform, clock);
        return [ok(`A sample card was sent to ${name}.`)];
      })),
    );
  }
  return lines;
}

const NOT_WELL = 'first do what is said about that channel above.';
const NOT_LOOKED_AT = 'the channel could not be checked. See above.';

/** An adapter limits each of its calls by itself; this limits many of them in a row. */
const within = <T>(work: Promise<T>, platform: string, clock: Clock): Promise<T> =>
  inTime(clock, work, LONGEST_MS, () => new CertopsError('ChatAway', { platform, reason: 'no answer' }));
