import type { ChatAdapter } from '../../ports/chat.ts';
import type { SteadyClock } from '../../ports/clock.ts';
import type { Signer } from '../../ports/journal.ts';
import type { Log } from '../../ports/log.ts';
import { keepGroups } from './chats/groups.ts';
import type { Desk } from './desk.ts';
import { createNotifier, type NotifierDeps } from './notify/notifier.ts';
import { createOutbox, type OutboxDeps } from './outbox/index.ts';
import { createPlanner } from './planning/planner.ts';
import { createRechecker } from './planning/recheck.ts';
import { requestAgain } from './planning/request-again.ts';
import { remind } from './reminders/remind.ts';
import { createReturns } from './watch/returns.ts';
import { createWatch, type WatchDeps } from './watch/watch.ts';
import { createWitness } from './watch/witness.ts';

interface FarmWork {
  /** Before the chats are started: cards go out through each as soon as it is. */
  start(): void;
  /** A chat has been started: whatever it lacks goes out now. */
  poke(): void;
  /** The chats have been started, and can name the members of their groups. */
  chatsStarted(): void;
  tick(): Promise<void>;
  /** One run after the other: a daily and an hourly one can coincide, and each looks at what was already said. */
  remind(): Promise<void>;
  stop(): Promise<void>;
}

interface FarmWorkDeps
  extends Pick<OutboxDeps, 'isStarted'>,
    Pick<WatchDeps, 'credentials' | 'hearing' | 'refusing' | 'isAsked' | 'bots'> {
  readonly signer: Signer;
  readonly chats: readonly ChatAdapter[];
  readonly queueUp: () => boolean;
  /** If left out, no address of the farm file is called. */
  readonly out: Pick<NotifierDeps, 'http' | 'word'> | undefined;
  readonly clock: SteadyClock;
  readonly log: Log;
}

/** All that the bot does for one farm by itself: plans, cards, groups, words to addresses, watching, reminders. */
export function createFarmWork(desk: Desk, deps: FarmWorkDeps): FarmWork {
  const { signer, out, clock, log } = deps;
  const outbox = createOutbox(desk, deps);
  const groups = keepGroups(desk, deps);
  const notifier = out === undefined ? null : createNotifier(desk, { ...out, clock, log });
  const watch = createWatch(desk, {
    ...deps,
    channels: outbox.channels,
    addresses: () => notifier?.addresses() ?? [],
  });
  const lookAtReturned = createReturns(desk, { signer, clock });
  const witness = createWitness(desk, deps);
  createPlanner(desk, log);
  createRechecker(desk, log);
  requestAgain(desk, { clock, log });
  let reminding: Promise<void> = Promise.resolve();

  return {
    start: outbox.start,
    poke: outbox.poke,
    chatsStarted: groups.start,
    async tick() {
      let isDone = false;
      try {
        await desk.tick();
        await watch();
        await lookAtReturned();
        await witness();
        isDone = true;
      } finally {
        // A missing ping means that the work above was not done; the webhook is told all the same.
        notifier?.tick(isDone);
      }
    },
    remind() {
      const done = reminding.then(() => remind(desk, { signer, clock }));
      reminding = done.catch(() => {});
      return done;
    },
    async stop() {
      groups.stop();
      await notifier?.stop();
      await outbox.stop();
    },
  };
}
