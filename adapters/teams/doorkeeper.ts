import type { TeamsAccess } from '../../src/domain/farm/farm.ts';
import { type Refusal, refuse } from '../../src/domain/values.ts';
import type { Sender } from './intents.ts';
import type { MemberFacts } from './people.ts';

/**
 * Whether this delivery may come in at all, by what it says of itself. The refusals are worded for the person
 * (`refused.chat-...`): `chat-stranger` is another tenant, or somebody without an Entra account; `chat-bot` is a
 * program.
 */
export function judgeSender(access: TeamsAccess, sender: Sender): Refusal | null {
  if (sender.role !== null && sender.role.toLowerCase() !== 'user') return refuse('chat-bot', { role: sender.role });
  // Teams' ids of apps start with `28:`, and not every delivery names a role.
  if (sender.member.startsWith('28:')) return refuse('chat-bot', { role: null });
  return sender.account === null ? refuse('chat-stranger') : judgeTenant(access, sender);
}

/** The tenant check alone, also for deliveries without a speaker: the bot was added to a team. */
export function judgeTenant({ tenant }: TeamsAccess, { tenants }: Sender): Refusal | null {
  const ours = tenants.length > 0 && tenants.every((one) => one === tenant.toLowerCase());
  return ours ? null : refuse('chat-stranger');
}

/** The same check by Teams' roster: here Teams is asked, not the sender. */
export function judgeMember({ tenant }: TeamsAccess, facts: MemberFacts | null): Refusal | null {
  if (facts === null) return refuse('chat-not-member');
  if (facts.tenant !== tenant.toLowerCase()) return refuse('chat-stranger');
  return facts.guest ? refuse('chat-guest') : null;
}
