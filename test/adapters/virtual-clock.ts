/** Time passes only when something waits or a test says so. */
export function virtualClock() {
  let now = 1_000_000;
  let offMs = 0;
  return {
    now: () => now + offMs,
    // no time of day, as in a real process
    steady: () => now - 1_000_000,
    /** Puts the wall clock forward or back; no time passes. */
    step: (ms: number) => {
      offMs += ms;
    },
    sleep: async (ms: number) => {
      now += ms;
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
}
