import { isCertopsError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Copy } from './references.ts';

/** Brings one copy to one state of its card. Throws CertopsError. */
type Bring = () => Promise<void>;

/** Copies of cards. Each is brought to the newest state by one call at a time, whoever asked for it. */
interface Copies {
  /** Resolves when the copy shows the state, or will be tried again later. Never throws. */
  change(copy: Copy, bring: Bring): Promise<void>;
  /** Ends all retries. */
  stop(): void;
}

interface Work {
  /** The newest state, while the copy does not show it yet. */
  newest: Bring | null;
  running: Promise<void> | null;
  /** A retry is scheduled. */
  waits: boolean;
  failures: number;
}

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;
/** Some hours. After that only the next change, or a click on it, updates the copy. */
const MOST_FAILURES = 40;
const GONE: ReadonlySet<string> = new Set(['MessageNotFound', 'ChannelNotFound']);
const PASSES: ReadonlySet<string> = new Set(['ChatBusy', 'ChatAway']);

/** A copy that Teams does not take is tried again for some hours, at growing intervals. */
export function createCopies(parts: {
  /** The copy no longer exists. */
  readonly drop: (copy: Copy) => Promise<void>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info'>;
}): Copies {
  const { drop, clock, log } = parts;
  const works = new Map<string, Work>();
  const over = new AbortController();

  async function work(copy: Copy, mine: Work): Promise<void> {
    while (mine.newest !== null) {
      const bring = mine.newest;
      mine.newest = null;
      try {
        await bring();
        mine.failures = 0;
      } catch (error) {
        if (await isLeft(copy, mine, error)) mine.newest ??= bring;
        if (mine.newest === bring) return again(copy, mine, pauseOf(error, mine.failures));
      }
    }
  }

  /** Whether the copy still needs the state that could not be sent. */
  async function isLeft(copy: Copy, mine: Work, error: unknown): Promise<boolean> {
    const code = isCertopsError(error) ? error.code : String(error);
    if (GONE.has(code)) {
      await drop(copy).catch(() => undefined);
      return false;
    }
    mine.failures += 1;
    if (mine.failures === 1) log.info({ key: copy.key, code }, 'a copy of a card in Teams is not up to date');
    return PASSES.has(code) && mine.failures < MOST_FAILURES;
  }

  function again(copy: Copy, mine: Work, pauseMs: number): void {
    if (mine.waits || over.signal.aborted) return;
    mine.waits = true;
    clock.sleep(pauseMs, over.signal).then(
      () => {
        mine.waits = false;
        void run(copy, mine);
      },
      () => undefined,
    );
  }

  function run(copy: Copy, mine: Work): Promise<void> {
    mine.running ??= work(copy, mine).finally(() => {
      mine.running = null;
      if (mine.newest === null && !mine.waits) works.delete(nameOf(copy));
    });
    return mine.running;
  }

  return {
    change: (copy, bring) => {
      const name = nameOf(copy);
      const mine = works.get(name) ?? { newest: null, running: null, waits: false, failures: 0 };
      works.set(name, mine);
      mine.newest = bring;
      return run(copy, mine);
    },
    stop: () => over.abort(),
  };
}

const nameOf = ({ conversation, message }: Copy): string => `${conversation} ${message}`;

const pauseOf = (error: unknown, failures: number): number =>
  isCertopsError(error) && error.code === 'ChatBusy'
    ? Number(error.data.retryAfterMs)
    : Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
