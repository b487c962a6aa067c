import type { SteadyClock } from '../../src/ports/clock.ts';
import type { SlackApi } from './api.ts';

/** What Slack knows about an account: only what decides whether it may act. */
export interface AccountFacts {
  readonly deleted: boolean;
  readonly bot: boolean;
  /** Single-channel and multi-channel guests. */
  readonly guest: boolean;
  /** Somebody of another company, seen through a shared channel. */
  readonly stranger: boolean;
  readonly team: string | null;
  readonly enterprise: string | null;
}

export interface People {
  /** Kept for a minute. Throws CertopsError when Slack cannot be asked about the account now. */
  facts(account: string): Promise<AccountFacts>;
}

const KEPT_MS = 60_000;
const MOST = 5_000;

/** Many clicks by one person ask Slack only once. A failed question is asked again. */
export function createPeople(api: SlackApi, clock: SteadyClock): People {
  const kept = new Map<string, { readonly until: number; readonly facts: Promise<AccountFacts> }>();
  return {
    facts: (account) => {
      const now = clock.steady();
      const old = kept.get(account);
      if (old !== undefined && old.until > now) return old.facts;
      kept.delete(account);
      if (kept.size >= MOST) kept.clear();
      const facts = ask(api, account);
      const entry = { until: now + KEPT_MS, facts };
      kept.set(account, entry);
      facts.catch(() => {
        if (kept.get(account) === entry) kept.delete(account);
      });
      return facts;
    },
  };
}

async function ask(api: SlackApi, account: string): Promise<AccountFacts> {
  const { user } = await api.call({ method: 'users.info' }, (client) => client.users.info({ user: account }));
  // If the answer does not describe this account, nobody is let in. In an organisation one person can have two ids.
  if (user === undefined || (user.id !== account && user.enterprise_user?.id !== account)) {
    return { deleted: true, bot: false, guest: false, stranger: true, team: null, enterprise: null };
  }
  return {
    deleted: user.deleted === true,
    bot: user.is_bot === true || user.is_workflow_bot === true || user.id === 'USLACKBOT',
    guest: user.is_restricted === true || user.is_ultra_restricted === true,
    stranger: (user as { readonly is_stranger?: unknown }).is_stranger === true,
    team: user.team_id ?? null,
    enterprise: user.enterprise_user?.enterprise_id ?? null,
  };
}
