import { say } from '../../cards/wording/index.ts';
import type { SlackAccess } from '../../src/domain/farm.ts';
import { judgeOrigin } from './doorkeeper.ts';
import type { Inbox } from './handle.ts';
import type { Delivery } from './intents.ts';

type Submission = Extract<Delivery, { type: 'submission' }>;

/**
 * What the bot would refuse of a request's form at one of its fields, before it is sent: nothing is recorded, and
 * whoever may not ask at all hears that when it is.
 */
export type Judge = (
  delivery: Submission,
  inbox: Inbox,
) => Promise<{ readonly field: string; readonly words: string } | null>;

export const createJudge =
  (access: SlackAccess): Judge =>
  async ({ origin, account, channel, verb, data, inputs, fields }, inbox) => {
    if (verb !== 'request' || judgeOrigin(access, origin) !== null) return null;
    const person = { platform: 'slack', account };
    const reply = await inbox({ type: 'action', person, channel, verb: 'check-request', data, inputs });
    if (reply.type !== 'notice' || reply.field === undefined || !fields.includes(reply.field)) return null;
    const { language, timeZone } = reply.tongue;
    const words = reply.notice.messages.map((message) => say(message, language, undefined, timeZone)).join(' ');
    return { field: reply.field, words };
  };
