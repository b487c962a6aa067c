import { say } from '../../cards/wording/index.ts';
import type { SlackAccess } from '../../src/domain/farm/farm.ts';
import type { Inbox } from '../../src/ports/chat.ts';
import { isToBeAsked, judgeOrigin } from './doorkeeper.ts';
import { intentOf } from './handle.ts';
import type { Delivery } from './intents.ts';

type Submission = Extract<Delivery, { type: 'submission' }>;

/**
 * What the bot would reject in one of a request form's fields, checked before the form is sent. Nothing is recorded,
 * and anyone who may not make requests at all is told so only once it is sent.
 */
export type Judge = (
  delivery: Submission,
  inbox: Inbox,
) => Promise<{ readonly field: string; readonly words: string } | null>;

/** Asks the bot as a submitted form would, but with the verb `check-request`. */
export const createJudge =
  (access: SlackAccess): Judge =>
  async (delivery, inbox) => {
    const intent = intentOf(delivery);
    if (intent.type !== 'action' || intent.verb !== 'request') return null;
    const strange = judgeOrigin(access, delivery.origin);
    if (strange !== null && !isToBeAsked(strange, delivery.origin)) return null;
    const reply = await inbox({ ...intent, verb: 'check-request' });
    if (reply.type !== 'notice' || reply.field === undefined || !delivery.fields.includes(reply.field)) return null;
    const { language, timeZone } = reply.locale;
    const words = reply.notice.messages.map((message) => say(message, language, undefined, timeZone)).join(' ');
    return { field: reply.field, words };
  };
