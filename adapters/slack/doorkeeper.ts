import type { SlackAccess } from '../../src/domain/farm/farm.ts';
import { type Refusal, refuse } from '../../src/domain/values.ts';
import type { AccountFacts } from './people.ts';

/** Where a delivery says it comes from. null: it does not say. */
export interface Origin {
  readonly app: string | null;
  /** The workspace in which the app is installed. */
  readonly team: string | null;
  readonly enterprise: string | null;
  /** The person's own workspace: another one where the channel is shared with another company. */
  readonly personTeam: string | null;
}

/**
 * Whether a delivery may come in at all. If refused here, it gets no answer, only a line in the log. Refusals:
 * `AppNotOurs`, `TeamNotListed`, `EnterpriseNotListed`, `PersonOfAnotherTeam`.
 */
export function judgeOrigin(access: SlackAccess, origin: Origin): Refusal | null {
  const { app, team, enterprise, personTeam } = origin;
  if (app !== access.app) return refuse('AppNotOurs', { app });
  if (enterprise !== null && !access.enterprises.includes(enterprise)) {
    return refuse('EnterpriseNotListed', { enterprise });
  }
  // If a whole organisation installed the app, a delivery may name no workspace, or the organisation in its place.
  if (team === null ? enterprise === null : !isOurs(access, team)) return refuse('TeamNotListed', { team });
  if (personTeam !== null && !isOurs(access, personTeam)) return refuse('PersonOfAnotherTeam', { team: personTeam });
  return null;
}

/** In an organisation a click names any one of the person's workspaces: ask Slack which organisation they belong to. */
export const isToBeAsked = (refusal: Refusal, { enterprise }: Origin): boolean =>
  refusal.code === 'PersonOfAnotherTeam' && enterprise !== null;

/**
 * Whether this account may do anything beyond looking. The refusal is worded for the person (`refused.chat-...`):
 * `chat-deleted`, `chat-bot`, `chat-guest`, `chat-stranger`.
 */
export function judgePerson(access: SlackAccess, facts: AccountFacts): Refusal | null {
  if (facts.deleted) return refuse('chat-deleted');
  if (facts.bot) return refuse('chat-bot');
  if (facts.guest) return refuse('chat-guest');
  const ours =
    (facts.team !== null && isOurs(access, facts.team)) ||
    (facts.enterprise !== null && access.enterprises.includes(facts.enterprise));
  return facts.stranger || !ours ? refuse('chat-stranger') : null;
}

/** In an organisation, Slack may give the organisation itself as a person's team. */
const isOurs = ({ workspaces, enterprises }: SlackAccess, team: string): boolean =>
  workspaces.includes(team) || enterprises.includes(team);
