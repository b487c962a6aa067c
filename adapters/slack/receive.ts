import type { AllMiddlewareArgs, AnyMiddlewareArgs } from '@slack/bolt';
import { say } from '../../cards/wording/index.ts';
import { isRefusal } from '../../src/domain/values.ts';
import type { Inbox } from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { codeOf } from './code-of.ts';
import { createDeliveries } from './deliveries.ts';
import type { Stamp } from './guarded-app.ts';
import { type Handle, judgeSubmission } from './handle.ts';
import type { Identity } from './identity.ts';
import { type Delivery, parseDelivery } from './intents.ts';
import type { Judge } from './judge-form.ts';

export interface Receive {
  /** Bolt's middleware, the only one: it gets everything that Slack delivers. */
  take(args: AnyMiddlewareArgs & AllMiddlewareArgs): Promise<void>;
  /** null: nobody is there to decide, so nothing is worked on. */
  open(inbox: Inbox | null): void;
  isOpen(): boolean;
  /** Resolves when what was taken is worked on. */
  settled(): Promise<void>;
}

/** Acknowledge, always and before anything else; then look whether it was here before; then work. */
export function createReceive(deps: {
  readonly identity: Identity;
  readonly handle: Handle;
  readonly judge: Judge;
  readonly clock: Clock;
  readonly log: Log;
}): Receive {
  const { identity, handle, judge, clock, log } = deps;
  const deliveries = createDeliveries();
  const atWork = new Set<Promise<void>>();
  let inbox: Inbox | null = null;

  const refused = (code: string, data: object = {}): void =>
    log.warn({ platform: 'slack', code, ...data }, 'a delivery was refused');

  /** Slack repeats what was not acknowledged in time, and a request that somebody overheard can be sent again. */
  function isRepeated(delivery: Delivery, context: { readonly stamp?: Stamp; readonly retryNum?: number }): boolean {
    const { once = null, same = null } = context.stamp ?? {};
    const now = clock.now();
    const fresh = [
      once === null || deliveries.first(`once ${once}`, now),
      delivery.type !== 'said' || deliveries.first(`event ${delivery.event}`, now),
      // A person may well say the same twice; a repetition says that it is one.
      same === null || deliveries.first(`same ${same}`, now) || !((context.retryNum ?? 0) > 0),
    ];
    return fresh.includes(false);
  }

  /** What the bot finds wrong in a request's form, at its field; null: it may close, and what else there is is told. */
  async function wrongIn(delivery: Delivery): Promise<object | null> {
    if (inbox === null || delivery.type !== 'submission') return null;
    try {
      const found = await judge(delivery, inbox);
      return found === null ? null : errorAt(found.field, found.words);
    } catch (error) {
      log.warn({ platform: 'slack', code: codeOf(error) }, 'a form could not be judged before it was sent');
      return null;
    }
  }

  return {
    take: async (args) => {
      // Only a modal's acknowledgement depends on what is in it; to judge that asks nobody outside this process.
      const delivery = parseDelivery(args.body, identity.known()?.user ?? null);
      const lacks = isRefusal(delivery) ? null : (lacksOf(delivery) ?? (await wrongIn(delivery)));
      try {
        if ('ack' in args) await (args.ack as (answer?: object) => Promise<void>)(lacks ?? undefined);
      } catch {
        // The person was told that nothing happened, so nothing does.
        return refused('NotAcknowledged');
      }

      if (isRefusal(delivery)) return refused(delivery.code, delivery.data);
      if (delivery.type === 'nothing' || lacks !== null || isRepeated(delivery, args.context)) return;
      if (delivery.type === 'action' && delivery.unread) refused(delivery.unread.code, delivery.unread.data);
      const bot = inbox;
      if (bot === null) return refused('BotNotReady');
      // Work that keeps the processor would hold back the acknowledgement, which has not left yet.
      const work = new Promise<void>((resolve) => setTimeout(resolve, 1))
        .then(() => handle(delivery, bot))
        .catch((error: unknown) => {
          log.warn(
            { platform: 'slack', code: codeOf(error), type: delivery.type },
            'a delivery could not be worked on',
          );
        });
      atWork.add(work);
      void work.finally(() => atWork.delete(work));
    },
    open: (next) => {
      inbox = next;
    },
    isOpen: () => inbox !== null,
    settled: async () => {
      await Promise.allSettled(atWork);
    },
  };
}

/** What keeps a modal open; null: it may close. */
function lacksOf(delivery: Delivery): object | null {
  const lacks = judgeSubmission(delivery);
  if (lacks === null || delivery.type !== 'submission') return null;
  return errorAt(lacks.input, say(lacks.message, delivery.language));
}

/** In our forms a block is called as its input. */
const errorAt = (input: string, words: string): object => ({ response_action: 'errors', errors: { [input]: words } });
