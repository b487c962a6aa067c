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

interface Receive {
  /** Bolt's middleware, our only one: it gets everything that Slack delivers. */
  take(args: AnyMiddlewareArgs & AllMiddlewareArgs): Promise<void>;
  /** null: there is no bot to decide, so nothing is processed. */
  open(inbox: Inbox | null): void;
  isOpen(): boolean;
  /** Resolves when everything taken has been processed. */
  settled(): Promise<void>;
}

/** Acknowledges always and before anything else; then checks whether it is a repetition; then processes it. */
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

  /** Slack repeats what was not acknowledged in time, and somebody who overheard a request can replay it. */
  function isRepeated(delivery: Delivery, context: { readonly stamp?: Stamp; readonly retryNum?: number }): boolean {
    const { once = null, same = null } = context.stamp ?? {};
    const now = clock.now();
    const fresh = [
      once === null || deliveries.first(`once ${once}`, now),
      delivery.type !== 'said' || deliveries.first(`event ${delivery.event}`, now),
      // A person may well say the same thing twice; Slack marks its own repetitions.
      same === null || deliveries.first(`same ${same}`, now) || !((context.retryNum ?? 0) > 0),
    ];
    return fresh.includes(false);
  }

  /**
   * What the bot finds wrong in a field of a request's form; null: the form may close, and any other problem is
   * reported afterwards.
   */
  async function wrongIn(delivery: Delivery): Promise<object | null> {
    if (inbox === null || delivery.type !== 'submission') return null;
    try {
      const found = await judge(delivery, inbox);
      return found === null ? null : errorAt(found.field, found.words);
    } catch (error) {
      log.warn({ platform: 'slack', code: codeOf(error) }, 'a form could not be checked before it was submitted');
      return null;
    }
  }

  return {
    take: async (args) => {
      // Only a modal's acknowledgement depends on its content; judging it asks nobody outside this process.
      const delivery = parseDelivery(args.body, identity.known()?.user ?? null);
      const lacks = isRefusal(delivery) ? null : (lacksOf(delivery) ?? (await wrongIn(delivery)));
      try {
        if ('ack' in args) await (args.ack as (answer?: object) => Promise<void>)(lacks ?? undefined);
      } catch {
        // The person was told that nothing happened, so do nothing.
        return refused('NotAcknowledged');
      }

      if (isRefusal(delivery)) return refused(delivery.code, delivery.data);
      if (delivery.type === 'nothing' || lacks !== null || isRepeated(delivery, args.context)) return;
      if ('unread' in delivery && delivery.unread) refused(delivery.unread.code, delivery.unread.data);
      const bot = inbox;
      if (bot === null) return refused('BotNotReady');
      // The acknowledgement has not left the process yet: CPU-heavy work would hold it back.
      const work = new Promise<void>((resolve) => setTimeout(resolve, 1))
        .then(() => handle(delivery, bot))
        .catch((error: unknown) => {
          log.warn({ platform: 'slack', code: codeOf(error), type: delivery.type }, 'a delivery could not be handled');
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

/** In our forms a block has the name of its input. */
const errorAt = (input: string, words: string): object => ({ response_action: 'errors', errors: { [input]: words } });
