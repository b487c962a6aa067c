import type { HostName, Instant, RotationId } from '../values.ts';

/**
 * A runner; the daily look at a machine; a chat, or one of its channels, that accepts nothing; a chat that sends
 * nothing; the bot's own credential for a chat, near its end or refused; the queue; the webhook or ping address; one of
 * several bots that serve the farm at once, by the address from which it is connected.
 */
export type QuietKind =
  | 'runner'
  | 'scan'
  | 'chat'
  | 'channel'
  | 'deaf'
  | 'credential'
  | 'refused'
  | 'queue'
  | 'address'
  | 'bots';

/** What the bot writes about upcoming expiries, and about silence. */
export type ReminderEntry =
  /** The day's reminder is due: from here on it is delivered to every channel. */
  | {
      readonly type: 'reminding';
      readonly day: string;
      readonly hosts: readonly { readonly host: HostName; readonly thumbprint: string; readonly days: number }[];
      /** Certificates for which the reminder mentions the approvers. */
      readonly escalates?: readonly string[];
    }
  /** No reminders about these certificates before that day of the farm's calendar. */
  | {
      readonly type: 'snoozed';
      readonly thumbprints: readonly string[];
      readonly untilDay: string;
      readonly by: { readonly id: string; readonly name: string };
      readonly reason: string;
    }
  /** Machines or platforms that are silent, or whose credential is near its end. `since`: the earliest, or that end. */
  | {
      readonly type: 'quiet';
      readonly what: QuietKind;
      readonly subjects: readonly string[];
      readonly since: Instant;
      /** For Redis: the error with which it refuses every write. Absent: it is unreachable. */
      readonly refuses?: string;
    }
  | { readonly type: 'well'; readonly what: QuietKind; readonly subjects: readonly string[] }
  /** Reviews are late: from here on every channel is told, once a day. */
  | { readonly type: 'nagging'; readonly day: string; readonly ids: readonly RotationId[] }
  /** Somebody wants to see in every channel what a reminder looks like. */
  | { readonly type: 'sample-asked'; readonly by: { readonly id: string; readonly name: string } }
  | {
      readonly type: 'reminded';
      readonly day: string;
      readonly hosts: readonly { readonly host: HostName; readonly thumbprint: string; readonly days: number }[];
      readonly platform: string;
      readonly channel: string;
      readonly message: string;
    };
