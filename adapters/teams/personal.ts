import { CertopsError } from '../../src/domain/errors.ts';
import type { Connector } from './connector.ts';
import type { People } from './people.ts';
import type { Place, References } from './references.ts';

/** The personal chat with somebody. Throws CertopsError: it cannot be opened, or not now. */
export type Personal = (account: string, seen?: Seen) => Promise<Place>;

/** Where somebody has just spoken, and Teams' own id of them: nobody needs to be looked up then. */
export interface Seen {
  readonly serviceUrl: string;
  readonly member: string;
  /** false: a stranger, whose chat is not remembered. */
  readonly isKept: boolean;
}

/** Opened where there is none yet; remembered from then on. */
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

  return async (account, seen) => {
    const known = references.places().find((place) => place.account === account);
    if (known !== undefined) return known;
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
    if (isKept) await references.remember(place);
    return place;
  };
}
