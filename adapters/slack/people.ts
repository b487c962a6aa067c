import type { SteadyClock } from '../../src/ports/clock.ts';
import type { SlackApi } from './api.ts';

/** What Slack knows of an account. Only what decides whether it may act. */
export interface AccountFacts {
  readonly deleted: boolean;
  readonly bot: boolean;
  /** Single-channel and multi-channel guests. */
  readonly guest: boolean;
  /** Of another company, seen through a shared channel. */
  readonly stranger: boolean;
  readonly team: string | null;
  readonly enterprise: string | null;
}

export interface People {
  /** Kept for a minute. Throws CertopsError: the account cannot be asked about now. */
  facts(account: string): Promise<AccountFacts>;
}

const KEPT_MS = 60_000;
const MOST = 5_000;

/** Many clicks of one person ask Slack once. What failed is asked anew. */
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
  // An answer that says nothing of the account lets nobody in. In an organisation one person can have two ids.
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
