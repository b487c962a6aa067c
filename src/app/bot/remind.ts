import type { BotEntry } from '../../domain/entries.ts';
import { type Farm, hostsWith } from '../../domain/farm.ts';
import { peopleOf } from '../../domain/people.ts';
import { nextWord, reminderDay, reminderDue } from '../../domain/reminders.ts';
import { SCAN } from '../../domain/rotation.ts';
import type { ReminderView } from '../../domain/view.ts';
import type { ChatAdapter } from '../../ports/chat.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Signer } from '../../ports/journal.ts';
import type { Desk, Log } from './desk.ts';
import { farmExpiry } from './expiry.ts';
import { postingOf } from './posting.ts';
import { lastGap } from './views/gaps.ts';

export interface RemindDeps {
  readonly chats: readonly ChatAdapter[];
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Log;
}

const LOOK_LIMIT_MS = 60_000;
const WAIT_FOR_LOOKS_MS = 20_000;
/** Less than a day, so that each day's reminder looks anew. */
const LOOK_GOOD_FOR_MS = 20 * 3_600_000;

/** Looks at the farm, and posts one card a day when something crossed a threshold. Called daily, and at start. */
export async function remind(desk: Desk, deps: RemindDeps): Promise<void> {
  await everybodyHeard(desk, deps.clock);
  await scan(desk, deps, staleHosts(desk));
  const { now } = desk.moment();
  const { day, come } = reminderDay(desk.farm.reminders, desk.farm.timeZone, now);
  const endings = farmExpiry(desk);
  if (!come || !reminderDue(desk.farm.reminders, endings, desk.state().reminded, day)) return;
  const view = reminderView(desk, day, now);
  if (view === null) return;
  const hosts = endings.map(({ host, thumbprint, days }) => ({ host, thumbprint, days }));
  for (const channel of desk.farm.channels) {
    const chat = deps.chats.find((one) => one.platform === channel.platform);
    if (chat === undefined) continue;
    try {
      const message = await chat.post(channel.id, view, postingOf(desk.farm, channel, `reminder ${day}`));
      const entry: BotEntry = {
        type: 'reminded',
        day,
        hosts,
        platform: channel.platform,
        channel: channel.id,
        message,
      };
      await desk.commit(() => ({ entries: [entry], answer: null }));
    } catch (error) {
      deps.log.warn({ channel: channel.id, error: String(error) }, 'a reminder could not be posted');
    }
  }
}

/** A bot that has just started has not heard anybody yet. */
async function everybodyHeard(desk: Desk, clock: Clock): Promise<void> {
  const missing = (): boolean => desk.farm.hosts.some((host) => desk.presence[host.name] === undefined);
  const end = Math.min(clock.now(), desk.moment().since) + WAIT_FOR_LOOKS_MS;
  while (missing() && clock.now() < end) await clock.sleep(100);
}

/** Looks are entries: a run that only catches up must not add a farm of them each hour. */
function staleHosts(desk: Desk): Farm['hosts'] {
  const { now } = desk.moment();
  const { latest } = desk.state();
  return desk.farm.hosts.filter(({ name }) => now - Date.parse(latest[name]?.at ?? '1970-01-01') > LOOK_GOOD_FOR_MS);
}

/** Asks machines that speak for a fresh look, and waits a little for the answers. */
export async function scan(
  desk: Desk,
  deps: Pick<RemindDeps, 'signer' | 'clock'>,
  hosts: Farm['hosts'] = desk.farm.hosts,
): Promise<void> {
  const before = new Map(Object.entries(desk.state().latest).map(([host, look]) => [host, look.at]));
  const asked = hosts.filter((host) => desk.presence[host.name] !== undefined);
  await desk.commit((state) => {
    const { now } = desk.moment();
    const startBy = new Date(now + LOOK_LIMIT_MS).toISOString();
    const entries = asked.map(({ name: host }): BotEntry => {
      const n = Math.max(state.hosts[host]?.n ?? 0, desk.presence[host]?.lastN ?? 0) + 1;
      const order = {
        v: 1,
        farm: desk.farm.name,
        host,
        n,
        rotation: SCAN,
        kind: 'look',
        stage: null,
        digest: null,
        header: null,
        slice: null,
        lineHashes: [],
        refs: {},
        issued: new Date(now).toISOString(),
        startBy,
        timeLimitMs: LOOK_LIMIT_MS,
      };
      const signed = deps.signer.sign('order', JSON.stringify(order));
      return {
        type: 'ordered',
        id: SCAN,
        host,
        n,
        kind: 'look',
        stage: null,
        startBy,
        timeLimitMs: LOOK_LIMIT_MS,
        order: signed,
      };
    });
    return { entries, answer: null };
  });
  const end = deps.clock.now() + WAIT_FOR_LOOKS_MS;
  const fresh = (): boolean => asked.every((host) => desk.state().latest[host.name]?.at !== before.get(host.name));
  while (!fresh() && deps.clock.now() < end) await deps.clock.sleep(100);
}

/** The reminder card as of now; null when no machine was ever looked at. */
export function reminderView(desk: Desk, day: string, now: number): ReminderView | null {
  const certificates = farmExpiry(desk);
  const master = hostsWith(desk.farm, 'master')[0]?.name;
  const worst = certificates[0];
  if (master === undefined || worst === undefined) return null;
  const { owner } = desk.farm.reminders;
  return {
    kind: 'reminder',
    farm: desk.farm.name,
    day,
    owner: owner === null ? null : (peopleOf(desk.farm, [owner])[0] ?? null),
    master,
    certificates: certificates.map(({ host, role, thumbprint, notAfter, days }) => ({
      host,
      role,
      thumbprint,
      notAfter,
      days,
    })),
    gap: lastGap(desk.state()),
    nextWord: nextWord(desk.farm.reminders, worst.days, desk.farm.timeZone, now),
  };
}
