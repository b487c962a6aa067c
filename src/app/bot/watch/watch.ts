import type { BotEntry } from '../../../domain/journal/entries.ts';
import { isHeard } from '../../../domain/presence/presence.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import { DAY_MS, HOUR_MS, instantOf, MINUTE_MS, wallTime } from '../../../domain/time.ts';
import type { Instant } from '../../../domain/values.ts';
import type { SteadyClock } from '../../../ports/clock.ts';
import { type ChannelHealth, type Hearing, type Quiet, quietChats } from '../chats/quiet-chats.ts';
import type { Desk } from '../desk.ts';
import { type AddressHealth, quietAddresses } from '../notify/quiet-addresses.ts';
import { createOtherBots, type FindBots } from './other-bots.ts';

/** In a rotation silence is noticed within seconds; a channel that waits for nothing hears of it only when it lasts. */
const RUNNER_QUIET_MS = 10 * MINUTE_MS;
/** Each machine is looked at once a day, so two looks were missed. */
const SCAN_QUIET_MS = 50 * HOUR_MS;
/** By then, a bot that was off or stood still has caught up on its looks: it does so each hour. */
const CATCHES_UP_MS = 70 * MINUTE_MS;
/** A brief restart of Redis is not worth a word. */
const QUEUE_QUIET_MS = 10 * MINUTE_MS;
const REDIS = 'Redis';
/** How long before a secret ends somebody has to make a new one. */
const CREDENTIAL_NEAR_MS = 14 * DAY_MS;
const WATCH_EVERY_MS = 30_000;
const ASLEEP_MS = 2 * MINUTE_MS;

/** A secret of the bot's own whose end is known because somebody wrote it down. */
export interface Credential {
  readonly platform: string;
  readonly endsAt: Instant;
}

export interface WatchDeps {
  readonly clock: SteadyClock;
  readonly credentials: readonly Credential[];
  /** How well the farm's channels accept what they are sent. */
  readonly channels: () => readonly ChannelHealth[];
  /** Whether what is said in the farm's chats reaches the bot. */
  readonly hearing: () => readonly Hearing[];
  /** How well webhook and ping accept what they are sent. */
  readonly addresses: () => readonly AddressHealth[];
  /** Whether letters to runners and from them get through. */
  readonly queueUp: () => boolean;
  readonly bots: FindBots;
  /** Platforms that reject the bot itself, and since when, in milliseconds since 1970. */
  readonly refusing: () => readonly { readonly platform: string; readonly since: number }[];
  /** Whether this platform has said since the start whether it accepts the bot. */
  readonly isAsked: (platform: string) => boolean;
}

/**
 * Records what has gone quiet or is near its end, and what is well again; from there the channels are told, once each.
 * Returns what to call every second; it looks twice a minute, so that what happens together is told together.
 */
export function createWatch(desk: Desk, deps: WatchDeps): () => Promise<void> {
  let watched = { now: Number.NEGATIVE_INFINITY, steady: Number.NEGATIVE_INFINITY };
  let awakeSince = deps.clock.now();
  let queueSince = deps.clock.now();
  let refused: Refused = { word: desk.refusal(), since: queueSince };
  /** By the steady clock. */
  const turnedAwayAt = new Map<string, number>();
  const others = createOtherBots(desk.farm.name, { find: deps.bots, clock: deps.clock });
  return async () => {
    const [now, steady] = [deps.clock.now(), deps.clock.steady()];
    if (steady - watched.steady < WATCH_EVERY_MS) return;
    // A machine that slept has heard nobody, which is no silence of theirs; either clock may have stood still
    // meanwhile. A clock that was set measures no silence either.
    const isBroken = Math.max(Math.abs(now - watched.now), steady - watched.steady) > ASLEEP_MS;
    if (isBroken) awakeSince = now;
    if (deps.queueUp() || isBroken) queueSince = now;
    if (desk.refusal() !== refused.word || isBroken) refused = { word: desk.refusal(), since: now };
    watched = { now, steady };
    others.look();
    for (const { platform } of deps.refusing()) turnedAwayAt.set(platform, steady);
    const lastAway = new Map([...turnedAwayAt].map(([platform, at]) => [platform, wallTime(at, { now, steady })]));
    const quiet = [
      ...quietNow(desk, deps, { now, awakeSince, queueSince, refused }),
      ...quietChats(desk.state().quiet, {
        now,
        channels: deps.channels(),
        hearing: deps.hearing(),
        turnedAwayAt: lastAway,
      }),
      ...quietAddresses(desk.state().quiet, now, deps.addresses()),
      ...others.quiet(desk.state().quiet),
    ];
    if (entriesOf(desk.state(), quiet).length === 0) return;
    await desk.commit((state) => ({ entries: entriesOf(state, quiet), answer: null }));
  };
}

function entriesOf(state: FarmState, now: readonly Quiet[]): readonly BotEntry[] {
  const isSame = (a: Pick<Quiet, 'what' | 'subject'>, b: Pick<Quiet, 'what' | 'subject'>): boolean =>
    a.what === b.what && a.subject === b.subject;
  const began: readonly Quiet[] = now.filter(
    (one) => !state.quiet.some((known) => isSame(known, one) && known.refuses === one.refuses),
  );
  const ended = state.quiet.filter((known) => !now.some((one) => isSame(known, one)));
  const kinds = [...new Set([...began, ...ended].map(({ what }) => what))];
  return kinds.flatMap((what): BotEntry[] => {
    const news = began.filter((one) => one.what === what);
    const over = ended.filter((one) => one.what === what);
    const first = news.map(({ since }) => since).sort()[0];
    const refuses = news.find((one) => one.refuses !== undefined)?.refuses;
    const subjects = news.map(({ subject }) => subject);
    return [
      ...(first === undefined
        ? []
        : [{ type: 'quiet' as const, what, subjects, since: first, ...(refuses === undefined ? {} : { refuses }) }]),
      ...(over.length === 0 ? [] : [{ type: 'well' as const, what, subjects: over.map(({ subject }) => subject) }]),
    ];
  });
}

/** The word with which Redis refuses every write; null if it does not. */
interface Refused {
  readonly word: string | null;
  readonly since: number;
}

interface Since {
  readonly now: number;
  readonly awakeSince: number;
  readonly queueSince: number;
  readonly refused: Refused;
}

/** A reported fault lasts until the contrary is seen: a bot that just started has heard nobody and asked nobody. */
function quietNow(
  desk: Desk,
  { credentials, refusing, isAsked, queueUp }: WatchDeps,
  { now, awakeSince, queueSince, refused }: Since,
): readonly Quiet[] {
  const { since } = desk.moment();
  const { latest, quiet } = desk.state();
  const told = (what: Quiet['what'], subject: string): Quiet | undefined =>
    quiet.find((one) => one.what === what && one.subject === subject);
  const hosts = desk.farm.hosts.map(({ name }) => name);
  const heardAt = (host: string): number => Math.max(desk.presence[host]?.at ?? 0, since, awakeSince);
  const runners = hosts.filter((host) =>
    told('runner', host) === undefined ? now - heardAt(host) > RUNNER_QUIET_MS : !isHeard(desk.presence[host], now),
  );
  const lookedAt = (host: string): number => Date.parse(latest[host]?.at ?? '') || since;
  const mayCatchUp = now - Math.max(since, awakeSince) <= CATCHES_UP_MS;
  // A machine whose runner is quiet is reported as that.
  const scans = hosts.filter((host) => {
    const isNews = !mayCatchUp && !runners.includes(host);
    return now - lookedAt(host) > SCAN_QUIET_MS && (isNews || told('scan', host) !== undefined);
  });
  const turnedAway = refusing();
  const platforms = [...new Set(desk.farm.channels.map(({ platform }) => platform))];
  return [
    ...quietQueue(told('queue', REDIS), queueUp(), { now, queueSince, refused }),
    ...runners.map((host): Quiet => ({ what: 'runner', subject: host, since: instantOf(heardAt(host)) })),
    ...scans.map((host): Quiet => ({ what: 'scan', subject: host, since: instantOf(lookedAt(host)) })),
    ...platforms.flatMap((subject): Quiet | readonly Quiet[] => {
      const found = turnedAway.find(({ platform }) => platform === subject);
      if (found !== undefined) return { what: 'refused', subject, since: instantOf(found.since) };
      return isAsked(subject) ? [] : (told('refused', subject) ?? []);
    }),
    ...credentials
      .filter(({ endsAt }) => Date.parse(endsAt) - now < CREDENTIAL_NEAR_MS)
      .map(({ platform, endsAt }): Quiet => ({ what: 'credential', subject: platform, since: endsAt })),
  ];
}

function quietQueue(
  told: Quiet | undefined,
  isUp: boolean,
  { now, queueSince, refused }: Pick<Since, 'now' | 'queueSince' | 'refused'>,
): readonly Quiet[] {
  const isAway = now - queueSince > QUEUE_QUIET_MS || (told !== undefined && !isUp);
  if (!isAway) return [];
  // A Redis that comes and goes, and is full in between, is told of once.
  const isOther = now - refused.since > QUEUE_QUIET_MS && (told?.refuses ?? null) !== refused.word;
  if (told !== undefined && !isOther) return [told];
  const since = instantOf(told === undefined ? queueSince : refused.since);
  return [{ what: 'queue', subject: REDIS, since, ...(refused.word === null ? {} : { refuses: refused.word }) }];
}
