import { isCertopsError } from '../../../domain/errors.ts';
import { instantOf } from '../../../domain/time.ts';
import type { SteadyClock } from '../../../ports/clock.ts';
import type { HttpOut } from '../../../ports/http-out.ts';
import type { Log } from '../../../ports/log.ts';
import type { Desk } from '../desk.ts';
import { dueNow, WEBHOOK, type Word } from './due.ts';
import type { AddressHealth } from './quiet-addresses.ts';

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 300_000;
const PING_EVERY_MS = 60_000;

interface Health extends Pick<AddressHealth, 'isRefused' | 'isProved'> {
  /** By the steady clock. */
  readonly failingSince: number | null;
}

const UNKNOWN: Health = { failingSince: null, isRefused: false, isProved: false };
const WELL: Health = { ...UNKNOWN, isProved: true };

interface Notifier {
  /** Called once a second, after the work of that second: a missing ping means that the work was not done. */
  tick(isDone: boolean): void;
  stop(): Promise<void>;
  /** Those that the farm file names. */
  addresses(): readonly AddressHealth[];
}

export interface NotifierDeps {
  readonly http: HttpOut;
  readonly word: Word;
  readonly clock: SteadyClock;
  readonly log: Log;
}

/**
 * Tells a webhook what cannot wait until somebody reads a chat, and pings an address while the bot is well. It tells
 * first and records after that; whatever is told twice has the same key.
 */
export function createNotifier(desk: Desk, { http, word, clock, log }: NotifierDeps): Notifier {
  let busy: Promise<void> | null = null;
  let stopped = false;
  let failures = 0;
  /** Pauses use the steady clock: the wall clock, set back, would mute both until it has caught up. */
  let notBefore = Number.NEGATIVE_INFINITY;
  let pingedAt = Number.NEGATIVE_INFINITY;
  /** What the address did not take and still has to be told, the longest ago first. */
  let untaken: readonly string[] = [];
  /** Taken, and not in the journal yet: a disk that refuses writes must not have it told again. By key, when. */
  const unrecorded = new Map<string, string>();
  const health = { webhook: UNKNOWN, ping: UNKNOWN };

  /**
   * Stops at the first event that is not taken, so an address that takes nothing is asked once. That event goes behind
   * the others in the next pass, and so holds them up for one pass at most, whatever the reason it was refused.
   */
  async function tell(url: string): Promise<void> {
    await record();
    const all = dueNow(desk, word).filter(({ key }) => !unrecorded.has(key));
    const news = all.toSorted((a, b) => untaken.indexOf(a.key) - untaken.indexOf(b.key));
    untaken = untaken.filter((key) => all.some((one) => one.key === key));
    // Nothing is left to try it with, so nobody knows whether it is still away.
    if (news.length === 0 && !health.webhook.isRefused) health.webhook = { ...health.webhook, failingSince: null };
    for (const { key, body } of news) {
      if (stopped) return;
      const at = instantOf(clock.now());
      try {
        await http.post(url, JSON.stringify({ ...body, at }));
      } catch (error) {
        untaken = [...untaken.filter((one) => one !== key), key];
        throw error;
      }
      untaken = untaken.filter((one) => one !== key);
      unrecorded.set(key, at);
      await record();
    }
    if (news.length > 0) well();
  }

  /** A journal that cannot be written says nothing about the address: it is tried again in the next pass. */
  async function record(): Promise<void> {
    for (const [id, message] of unrecorded) {
      const entry = { type: 'posted' as const, id, platform: WEBHOOK, channel: desk.farm.name, message };
      const isDone = await desk.commit(() => ({ entries: [entry], answer: true })).catch(() => false);
      if (isDone) unrecorded.delete(id);
    }
  }

  /** Judges a pass as a whole: one that takes some events and refuses another is not well in between. */
  function well(): void {
    health.webhook = WELL;
    if (failures > 0) log.info({ failures }, 'the webhook takes what it is sent again');
    failures = 0;
  }

  function failed(error: unknown): void {
    notBefore = clock.steady() + Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures, 20), LONGEST_PAUSE_MS);
    // In an outage, one warning is enough.
    if (failures === 0) log.warn(aboutOf(error), 'the webhook does not take what it is sent');
    failures += 1;
    health.webhook = failing(health.webhook, error);
  }

  const failing = ({ failingSince }: Health, error: unknown): Health => ({
    failingSince: failingSince ?? clock.steady(),
    isRefused: isRefusal(error),
    isProved: false,
  });

  function ping(url: string): void {
    pingedAt = clock.steady();
    http.get(url).then(
      () => {
        if (health.ping.failingSince !== null) log.info({}, 'the address to ping answers again');
        health.ping = WELL;
      },
      (error: unknown) => {
        if (health.ping.failingSince === null) log.warn(aboutOf(error), 'the address to ping does not answer');
        health.ping = failing(health.ping, error);
      },
    );
  }

  return {
    tick(isDone) {
      const { webhook = null, ping: pinged = null } = desk.farm.notify ?? {};
      const now = clock.steady();
      if (stopped) return;
      if (isDone && pinged !== null && now - pingedAt >= PING_EVERY_MS) ping(pinged);
      if (webhook === null || busy !== null || now < notBefore) return;
      busy = tell(webhook)
        .catch(failed)
        .finally(() => {
          busy = null;
        });
    },
    addresses: () =>
      (['webhook', 'ping'] as const).flatMap((subject) => {
        const { failingSince, ...rest } = health[subject];
        const failingForMs = failingSince === null ? null : clock.steady() - failingSince;
        return (desk.farm.notify?.[subject] ?? null) === null ? [] : [{ subject, failingForMs, ...rest }];
      }),
    async stop() {
      stopped = true;
      await busy;
    },
  };
}

const isRefusal = (error: unknown): boolean => isCertopsError(error) && error.code === 'HttpRefused';

const aboutOf = (error: unknown): object =>
  isCertopsError(error) ? { code: error.code, ...error.data } : { code: 'unknown' };
