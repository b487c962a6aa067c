import type { HostName, Role } from '../values.ts';
import type { ChangeWindow } from '../when/windows.ts';
import type { TicketPolicy } from './ticket.ts';
import type { Language } from './tongue.ts';

/** A person of the farm file. `accounts` hold the platform's own ids (Slack user id, Entra object id, web name). */
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
  /** Ed25519 public keys of its runner (`ed25519:<base64url>`), at most two: the second while one is exchanged. */
  readonly keys: readonly string[];
  readonly address: string | null;
  readonly systemRoot: string;
}

/** Who must agree where a key is in the wrong hands. `approvers` are person ids, groups already resolved. */
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
  /** Approvers that the farm file alone would not make: a chat's own group named them just now. Absent: nobody. */
  readonly fed?: readonly string[];
  readonly lapsesAfterMs: number;
  /** Where a key is in the wrong hands; absent: the same people as ever. */
  readonly compromised?: CompromisedPolicy;
  /** So many days after a compromised rotation somebody is to have looked at it once more; absent: three. */
  readonly reviewDays?: number;
}

export interface GapPolicy {
  /** Not proved this long after the master switched: all is put back. Milliseconds. */
  readonly limitMs: number;
  /** So many workers that fail, or are not proved by the limit, are named and left; one more and all is put back. */
  readonly leaveBehind: number;
  /** So many workers go first, and must be proved before the others start. */
  readonly canary: number;
  /** So many machines at once, in prepare and after the canary. */
  readonly concurrency: number;
}

export interface DrainPolicy {
  /**
   * Packages that run are waited for so long before an outage; then a person is asked. 0: nobody waits. Milliseconds.
   */
  readonly limitMs: number;
}

export interface CertificatePolicy {
  readonly keyBits: number;
  readonly lifetimeDays: number;
  readonly exportable: boolean;
  /** Names to cover beyond the endpoint's host: dNSNames or addresses. */
  readonly extraNames: readonly string[];
}

export interface ReminderPolicy {
  /** Days before the end at which a word is said; below the smallest, every day. */
  readonly days: readonly number[];
  /** `HH:MM` in the farm's time zone. */
  readonly at: string;
  /** Person id, mentioned on each reminder. */
  readonly owner: string | null;
  /** From so many days before the end on the approvers are mentioned too, once a certificate. */
  readonly escalateDays: number;
  /** A word may be put off for so many days at most. */
  readonly snoozeDays: number;
}

export interface RetirePolicy {
  /** So long nothing must have used a certificate before it may be removed. Milliseconds. */
  readonly graceMs: number;
}

/** Addresses that hear of what cannot wait for a chat to be read. Parts of them may be secret. */
export interface NotifyPolicy {
  /** Is posted each event as JSON; null: nobody is told. */
  readonly webhook: string | null;
  /** Is fetched once a minute while the bot is well. */
  readonly ping: string | null;
}

export interface FarmChannel {
  readonly platform: string;
  readonly id: string;
  readonly name: string;
  /** Of the cards there. */
  readonly language: Language;
}

/** A group of people; a Slack user group may feed it beside the farm file. */
export interface Group {
  readonly id: string;
  /** Slack's id of the user group, `S0...`; null: the farm file alone says who is in it. */
  readonly slack: string | null;
}

/** Whose events are taken in: all of it is compared with what a request says, and anything else is refused. */
export interface SlackAccess {
  /** `api_app_id`, `A0...`. */
  readonly app: string;
  /** Workspaces, `T0...`. */
  readonly workspaces: readonly string[];
  /** Enterprise organisations, `E0...`; none: a workspace of its own. */
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
  /** True only for the lab's farm: the web console, where names are not checked, serves nothing else. */
  readonly rehearsal: boolean;
  readonly timeZone: string;
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly hosts: readonly FarmHost[];
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
  /** Groups of which a chat has told, since the bot began, who is in them; absent: none. */
  readonly told?: readonly string[];
  readonly approval: ApprovalPolicy;
  readonly gap: GapPolicy;
  readonly drain: DrainPolicy;
  readonly certificate: CertificatePolicy;
  readonly reminders: ReminderPolicy;
  readonly retire: RetirePolicy;
  /** When a rotation may begin that does not say now. None: as soon as it is approved. */
  readonly windows: readonly ChangeWindow[];
  /** null: a request may name a ticket, and nothing is known of it. */
  readonly ticket: TicketPolicy | null;
  /** null: the farm has no channel there. */
  readonly chat: { readonly slack: SlackAccess | null; readonly teams: TeamsAccess | null };
  readonly channels: readonly FarmChannel[];
  readonly notify?: NotifyPolicy;
}

export const hostsWith = (farm: Farm, role: Role): readonly FarmHost[] =>
  farm.hosts.filter((host) => host.roles.includes(role));
