import { createRefusals } from '../../domain/calls/refusals.ts';
import { bootOf } from '../../domain/journal/bot-head.ts';
import { verifyEnvelope } from '../../domain/letters/envelope.ts';
import { parseAck } from '../../domain/letters/letters.ts';
import { type Envelope, PROTOCOL, type Report } from '../../domain/letters/protocol.ts';
import { instantOf } from '../../domain/time.ts';
import { type Data, isRefusal, type Refusal } from '../../domain/values.ts';
import type { RunnerDeps } from './deps.ts';

/** The most entries and characters that one report carries; the rest follows the acknowledgement. */
const MOST_ENTRIES = 200;
const MOST_CHARACTERS = 1_000_000;
/** How long until the next try while Redis is away. Milliseconds. */
const RETRY_MS = 1_000;
/** How many answers in a row must say that the bot has no more of it: no letter is under way for that long. */
const STUCK_AFTER = 6;

/** What is noted together is told together, and never in the same millisecond as another letter. Milliseconds. */
const NOTED_MS = 100;

type Notes = readonly { readonly code: string; readonly data: Data }[];

interface Reports {
  start(): void;
  stop(): Promise<void>;
  /** Entries were appended, and may wait this long for others. Milliseconds. */
  appended(mergeMs: number): void;
  /** What the notes say has changed: a hello tells it now. */
  noted(): void;
  /** The bot asks for these again, since an order came twice. */
  again(seq: number): void;
  /** An acknowledgement; anything else that comes here is dropped. */
  acknowledged(letter: unknown): void;
  /** The last entry that the bot had when it first answered after this start. */
  readonly firstWord: Promise<number>;
}

/**
 * Sends the journal to the bot until it is acknowledged, and a hello when there is nothing to say. Lost, doubled and
 * reordered letters and a wiped Redis are one case: what is not acknowledged is sent again.
 */
export function createReports(
  deps: RunnerDeps,
  notes: () => Promise<Notes>,
  misunderstood: (why: Refusal) => void,
): Reports {
  const { config, journal, signer, office, clock, log } = deps;
  const boot = bootOf(deps.boot);
  const refused = createRefusals(clock, (data) => log.warn(data, 'an acknowledgement was not understood'));
  // At a start it is not known what the bot has: the last entry is sent, and the answer says where to go on.
  let acked = Math.max(0, journal.head().seq - 1);
  /** The last entry of the last report, and whether that one had no room for the entries after it. */
  let sent = { upTo: acked, cut: false };
  const noteStuck = createStuckNote(deps);
  /** The bot has more lines than there are: this journal was put back from a copy, and only a hello shows its end. */
  let isShort = false;
  let entriesDue = clock.steady();
  let helloDue = clock.steady();
  let wake = new AbortController();
  let running: Promise<void> | null = null;
  let stopped = false;

  let spoken = (_upTo: number): void => {};
  const firstWord = new Promise<number>((resolve) => {
    spoken = resolve;
  });

  const hasNews = (): boolean => journal.head().seq > acked;

  async function loop(): Promise<void> {
    while (!stopped) {
      const due = hasNews() ? Math.min(entriesDue, helloDue) : helloDue;
      const wait = due - clock.steady();
      if (wait > 0) {
        await clock.sleep(wait, wake.signal).catch(() => {});
        if (wake.signal.aborted) wake = new AbortController();
      } else {
        await send();
      }
    }
  }

  async function send(): Promise<void> {
    const from = acked + 1;
    // No more than fits: a bot that has lost everything is sent a journal of years, and each report would read all of
    // it.
    const unsent = hasNews() ? journal.read(from, acked + MOST_ENTRIES) : [];
    const entries = carried(unsent.map(({ envelope }) => envelope));
    const upTo = acked + entries.length;
    if (entries.length > 0) sent = { upTo, cut: upTo < journal.head().seq };
    const now = clock.steady();
    entriesDue = entries.length > 0 ? now + PROTOCOL.resendReportsMs : Number.POSITIVE_INFINITY;
    helloDue = now + PROTOCOL.helloEveryMs;
    const report: Report = {
      v: 1,
      farm: config.farm,
      host: config.host,
      boot,
      version: deps.version,
      clock: instantOf(clock.now()),
      lastN: journal.state().lastN,
      from,
      entries,
      notes: await notes(),
    };
    try {
      await office.toBot(signer.sign('report', JSON.stringify(report)));
    } catch {
      const again = clock.steady() + RETRY_MS;
      if (entries.length > 0) entriesDue = again;
      else helloDue = again;
    }
  }

  const poke = (at: number): void => {
    entriesDue = Math.min(entriesDue, at);
    wake.abort();
  };

  return {
    firstWord,
    start() {
      running ??= loop();
    },
    async stop() {
      stopped = true;
      wake.abort();
      await running;
    },
    appended: (mergeMs) => poke(clock.steady() + mergeMs),
    noted() {
      helloDue = Math.min(helloDue, clock.steady() + NOTED_MS);
      wake.abort();
    },
    again(seq) {
      // It would put off the hello for as long as the bot waits for an answer.
      if (isShort) return;
      acked = Math.min(acked, Math.max(0, seq - 1));
      poke(clock.steady());
    },
    acknowledged(letter) {
      const verified = verifyEnvelope(letter, 'ack', config.botKeys);
      const ack = isRefusal(verified) ? verified : parseAck(verified.body);
      if (isRefusal(ack)) {
        misunderstood(ack);
        return refused(ack.code);
      }
      if (ack.farm !== config.farm || ack.host !== config.host || ack.boot !== boot) return;
      spoken(ack.upTo);
      // It may go back: the bot lacks what it was believed to have.
      const goesBack = ack.upTo < acked;
      isShort = ack.upTo > journal.head().seq;
      acked = Math.min(ack.upTo, journal.head().seq);
      noteStuck(ack.upTo, hasNews() && sent.upTo > ack.upTo);
      if (!hasNews()) entriesDue = Number.POSITIVE_INFINITY;
      // What was sent meanwhile is on its way, and what was appended meanwhile waits to be merged: sending either again
      // at once would double the letters of a busy bot.
      if (hasNews() && (goesBack || (sent.cut && acked === sent.upTo))) poke(clock.steady());
    },
  };
}

/**
 * Warns if the bot takes no more: each letter carries lines and is answered, so lines not taken by now never are.
 * `lacks`: more was sent than its answer says it has.
 */
function createStuckNote({ clock, log }: Pick<RunnerDeps, 'clock' | 'log'>): (upTo: number, lacks: boolean) => void {
  let stuck = { at: -1, times: 0, since: 0 };
  return (upTo, lacks) => {
    const isSame = lacks && upTo === stuck.at;
    const now = clock.steady();
    // Letters that waited while the bot was away are all answered in the same moment, the older ones first.
    if (isSame && now - stuck.since < PROTOCOL.resendReportsMs / 2) return;
    stuck = { at: upTo, times: isSame ? stuck.times + 1 : 0, since: now };
    if (stuck.times !== STUCK_AFTER) return;
    log.warn(
      { code: 'NotTakenByBot', seq: upTo + 1 },
      'the bot takes nothing of this journal from here on: look into its log, it may be of an earlier version',
    );
  };
}

function carried(envelopes: readonly Envelope[]): readonly Envelope[] {
  const taken: Envelope[] = [];
  let characters = 0;
  for (const envelope of envelopes) {
    characters += envelope.body.length;
    if (taken.length > 0 && (taken.length >= MOST_ENTRIES || characters > MOST_CHARACTERS)) break;
    taken.push(envelope);
  }
  return taken;
}
