import type { WindowsContext } from '../../../adapters/windows/context.ts';
import { createPaths } from '../../../adapters/windows/paths.ts';
import type { Tools } from '../../../adapters/windows/tools.ts';
import type { HostName } from '../../../src/domain/values.ts';
import type { SteadyClock } from '../../../src/ports/clock.ts';

/** A clock whose sleeps take no time and move it on; `onSleep` lets a test change the world meanwhile. */
export function fakeClock(onSleep: (now: number) => void = () => {}): SteadyClock & { slept: number } {
  let now = 1_000_000;
  const clock = {
    slept: 0,
    now: () => now,
    steady: () => now,
    async sleep(ms: number, signal?: AbortSignal) {
      if (signal?.aborted) throw new Error('aborted');
      now += ms;
      clock.slept += ms;
      onSleep(now);
    },
  };
  return clock;
}

export const fakeContext = (tools: Tools, more: Partial<WindowsContext> = {}): WindowsContext => ({
  name: 'sqlm01' as HostName,
  version: '0.0.0',
  tools,
  paths: createPaths(null),
  systemRoot: 'C:\\Windows',
  root: null,
  connect: {},
  overrides: {},
  stateFolder: 'C:\\ProgramData\\certops',
  tempFolder: 'C:\\ProgramData\\certops\\tmp',
  arch: 'x64',
  clock: fakeClock(),
  ...more,
});
