import { PROTOCOL } from '../../domain/letters/protocol.ts';
import type { HostPresence } from '../../domain/presence/presence.ts';
import { FORGOTTEN } from '../../domain/presence/skew.ts';
import type { SteadyClock } from '../../ports/clock.ts';
import type { PostOffice } from '../../ports/post-office.ts';

interface Watched {
  readonly now: number;
  readonly steady: number;
  /** Since when runners could be heard. It moves on while nobody can be heard, because that silence proves nothing. */
  readonly since: number;
}

/** It is asked once a second, so a longer gap means that the process stood still. */
const STOOD_STILL_MS = 10_000;
/** Within that second, the two clocks drift this far apart only if one was set or stood still. */
const CLOCK_SET_MS = 2_000;

/**
 * Reads the bot's clock, and notices that it was set or that the process stood still. What is known of machines is then
 * brought in line in `presence`.
 */
export function createClockWatch(
  presence: { [host: string]: HostPresence },
  { clock, office }: { readonly clock: SteadyClock; readonly office: Pick<PostOffice, 'up'> },
): () => Watched {
  let since = clock.now();
  let seen = { now: clock.now(), steady: clock.steady() };
  return () => {
    const [now, steady] = [clock.now(), clock.steady()];
    // A process that stood still has heard nobody, and after its clock was set it cannot tell when it did. Either clock
    // may stop while the machine is suspended.
    const isBroken = Math.max(Math.abs(now - seen.now), steady - seen.steady) > STOOD_STILL_MS;
    const isBack = now < seen.now;
    const isSet = Math.abs(now - seen.now - (steady - seen.steady)) > CLOCK_SET_MS;
    if (isBack || isSet)
      for (const [host, hello] of Object.entries(presence))
        presence[host] = afterClock(hello, isBack ? now : hello.at, isSet);
    seen = { now, steady };
    if (!office.up() || isBroken) since = now;
    return { now, steady, since };
  };
}

/** What is known of a machine once the bot's clock was set, perhaps back to `latest`. */
function afterClock(hello: HostPresence, latest: number, isSet: boolean): HostPresence {
  // Only an offset that would refuse a request is forgotten: without one, a host's own times count for nothing.
  const isOff = isSet && Math.abs(hello.skew.ms ?? 0) > PROTOCOL.clockToleranceMs;
  // With the clock set back, every machine would count as heard until it has caught up.
  return { ...hello, at: Math.min(hello.at, latest), ...(isOff ? { skew: FORGOTTEN } : {}) };
}
