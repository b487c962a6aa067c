import { setTimeout as sleep } from 'node:timers/promises';
import type { SteadyClock } from '../../ports/clock.ts';

export const systemClock: SteadyClock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
};
