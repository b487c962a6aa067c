import { createHash } from 'node:crypto';
import { CertopsError, isCertopsError } from '../../src/domain/errors.ts';
import type { Mentioned } from '../../src/ports/chat.ts';
import type { Log } from '../../src/ports/log.ts';
import type { CardMessage } from './card.ts';
import type { Connector } from './connector.ts';
import { isOfToken } from './errors.ts';
import type { People } from './people.ts';
import { asTaken, isOfLength, type Sayable, WHOLE } from './plainer.ts';
import type { Copy, Place } from './references.ts';

/** Refusals that have nothing to do with mentions; or the message was posted and only its id is missing. */
const NOT_OF_CALLS: readonly unknown[] = ['no-message-id', 'http-401', 'Unauthorized'];

const mayBeOfCalls = (error: unknown): error is CertopsError =>
  isCertopsError(error) &&
  error.code === 'ChatRefused' &&
  !isOfLength(error) &&
  !isOfToken(error) &&
  !NOT_OF_CALLS.includes(error.data.reason);

/** How many messages are remembered; then all are forgotten at once, which costs one extra call for each. */
const MOST_MESSAGES = 5_000;

/** Sends or changes a message, whole or as much of it as Teams takes. */
export function createSending({
  connector,
  people,
  log,
}: {
  readonly connector: Connector;
  readonly people: People;
  readonly log: Log;
}) {
  const shown = new Map<string, string>();
  /** By message: the rung that Teams took of its card, where it did not take the whole. */
  const bare = new Map<string, { readonly kind: string; readonly rung: number }>();

  async function post(place: Place, conversation: string, message: CardMessage): Promise<string> {
    const sent = await connector.call(
      { serviceUrl: place.serviceUrl, thread: place.conversation, method: 'post', channel: place.conversation },
      (client) => client.conversations.sendToConversation(conversation, message),
    );
    if (typeof sent.id !== 'string' || sent.id === '') {
      throw new CertopsError('ChatRefused', {
        platform: 'teams',
        channel: place.conversation,
        reason: 'no-message-id',
      });
    }
    return sent.id;
  }

  async function send(place: Place, conversation: string, says: Sayable, from = WHOLE): Promise<string> {
    const { kind } = says;
    const run = (message: CardMessage) => post(place, conversation, message);
    const taken = await asTaken(says, from, run, (rung, refused) => tellLess(refused, kind, rung));
    remember(nameOf({ conversation, message: taken.answer }), kind, taken.rung);
    return taken.answer;
  }

  /** The next change of the same kind starts at the rung that Teams took: two calls for each would use up the rates. */
  function remember(name: string, kind: string, rung: number): void {
    if (bare.size > MOST_MESSAGES) bare.clear();
    if (rung === 0) bare.delete(name);
    else bare.set(name, { kind, rung });
  }

  function tellLess({ data }: CertopsError, kind: string, rung: number): void {
    if (rung > 0)
      log.warn({ ...data, kind, rung }, 'Teams does not take a message for what is in it: less of it is said');
  }

  /**
   * Teams may refuse a message that mentions somebody who is not there: then it mentions only those who are, or nobody.
   */
  async function sendCalling(
    place: Place,
    conversation: string,
    mention: readonly Mentioned[],
    make: (mention: readonly Mentioned[]) => Promise<Sayable>,
  ): Promise<string> {
    const says = await make(mention);
    if (mention.length === 0) return send(place, conversation, says);
    try {
      return await post(place, conversation, says.whole);
    } catch (error) {
      if (isCertopsError(error) && isOfLength(error)) {
        tellLess(error, says.kind, 1);
        return send(place, conversation, says, { rung: 1, refused: error });
      }
      if (!mayBeOfCalls(error)) throw error;
      const isKnown = async ({ account }: Mentioned): Promise<boolean> =>
        (await people.members(place, [account.toLowerCase()])).length > 0;
      const known = mention.map(async (one) => ((await isKnown(one)) ? [one] : []));
      const there = (await Promise.all(known)).flat();
      const called = there.length < mention.length ? there : [];
      log.info(
        { ...error.data, called: called.length, of: mention.length },
        'a message in Teams mentions fewer people',
      );
      const fewer = await make(called);
      // If this is refused too, the mentions are not the cause: if everybody is there, the plainer versions mention
      // them again.
      const calling = called.length > 0 || there.length === 0 ? fewer : says;
      return send(place, conversation, { ...fewer, plainer: calling.plainer });
    }
  }

  async function change(place: Place, where: Omit<Copy, 'key'>, says: Sayable): Promise<void> {
    const { conversation, message } = where;
    const name = nameOf(where);
    const known = bare.get(name);
    const from = known?.kind === says.kind ? { ...WHOLE, rung: known.rung } : WHOLE;
    const run = (card: CardMessage) =>
      connector.call(
        { serviceUrl: place.serviceUrl, thread: place.conversation, method: 'update', channel: conversation, message },
        (client) => client.conversations.updateActivity(conversation, message, card),
      );
    const { rung } = await asTaken(says, from, run, (next, refused) => {
      remember(name, says.kind, next);
      tellLess(refused, says.kind, next);
    });
    remember(name, says.kind, rung);
    shown.set(name, digestOf(says.whole));
    if (shown.size > MOST_MESSAGES) shown.clear();
  }

  return {
    send: (place: Place, conversation: string, says: Sayable): Promise<string> => send(place, conversation, says),
    /** Mentions those of these people who are there. */
    sendCalling,
    change,
    /** Sends nothing if this process has already put the same card there. */
    changeIfOther: async (place: Place, copy: Copy, says: Sayable): Promise<void> => {
      if (shown.get(nameOf(copy)) !== digestOf(says.whole)) await change(place, copy, says);
    },
  };
}

const nameOf = ({ conversation, message }: Omit<Copy, 'key'>): string => `${conversation} ${message}`;

const digestOf = (card: CardMessage): string => createHash('sha256').update(JSON.stringify(card)).digest('base64');
