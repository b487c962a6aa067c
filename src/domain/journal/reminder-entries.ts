import type { HostName, Instant, RotationId } from '../values.ts';

/**
 * A runner; the daily look at a machine; a chat, or one channel of it, that takes nothing; a chat of which nothing is
 * heard; the bot's own secret for one, near its end or refused; webhook or ping.
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
  | 'address';

/** What the bot writes about ends to come, and about whom nothing is heard of. */
export type ReminderEntry =
  /** The day's reminder is due: from here on it is brought to every channel. */
  | {
      readonly type: 'reminding';
      readonly day: string;
      readonly hosts: readonly { readonly host: HostName; readonly thumbprint: string; readonly days: number }[];
      /** Certificates about which the approvers are mentioned on it. */
      readonly escalates?: readonly string[];
    }
  /** Nobody is reminded of these certificates before that day of the farm's calendar. */
  | {
      readonly type: 'snoozed';
      readonly thumbprints: readonly string[];
      readonly untilDay: string;
      readonly by: { readonly id: string; readonly name: string };
      readonly reason: string;
    }
  /** Nothing is heard of these, or their end is near: machines, or platforms. `since`: the earliest; a secret's end. */
  | {
      readonly type: 'quiet';
      readonly what: QuietKind;
      readonly subjects: readonly string[];
      readonly since: Instant;
      /** Of Redis: the word in which it refuses all that is written. Absent: it is out of reach. */
      readonly refuses?: string;
    }
  | { readonly type: 'well'; readonly what: QuietKind; readonly subjects: readonly string[] }
  /** Reviews are late: from here on that is brought to every channel, once a day. */
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
