import { CertopsError, isCertopsError } from '../../src/domain/errors.ts';
import type { Connector } from './connector.ts';
import type { People } from './people.ts';
import type { Place, References } from './references.ts';

/** The personal chat with somebody. Throws CertopsError if it cannot be opened, or not now. */
interface Personal {
  /** Opened if there is none yet; remembered from then on. */
  chatWith(account: string, seen: Seen): Promise<Place>;
  /**
   * Says something there. If a remembered chat does not take it, it may belong to an earlier registration of the bot,
   * or its address may have moved: the chat is opened once more, and if that gives another one, it is said there.
   */
  speak<T>(account: string, say: (place: Place) => Promise<T>, seen?: Seen): Promise<T>;
}

/** Where somebody has just spoken, and Teams' own id of them: they need not be looked up then. */
export interface Seen {
  readonly serviceUrl: string;
  readonly member: string;
  /** false: a stranger, whose chat is not remembered. */
  readonly isKept: boolean;
}

export function createPersonal(parts: {
  readonly appId: string;
  readonly tenant: string;
  readonly channels: readonly string[];
  readonly connector: Connector;
  readonly people: People;
  readonly references: References;
}): Personal {
  const { appId, tenant, channels, connector, people, references } = parts;

  async function look(account: string): Promise<Seen> {
    const near = channels.flatMap((channel) => references.place(channel) ?? [])[0] ?? references.places()[0];
    if (near === undefined)
      throw new CertopsError('ChannelNotFound', { platform: 'teams', reason: 'no-conversation-yet' });
    const [member] = await people.members(near, [account]);
    return { serviceUrl: near.serviceUrl, member: member ?? account, isKept: true };
  }

  /** The newest: it was opened, or written in, when the others no longer existed. */
  const knownOf = (account: string): Place | undefined =>
    references.places().findLast((place) => place.account === account);

  async function open(account: string, seen?: Seen): Promise<Place> {
    const { serviceUrl, member, isKept } = seen ?? (await look(account));
    const opened = await connector.call({ serviceUrl, thread: `open ${account}`, method: 'open' }, (client) =>
      client.conversations.createConversation({
        isGroup: false,
        bot: { id: `28:${appId}`, name: '' },
        members: [{ id: member, name: '' }],
        tenantId: tenant,
        channelData: { tenant: { id: tenant } },
      } as Parameters<typeof client.conversations.createConversation>[0]),
    );
    const place: Place = { conversation: opened.id, serviceUrl, kind: 'personal', team: null, account, greeted: true };
    if (isKept) await keep(place);
    return place;
  }

  /**
   * Keeps one chat per person: the others known are of no use. Where the disk refuses, it is known until the bot ends.
   */
  async function keep(place: Place): Promise<void> {
    const others = references.places().filter((one) => one.account === place.account);
    const unmissed = others.filter(({ conversation }) => conversation !== place.conversation);
    await Promise.all([
      references.remember(place),
      ...unmissed.map(({ conversation }) => references.forget(conversation)),
    ]).catch(() => undefined);
  }

  return {
    chatWith: async (account, seen) => knownOf(account) ?? open(account, seen),
    speak: async (account, say, seen) => {
      const known = knownOf(account);
      if (known === undefined) return say(await open(account, seen));
      // A tenant's address may change, and where somebody has just spoken from is the newest.
      const newest = { ...known, serviceUrl: seen?.serviceUrl ?? known.serviceUrl };
      try {
        if (seen?.isKept) await keep(newest);
        return await say(newest);
      } catch (error) {
        if (!isCertopsError(error) || error.code !== 'ChannelNotFound') throw error;
        const opened = await open(account, seen);
        const isSame = opened.conversation === newest.conversation && opened.serviceUrl === newest.serviceUrl;
        if (isSame) throw error;
        return say(opened);
      }
    },
  };
}
