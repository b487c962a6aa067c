import { requireProductionRedis } from '../../jobs/redis-check.ts';
import type { Options } from '../config/options.ts';
import { type CertopsError, isCertopsError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { sentenceOf } from './program/fail.ts';
import { systemClock } from './program/system-clock.ts';

const AGAIN_MS = 10_000;

interface FitRedis {
  /** Throws CertopsError `RedisAway` or, if Redis answers but is not fit, an error that says why. */
  readonly look: () => Promise<void>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly signal: AbortSignal;
  readonly log: Pick<Log, 'warn'>;
  /** Ends the process. */
  readonly refuse?: (error: unknown) => void;
}

/** In production only: otherwise anything that speaks the protocol will do. */
export async function mustFit(
  redis: string,
  { mode }: Pick<Options, 'mode'>,
  signal: AbortSignal,
  log: FitRedis['log'],
): Promise<void> {
  const look = () => requireProductionRedis(redis);
  if (mode === 'production') await requireFitRedis({ look, clock: systemClock, signal, log });
}

/**
 * Refuses a Redis that may lose letters. One that is away is checked once it answers: a bot that refused to start
 * because of that would be deaf in every chat, and could tell nobody that Redis is out of reach.
 */
export async function requireFitRedis(options: FitRedis): Promise<void> {
  const { look, log } = options;
  try {
    await look();
  } catch (error) {
    if (!isAway(error)) throw error;
    log.warn({ code: error.code, ...error.data }, sentenceOf(error));
    void lookAgain(options);
  }
}

/** An uncaught error ends the process, and is also written to its log file. */
const uncaught = (error: unknown): void => {
  throw error;
};

async function lookAgain({ look, clock, signal, refuse = uncaught }: FitRedis): Promise<void> {
  for (;;) {
    try {
      await clock.sleep(AGAIN_MS, signal);
      if (signal.aborted) return;
      return await look();
    } catch (error) {
      if (signal.aborted) return;
      if (!isAway(error)) return refuse(error);
    }
  }
}

const isAway = (error: unknown): error is CertopsError => isCertopsError(error) && error.code === 'RedisAway';
