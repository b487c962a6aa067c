import type { HostName, Role } from '../values.ts';
import type { ChangeWindow } from '../when/windows.ts';
import type { Language } from './locale.ts';
import type { TicketPolicy } from './ticket.ts';

/** A person in the farm file. `accounts` holds the platforms' own ids (Slack user id, Entra object id, web name). */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly accounts: { readonly [platform: string]: string };
  readonly groups: readonly string[];
  readonly language: Language;
  readonly timeZone: string;
}

export interface FarmHost {
  readonly name: HostName;
  readonly roles: readonly Role[];
  /**
   * Ed25519 public keys of its runner (`ed25519:<base64url>`), at most two: the second while a key is being exchanged.
   */
  readonly keys: readonly string[];
  readonly address: string | null;
  readonly systemRoot: string;
}

/** Who must agree when a key is compromised. `approvers` are person ids, groups already resolved. */
export interface CompromisedPolicy {
  readonly quorum: number;
  readonly approvers: readonly string[];
  readonly groups: readonly string[];
  readonly fed?: readonly string[];
}

/** Who must agree. `approvers` are person ids, groups already resolved. */
export interface ApprovalPolicy {
  readonly quorum: number;
  readonly approvers: readonly string[];
  /** The groups among the approvers, as the farm file has them. */
  readonly groups: readonly string[];
  /** Approvers who are not in the farm file's list but in a chat's own group right now. Absent: nobody. */
  readonly fed?: readonly string[];
  readonly lapsesAfterMs: number;
  /** For compromised keys. Absent: the same people as always. */
  readonly compromised?: CompromisedPolicy;
  /** Days after a compromised rotation by which somebody has to review it. Absent: three. */
  readonly reviewDays?: number;
}

export interface GapPolicy {
  /** If not proved this long after the master switched, all is put back. Milliseconds. */
  readonly limitMs: number;
  /**
   * Up to this many workers may fail, or not be proved by the limit, and are named and left behind; one more and all is
   * put back.
   */
  readonly leaveBehind: number;
  /** How many workers go first, and must be proved before the others start. */
  readonly canary: number;
  /** How many machines run at once, in prepare and after the canary. */
  readonly concurrency: number;
}

interface DrainPolicy {
  /** How long to wait for running packages before an outage; then a person is asked. 0: no waiting. Milliseconds. */
  readonly limitMs: number;
}

interface CertificatePolicy {
  readonly keyBits: number;
  readonly lifetimeDays: number;
  readonly exportable: boolean;
  /** Names to cover beyond the endpoint's host: dNSNames or addresses. */
  readonly extraNames: readonly string[];
}

export interface ReminderPolicy {
  /** Days before expiry on which a reminder is posted; below the smallest, every day. */
  readonly days: readonly number[];
  /** `HH:MM` in the farm's time zone. */
  readonly at: string;
  /** Person id, mentioned on each reminder. */
  readonly owner: string | null;
  /** From this many days before expiry the approvers are mentioned too, once per certificate. */
  readonly escalateDays: number;
  /** A reminder may be put off for at most this many days. */
  readonly snoozeDays: number;
}

interface RetirePolicy {
  /** How long a certificate must have been unused before it may be removed. Milliseconds. */
  readonly graceMs: number;
}

/** Addresses to notify about what cannot wait until somebody reads the chat. Parts of them may be secret. */
interface NotifyPolicy {
  /** Each event is posted to it as JSON. null: nobody is told. */
  readonly webhook: string | null;
  /** Fetched once a minute while the bot is well. */
  readonly ping: string | null;
}

export interface FarmChannel {
  readonly platform: string;
  readonly id: string;
  readonly name: string;
  /** Of the cards in this channel. */
  readonly language: Language;
}

/** A group of people; a Slack user group may add to what the farm file says. */
export interface Group {
  readonly id: string;
  /** Slack's id of the user group, `S0...`. null: only the farm file says who is in it. */
  readonly slack: string | null;
}

/** Whose events are accepted: every field is compared with the request, and anything else is refused. */
export interface SlackAccess {
  /** `api_app_id`, `A0...`. */
  readonly app: string;
  /** Workspaces, `T0...`. */
  readonly workspaces: readonly string[];
  /** Enterprise organisations, `E0...`. Empty: a standalone workspace. */
  readonly enterprises: readonly string[];
}

export interface TeamsAccess {
  /** Entra application (client) id of the bot. */
  readonly app: string;
  /** Entra tenant id. */
  readonly tenant: string;
}

export interface Farm {
  readonly name: string;
  /** True only for the lab's farm: the web console does not check names and serves no other farm. */
  readonly rehearsal: boolean;
  readonly timeZone: string;
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly hosts: readonly FarmHost[];
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
  /** Groups whose members a chat has reported since the bot started; absent: none. */
  readonly told?: readonly string[];
  readonly approval: ApprovalPolicy;
  readonly gap: GapPolicy;
  readonly drain: DrainPolicy;
  readonly certificate: CertificatePolicy;
  readonly reminders: ReminderPolicy;
  readonly retire: RetirePolicy;
  /** When a rotation that does not ask to start now may begin. Empty: as soon as it is approved. */
  readonly windows: readonly ChangeWindow[];
  /** null: a request may name a ticket, but there are no rules for it. */
  readonly ticket: TicketPolicy | null;
  /** null: the farm has no channel on that platform. */
  readonly chat: { readonly slack: SlackAccess | null; readonly teams: TeamsAccess | null };
  readonly channels: readonly FarmChannel[];
  readonly notify?: NotifyPolicy;
}

export const hostsWith = (farm: Farm, role: Role): readonly FarmHost[] =>
  farm.hosts.filter((host) => host.roles.includes(role));
