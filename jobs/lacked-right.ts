/** BullMQ waits five seconds for a letter before it asks again: whoever may not ask is refused within that. */
const ASKED_WITHIN_MS = 6_000;
/** A right may be needed only where a letter ends: a runner gets one with each hello, fifteen seconds apart. */
const NEEDED_WITHIN_MS = 35_000;

/**
 * Whether a user lacks a right that taking letters needs: from a refusal until a letter has come to its end since and
 * asking is not refused any more, or until nothing was refused for as long as a letter takes to come. `now` is steady.
 */
export function createLackedRight(now: () => number) {
  let refused: { readonly at: number; readonly isPassed: boolean } | null = null;
  return {
    refused(): void {
      refused = { at: now(), isPassed: false };
    },
    /** A letter came, and was ended. */
    passed(): void {
      if (refused !== null) refused = { ...refused, isPassed: true };
    },
    isLacked: (): boolean =>
      refused !== null && now() - refused.at < (refused.isPassed ? ASKED_WITHIN_MS : NEEDED_WITHIN_MS),
  };
}
