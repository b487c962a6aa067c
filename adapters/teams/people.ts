import * as z from 'zod';
import { isCertopsError } from '../../src/domain/errors.ts';
import type { SteadyClock } from '../../src/ports/clock.ts';
import type { Connector } from './connector.ts';
import { inTime } from './in-time.ts';
import type { Place } from './references.ts';

/**
 * What a conversation's roster says about somebody: only what decides whether they may act, and how to mention them.
 */
export interface MemberFacts {
  /** Entra object id. */
  readonly account: string;
  /** Teams' own id, `29:...`. */
  readonly member: string;
  readonly tenant: string | null;
  readonly guest: boolean;
}

export interface People {
  /**
   * null: not, or no longer, in this conversation. Kept for a minute. Throws CertopsError when the roster cannot be
   * asked now.
   */
  facts(place: Place, who: { readonly account: string; readonly member: string }): Promise<MemberFacts | null>;
  /** Teams' own ids of those accounts that are in the conversation, in the given order. Never throws. */
  members(place: Place, accounts: readonly string[]): Promise<readonly string[]>;
  /** Throws CertopsError when the roster cannot be read. */
  count(place: Place): Promise<number>;
  /** Somebody joined or left there: forgets what was known of its people. */
  forget(place: Pick<Place, 'team' | 'conversation'>): void;
}

/** As much of a roster as could be read. */
interface Roster {
  readonly members: readonly MemberFacts[];
  /** false: there are more. */
  readonly whole: boolean;
}

/** A roster being read, page by page. */
interface Reading {
  readonly list: Promise<Roster>;
  /** Resolves when the first page is there, or never will be. */
  readonly first: Promise<void>;
  /** The members read so far. */
  readonly sofar: readonly MemberFacts[];
}

const UNREAD: Roster = { members: [], whole: false };

/** Any other role is an outsider who was let in: `guest`, `anonymous`. */
const FULL = new Set(['user', 'owner']);

/** Teams' words for a member who is not in a conversation; any other 404 is about the conversation. */
const NOT_THERE = new Set(['MemberNotFoundInConversation', 'MemberNotFound', 'UserNotFound', 'NotFound', 'http-404']);

const KEPT_MS = 60_000;
const MOST = 10_000;
/** The pages of a large team take longer than a click can wait: after this, Teams is asked about this one person. */
const LIST_LIMIT_MS = 1_000;
/** Teams' maximum per page. */
const PAGE_SIZE = 500;
const MOST_PAGES = 10;
/** If the roster is incomplete, at most this many people are looked up one by one: votes use the same rate. */
const MOST_SINGLY = 10;

/** Teams calls the same thing `aadObjectId` in one answer and `objectId` in another. */
const memberSchema = z.object({
  id: z.string().min(1),
  aadObjectId: z.string().nullish(),
  objectId: z.string().nullish(),
  tenantId: z.string().nullish(),
  userRole: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
});

/** Many clicks by one person ask Teams only once. A failed question is asked again. */
export function createPeople(connector: Connector, clock: SteadyClock): People {
  const kept = new Map<string, { readonly until: number; readonly facts: Promise<MemberFacts | null> }>();
  const lists = new Map<string, { readonly until: number } & Reading>();

  function remembered<T>(
    cache: Map<string, { readonly until: number } & T>,
    key: string,
    make: () => T,
    failed: (entry: T) => Promise<unknown>,
  ): T {
    const now = clock.steady();
    const old = cache.get(key);
    if (old !== undefined && old.until > now) return old;
    if (cache.size >= MOST) cache.clear();
    const entry = { until: now + KEPT_MS, ...make() };
    cache.set(key, entry);
    failed(entry).catch(() => {
      if (cache.get(key) === entry) cache.delete(key);
    });
    return entry;
  }

  const facts = (place: Place, account: string, id: string): Promise<MemberFacts | null> =>
    remembered(
      kept,
      `${rosterOf(place)} ${place.conversation} ${account} ${id}`,
      () => ({ facts: askHere(connector, place, account, id) }),
      (entry) => entry.facts,
    ).facts;
  const reading = (place: Place): Reading =>
    remembered(
      lists,
      rosterOf(place),
      () => read(connector, place),
      (entry) => entry.list,
    );

  return {
    // One question for everybody, if they fit into one answer: fifty people clicking at once would use up the rate.
    facts: async (place, { account, member }) => {
      const { first, sofar } = reading(place);
      await inTime(clock, LIST_LIMIT_MS, first, () => undefined);
      const found = sofar.find((one) => one.account === account && one.member === member);
      return found ?? facts(place, account, member);
    },
    members: async (place, accounts) => {
      if (accounts.length === 0) return [];
      const { members, whole } = await reading(place).list.catch(() => UNREAD);
      const known = new Map(members.map((one) => [one.account, one]));
      const missing = whole ? [] : accounts.filter((account) => !known.has(account)).slice(0, MOST_SINGLY);
      await Promise.all(
        missing.map(async (account) => {
          const one = await facts(place, account, account).catch(() => null);
          if (one !== null) known.set(account, one);
        }),
      );
      return [...new Set(accounts.flatMap((account) => known.get(account)?.member ?? []))];
    },
    count: async (place) => (await read(connector, place).list).members.length,
    forget: (place) => {
      const roster = rosterOf(place);
      lists.delete(roster);
      for (const key of kept.keys()) if (key.startsWith(`${roster} `)) kept.delete(key);
    },
  };
}

/** A channel uses its team's roster. */
const rosterOf = (place: Pick<Place, 'team' | 'conversation'>): string => place.team ?? place.conversation;

/** A shared channel has people who are not in its team. */
async function askHere(connector: Connector, place: Place, account: string, id: string): Promise<MemberFacts | null> {
  const own = await askOne(connector, place, rosterOf(place), account, id);
  if (own !== null || place.team === null || place.team === place.conversation) return own;
  return askOne(connector, place, place.conversation, account, id).catch((error: unknown) => {
    // For a conversation without a roster of its own, the team's answer holds.
    if (isCertopsError(error) && ['ChannelNotFound', 'ChatRefused'].includes(error.code)) return null;
    throw error;
  });
}

/** Teams finds a member by its own id as well as by Entra's. */
async function askOne(
  connector: Connector,
  place: Place,
  roster: string,
  account: string,
  id: string,
): Promise<MemberFacts | null> {
  try {
    const member: unknown = await connector.call(
      { serviceUrl: place.serviceUrl, thread: `roster ${roster}`, method: 'roster', channel: roster },
      (client) => client.conversations.getConversationMember(roster, id),
    );
    const facts = factsOf(member);
    // An answer about somebody else lets nobody in.
    return facts?.account === account.toLowerCase() ? facts : null;
  } catch (error) {
    // Somebody who left or was deactivated is not found; for every other refusal Teams gives another word.
    if (isCertopsError(error) && NOT_THERE.has(String(error.data.reason))) return null;
    throw error;
  }
}

/** Reads all pages, in the order in which they come. */
function read(connector: Connector, place: Place): Reading {
  const sofar: MemberFacts[] = [];
  let seen = (): void => {};
  const first = new Promise<void>((resolve) => {
    seen = resolve;
  });
  const list = askAll(connector, place, sofar, seen);
  list.catch(() => {}).finally(seen);
  return { list, first, sofar };
}

async function askAll(connector: Connector, place: Place, members: MemberFacts[], seen: () => void): Promise<Roster> {
  const roster = rosterOf(place);
  let next: object = {};
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    // The library's types require a token that exists only from the second page on.
    const asked = { pageSize: PAGE_SIZE, ...next } as { pageSize: number; continuationToken: string };
    const page = await connector.call(
      { serviceUrl: place.serviceUrl, thread: `roster ${roster}`, method: 'roster', channel: roster },
      (client) => client.conversations.getConversationPagedMembers(roster, asked),
    );
    members.push(...(page.members ?? []).flatMap((member: unknown) => factsOf(member) ?? []));
    seen();
    const { continuationToken } = page;
    if (typeof continuationToken !== 'string' || continuationToken === '') return { members, whole: true };
    next = { continuationToken };
  }
  return { members, whole: false };
}

function factsOf(raw: unknown): MemberFacts | null {
  const parsed = memberSchema.safeParse(raw);
  if (!parsed.success) return null;
  const { id, aadObjectId, objectId, tenantId, userRole, userPrincipalName } = parsed.data;
  const account = aadObjectId ?? objectId;
  if (account == null || account === '') return null;
  return {
    account: account.toLowerCase(),
    member: id,
    tenant: tenantId?.toLowerCase() ?? null,
    guest: !FULL.has((userRole ?? 'user').toLowerCase()) || /#EXT#/iu.test(userPrincipalName ?? ''),
  };
}
