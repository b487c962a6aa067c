import { isCertopsError } from '../../src/domain/errors.ts';
import type { TeamsAccess } from '../../src/domain/farm/farm.ts';
import { type Message, type Refusal, refuse } from '../../src/domain/values.ts';
import type { Inbox, Locale, LocaleOf, Reply } from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Channel } from './channel.ts';
import { judgeMember, judgeSender } from './doorkeeper.ts';
import { inTime } from './in-time.ts';
import { intentOf, isLook, type Origin, type Said } from './intents.ts';
import type { People } from './people.ts';
import type { Place, References } from './references.ts';

export interface HandleParts {
  readonly access: TeamsAccess;
  readonly channel: Channel;
  readonly people: People;
  readonly references: References;
  readonly inbox: Inbox;
  readonly localeOf: LocaleOf;
  readonly clock: Clock;
  readonly log: Log;
}

/** Judges what somebody said, passes it to the bot, and returns the answer. Never throws. */
type Handle = (said: Said) => Promise<Reply>;

/** Teams waits about five seconds for an answer; the roster must not use them up. */
const ROSTER_LIMIT_MS = 3_000;

export function createHandle(parts: HandleParts): Handle {
  const { access, channel, people, references, inbox, localeOf, clock, log } = parts;
  return async (said) => {
    const { sender, origin } = said;
    const account = sender.account ?? '';
    try {
      const stranger = judgeSender(access, sender);
      if (stranger !== null) return turnedAway(said, stranger);
      const place = placeOf(references, origin, account);
      await references.remember(place).catch(warn('where the bot can speak in Teams cannot be kept'));
      const doubtful = await askRoster(place, account, sender.member);
      if (doubtful !== null) return turnedAway(said, doubtful);
      const intent = intentOf(said);
      if (intent.type === 'action') return await inbox(intent);
      const where = await channel.standing(place, account, sender.member);
      return await inbox(where === intent.channel ? intent : { ...intent, channel: where, alone: true });
    } catch (error) {
      warn('a delivery of Teams was not answered')(error);
      return tell({ id: 'chat.failed', data: {} }, localeOf({ account, channel: origin.channel }));
    }
  };

  function turnedAway(said: Said, refusal: Refusal): Reply {
    const { sender, origin } = said;
    const about = { code: refusal.code, account: sender.account, channel: origin.channel };
    // A client that merely looks does so at each change of the card.
    if (!isLook(said)) log.info(about, 'somebody in Teams was refused');
    const locale = localeOf({ account: sender.account ?? '', channel: origin.channel });
    // Two programs that answer each other never stop.
    const isNoButton = said.type === 'command' || said.verb === '';
    if (isNoButton && refusal.code === 'chat-bot') return { type: 'nothing', locale };
    return tell({ id: `refused.${refusal.code}`, data: refusal.data }, locale);
  }

  /** Fails closed: somebody who cannot be checked now may try again. */
  function askRoster(place: Place, account: string, member: string): Promise<Refusal | null> {
    const verdict = people.facts(place, { account, member }).then(
      (facts) => judgeMember(access, facts),
      (error: unknown) => {
        warn('the roster in Teams cannot be read')(error);
        return refuse('chat-unsure');
      },
    );
    return inTime<Refusal | null>(clock, ROSTER_LIMIT_MS, verdict, () => refuse('chat-unsure'));
  }

  function warn(sentence: string): (error: unknown) => void {
    return (error) =>
      log.warn(isCertopsError(error) ? { code: error.code, ...error.data } : { code: String(error) }, sentence);
  }
}

/** One sentence as a reply, without buttons. */
export const tell = (message: Message, locale: Locale): Reply => ({
  type: 'notice',
  notice: { kind: 'notice', messages: [message], actions: [] },
  locale,
});

/** Where a delivery comes from, completed by what is known of its conversation: not every delivery says everything. */
export function placeOf(references: References, origin: Origin, account: string | null): Place {
  const { channel: conversation, serviceUrl, team } = origin;
  const known = references.place(conversation);
  const kind = known?.kind ?? origin.kind;
  return {
    conversation,
    serviceUrl,
    kind,
    team: team ?? known?.team ?? null,
    account: kind === 'personal' ? (known?.account ?? account) : null,
    greeted: known?.greeted ?? false,
  };
}
