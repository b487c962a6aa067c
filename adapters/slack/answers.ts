import { renderBlockKit } from '../../cards/block-kit.ts';
import { askModal } from '../../cards/block-kit-modals.ts';
import { carried, cutTo, REASON_IN_BUTTON } from '../../cards/blocks/elements.ts';
import { LIMITS } from '../../cards/limits.ts';
import { isCertopsError } from '../../src/domain/errors.ts';
import type { Data, Message } from '../../src/domain/values.ts';
import type { CardView, NoticeView, Reader } from '../../src/domain/views/view.ts';
import type { Locale, Reply } from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { WayOut } from '../../src/ports/way-out.ts';
import type { SlackApi } from './api.ts';
import { type Channel, QUIET } from './channel.ts';
import { isOfContent } from './errors.ts';
import { writeMetadata } from './intents.ts';
import { respond } from './respond.ts';
import type { Content, SendSized, Sized } from './smaller.ts';

/** How one person can be answered privately. */
export interface Way {
  readonly account: string;
  /** Empty: not in a channel. */
  readonly channel: string;
  /** The channel is this person's direct message with the bot. */
  readonly direct: boolean;
  readonly thread: string | null;
  readonly responseUrl: string | null;
  readonly triggerId: string | null;
  /** Whether the clicked message is itself visible to this person only: its new state then replaces it. */
  readonly replaces: boolean;
}

export interface Answers {
  /** To this person alone. Never throws: if the answer cannot be sent, that is logged. */
  reply(way: Way, reply: Reply): Promise<void>;
  say(way: Way, message: Message, locale: Locale): Promise<void>;
  /** A modal, within three seconds of the click; false: Slack did not open it. */
  open(way: Way, view: object, locale: Locale): Promise<boolean>;
}

const LONGEST_WAIT_MS = 60_000;

/**
 * Answers go to the address that came with the click, else as a message that only the person sees, else into their
 * direct messages.
 */
export function createAnswers(deps: {
  readonly api: SlackApi;
  readonly channel: Channel;
  readonly sized: SendSized;
  readonly apiUrl: string | undefined;
  readonly wayOut: WayOut | undefined;
  readonly clock: Clock;
  readonly log: Log;
}): Answers {
  const { api, channel, sized, apiUrl, wayOut, clock, log } = deps;

  const send = (way: Way, draw: Sized<void>['draw']): Promise<void> =>
    sized({ draw, send: (message) => sendTo(way, message) });

  async function sendTo(way: Way, message: Content): Promise<void> {
    const { responseUrl, replaces } = way;
    const how = { response_type: 'ephemeral', replace_original: replaces, ...threadOf(way) };
    if (responseUrl !== null && mayAnswer(responseUrl, apiUrl)) {
      const became = await respond(responseUrl, { ...message, ...how }, wayOut);
      if (became === 'lost') log.warn({}, 'an answer to a person in Slack may not have arrived');
      if (became !== 'no') return;
    }
    if (way.channel === '') return patiently(() => channel.whisper(way.account, message));
    const method = way.direct ? 'chat.postMessage' : 'chat.postEphemeral';
    const to = way.direct ? { channel: way.channel, ...QUIET } : { channel: way.channel, user: way.account };
    try {
      await patiently(() =>
        api.call({ method, channel: way.channel }, (client) =>
          client.apiCall(method, { ...to, ...message, ...threadOf(way) }),
        ),
      );
    } catch (error) {
      // The bot may not be in that channel, or the person has left it. An answer that was lost may have arrived: it is
      // not sent twice.
      if (!isCertopsError(error) || error.code === 'ChatAway' || isOfContent(error)) throw error;
      await patiently(() => channel.whisper(way.account, message));
    }
  }

  /**
   * Slack does nothing with a call that it asks us to repeat later, so it is sent again; but not for long, since
   * somebody is waiting.
   */
  async function patiently(send: () => Promise<unknown>): Promise<void> {
    for (let left = LONGEST_WAIT_MS; ; ) {
      try {
        await send();
        return;
      } catch (error) {
        const wait = isCertopsError(error) && error.code === 'ChatBusy' ? Number(error.data.retryAfterMs) : Infinity;
        if (!(wait <= left)) throw error;
        left -= wait;
        await clock.sleep(wait);
      }
    }
  }

  async function open(way: Way, view: object, locale: Locale): Promise<boolean> {
    if (way.triggerId === null) return false;
    const { private_metadata: kept } = view as { readonly private_metadata?: string };
    const data = (kept === undefined || kept === '' ? {} : JSON.parse(kept)) as Data;
    const whole = {
      ...view,
      private_metadata: writeMetadata(data, { channel: way.channel, language: locale.language }),
    };
    try {
      await api.call({ method: 'views.open' }, (client) =>
        client.apiCall('views.open', { trigger_id: way.triggerId, view: whole }),
      );
      return true;
    } catch (error) {
      log.warn({ ...reasonOf(error), account: way.account }, 'a modal could not be opened');
      return false;
    }
  }

  const say = (way: Way, message: Message, locale: Locale): Promise<void> =>
    reply(way, { type: 'notice', notice: { kind: 'notice', messages: [message], actions: [] }, locale });

  async function reply(way: Way, answer: Reply): Promise<void> {
    const { locale } = answer;
    try {
      switch (answer.type) {
        case 'nothing':
          return;
        case 'notice':
          return await send({ ...way, replaces: false }, drawing(answer.notice, 'other', locale));
        case 'card':
          return await send(way, drawing(answer.view, answer.reader, locale));
        case 'form': {
          if (await open(way, askModal(answer.form, locale), locale)) return;
          const { request, farm, reason } = answer.form;
          const kept = { request, farm: farm ?? '', reason: cutTo(reason, REASON_IN_BUTTON) };
          const again = { label: msg('button.chat-form'), verb: 'ask', data: kept };
          // A request that names a hundred hosts is longer than a button's value may be.
          const fits = carried({ v: 1, ...kept }).length <= LIMITS.slack.value;
          const words = fits ? msg('chat.not-opened') : msg('chat.not-opened-again');
          const notice: NoticeView = { kind: 'notice', messages: [words], actions: fits ? [again] : [] };
          return await send({ ...way, replaces: false }, drawing(notice, 'other', locale));
        }
      }
    } catch (error) {
      log.warn({ ...reasonOf(error), account: way.account }, 'an answer did not reach the person');
    }
  }

  return { reply, say, open };
}

const drawing =
  (view: CardView, reader: Reader, locale: Locale): Sized<void>['draw'] =>
  (size) =>
    renderBlockKit(view, reader, locale, [], size);

const threadOf = ({ thread }: Way): object => (thread === null ? {} : { thread_ts: thread });

const msg = (id: string): Message => ({ id, data: {} });

const reasonOf = (error: unknown): object => {
  const { code, data } = (error ?? {}) as { readonly code?: unknown; readonly data?: { readonly reason?: unknown } };
  return { code: String(code ?? 'unknown'), reason: String(data?.reason ?? '') };
};

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/u;

/**
 * Anyone who knows this address can speak in our name to one person, and we post to it what only that person may see,
 * so it must be Slack's. With another Web API (tests), it must be on that API's host.
 */
function mayAnswer(responseUrl: string, apiUrl: string | undefined): boolean {
  try {
    const { protocol, hostname } = new URL(responseUrl);
    const api = apiUrl === undefined ? null : new URL(apiUrl).hostname;
    if (api !== null && (hostname === api || (LOOPBACK.test(hostname) && LOOPBACK.test(api)))) return true;
    return protocol === 'https:' && /(?:^|\.)slack(?:-gov)?\.com$/u.test(hostname);
  } catch {
    return false;
  }
}
