import { changesModal, denyModal, reviewModal, snoozeModal, stepsModal } from '../../cards/block-kit-modals.ts';
import { isCertopsError } from '../../src/domain/errors.ts';
import type { SlackAccess } from '../../src/domain/farm/farm.ts';
import { parseCommand, saysNothing, wrongReason } from '../../src/domain/request/grammar.ts';
import type { Message } from '../../src/domain/values.ts';
import type { ChatIntent, Inbox, Locale, LocaleOf, Reply } from '../../src/ports/chat.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Answers, Way } from './answers.ts';
import type { Channel } from './channel.ts';
import { isToBeAsked, judgeOrigin, judgePerson } from './doorkeeper.ts';
import type { Delivery } from './intents.ts';
import type { People } from './people.ts';

type Asking = Exclude<Delivery, { type: 'nothing' }>;

type Whose = 'ours' | 'strange' | 'unsure';

/** These only look; the bot decides what they show. */
const LOOKS = new Set(['show', 'ask', 'open-deny', 'open-changes', 'open-steps', 'open-snooze', 'open-review']);

/** Judges a delivery that is acknowledged and not a repetition, passes it to the bot, and sends the answer. */
export type Handle = ReturnType<typeof createHandle>;

/** Throws what the bot throws, after the person was told that it failed. */
export function createHandle(deps: {
  readonly access: SlackAccess;
  readonly people: People;
  readonly answers: Answers;
  readonly localeOf: LocaleOf;
  readonly standing: Channel['standing'];
  readonly log: Log;
}) {
  const { access, people, answers, localeOf, standing, log } = deps;

  return async (delivery: Asking, inbox: Inbox): Promise<void> => {
    const way = wayOf(delivery);
    const whose = await whoseIs(delivery);
    if (whose === 'unsure') return answers.say(way, { id: 'refused.chat-unsure', data: {} }, localeOf(way));
    // A stranger gets no answer.
    if (whose === 'strange') return;
    const said = intentOf(delivery);
    // Both ask Slack, and a form must open within three seconds or not at all.
    const looks = said.type === 'action' && LOOKS.has(said.verb);
    const [refused, intent] = await Promise.all([looks ? null : mayAct(delivery.account), placed(delivery, said)]);
    if (refused !== null) return answers.say(way, refused, localeOf(way));
    // A button or form of another version, or one that Slack names differently than we do: nothing is done, and the
    // person must be told.
    if ('unread' in delivery && delivery.unread !== undefined)
      return answers.say(way, { id: 'refused.unknown-action', data: { verb: '' } }, localeOf(way));
    try {
      if (intent.type === 'action' && intent.verb.startsWith('open-')) return await openModal(way, intent, inbox);
      return await answers.reply(way, await inbox(intent));
    } catch (error) {
      await answers.say(way, { id: 'chat.failed', data: {} }, localeOf(way));
      throw error;
    }
  };

  /** Where it comes from, as far as the delivery itself tells; only then is Slack asked. */
  async function whoseIs(delivery: Asking): Promise<Whose> {
    const strange = judgeOrigin(access, delivery.origin);
    if (strange === null) return 'ours';
    const whose = isToBeAsked(strange, delivery.origin) ? await whoseIsAsked(delivery) : 'strange';
    if (whose === 'strange')
      log.warn({ platform: 'slack', code: strange.code, ...strange.data }, 'a delivery was refused');
    return whose;
  }

  /** For a person of another workspace: whether it is one of our organisation's. */
  async function whoseIsAsked({ account, origin: { enterprise } }: Asking): Promise<Whose> {
    try {
      const facts = await people.facts(account);
      return facts.enterprise === enterprise && !facts.stranger ? 'ours' : 'strange';
    } catch (error) {
      return whyUnasked(account, error) === 'chat-unsure' ? 'unsure' : 'strange';
    }
  }

  /** A slash command may be typed where the bot is not a member, or where another company reads along. */
  async function placed(asking: Asking, intent: ChatIntent): Promise<ChatIntent> {
    const { account, channel } = asking;
    if (intent.type !== 'command' || (asking.type === 'said' && asking.direct)) return intent;
    const where = await standing(channel, account, asksForOneCard(intent.text));
    return where === channel ? intent : { ...intent, channel: where, alone: true };
  }

  /** Fails closed: an account that Slack cannot be asked about has no vote. */
  async function mayAct(account: string): Promise<Message | null> {
    try {
      const refusal = judgePerson(access, await people.facts(account));
      if (refusal === null) return null;
      log.warn({ platform: 'slack', code: refusal.code, account }, 'an account may not act');
      return { id: `refused.${refusal.code}`, data: {} };
    } catch (error) {
      return { id: `refused.${whyUnasked(account, error)}`, data: {} };
    }
  }

  function whyUnasked(account: string, error: unknown): ReturnType<typeof unasked> {
    const { code, data = {} } = isCertopsError(error) ? error : { code: 'unknown' };
    log.warn({ ...data, platform: 'slack', code, account }, 'an account could not be asked about');
    return unasked(code, data.reason);
  }

  /**
   * Fetches the newest state, so that a modal is never older than its card; a denial keeps the digest of the clicked
   * card.
   */
  async function openModal(way: Way, intent: Extract<ChatIntent, { type: 'action' }>, inbox: Inbox): Promise<void> {
    const verb = intent.verb === 'open-snooze' ? 'reminder' : 'show';
    const reply = await inbox({ ...intent, verb, inputs: {} });
    if (reply.type !== 'card') return answers.reply(way, reply);
    const { view, locale } = reply;
    const modal = modalOf(intent, view);
    // The card is no longer open: the bot says what happened to it.
    if (modal === null && intent.verb === 'open-deny')
      return answers.reply(way, await inbox({ ...intent, verb: 'deny', inputs: {} }));
    if (modal === null) return answers.reply(way, reply);
    if (!(await answers.open(way, modal(locale), locale))) {
      await answers.say(way, { id: 'chat.not-opened', data: {} }, locale);
    }
  }
}

/** A dry run needs no approval, so its card is posted only where it was requested. */
function asksForOneCard(text: string): boolean {
  const command = parseCommand(text);
  return command.word === 'request' && command.dry;
}

/** Trying again only helps if Slack was away or busy. */
function unasked(code: string, reason: unknown): 'chat-stranger' | 'chat-unread' | 'chat-unsure' {
  if (code !== 'ChatRefused') return 'chat-unsure';
  return UNKNOWN.has(reason) ? 'chat-stranger' : 'chat-unread';
}

/** Slack's words for an account that is nobody in this workspace. */
const UNKNOWN: ReadonlySet<unknown> = new Set(['user_not_found', 'user_not_visible', 'users_not_found']);

type View = Extract<Reply, { type: 'card' }>['view'];

function modalOf(intent: Extract<ChatIntent, { type: 'action' }>, view: View): ((locale: Locale) => object) | null {
  const { digest } = intent.data;
  const asks = view.kind === 'plan' || view.kind === 'retire' || view.kind === 'reconnect';
  const decides = asks || view.kind === 'needs-person';
  if (intent.verb === 'open-deny' && decides && typeof digest === 'string') {
    return (locale) => denyModal({ id: view.id, farm: view.farm, digest }, locale);
  }
  if (intent.verb === 'open-review' && view.kind === 'closed')
    return (locale) => reviewModal({ id: view.id, farm: view.farm }, locale);
  if (intent.verb === 'open-snooze' && view.kind === 'reminder' && view.snooze.mostDays > 0)
    return (locale) => snoozeModal(view, locale);
  if (intent.verb === 'open-changes' && asks) return (locale) => changesModal(view, locale);
  if (intent.verb === 'open-steps' && view.kind === 'running') return (locale) => stepsModal(view, locale);
  return null;
}

/**
 * What is missing in a submitted modal, shown at the input; null: it may close. Pure, since the acknowledgement carries
 * it.
 */
export function judgeSubmission(delivery: Delivery): { readonly input: string; readonly message: Message } | null {
  if (delivery.type !== 'submission' || delivery.unread !== undefined) return null;
  const { reason } = delivery.inputs;
  const wrong = wrongReason(reason ?? '');
  if (wrong !== null) return { input: 'reason', message: { id: `wrong.${wrong.code}`, data: wrong.data } };
  if (delivery.verb === 'deny' && saysNothing(reason ?? '')) {
    return { input: 'reason', message: { id: 'refused.reason-needed', data: {} } };
  }
  if (delivery.verb === 'snooze' && saysNothing(reason ?? ''))
    return { input: 'reason', message: { id: 'refused.snooze-why', data: {} } };
  if (delivery.verb === 'review' && saysNothing(reason ?? '')) {
    const { rotation } = delivery.data;
    const id = typeof rotation === 'string' ? rotation : '';
    return { input: 'reason', message: { id: 'refused.review-what', data: { id } } };
  }
  return null;
}

/** What somebody did in Slack, in the form that all chats share. */
export function intentOf(delivery: Asking): ChatIntent {
  const { account, channel } = delivery;
  const person = { platform: 'slack', account };
  switch (delivery.type) {
    case 'command':
      return { type: 'command', person, channel, text: delivery.text, canOpenForm: delivery.triggerId !== null };
    case 'said':
      return { type: 'command', person, channel, text: delivery.text };
    case 'action':
    case 'submission': {
      const { verb, data, inputs } = delivery;
      return { type: 'action', person, channel, verb, data, inputs };
    }
  }
}

function wayOf(delivery: Asking): Way {
  const { account, channel } = delivery;
  const nowhere = {
    account,
    channel,
    direct: false,
    thread: null,
    responseUrl: null,
    triggerId: null,
    replaces: false,
  };
  switch (delivery.type) {
    case 'command':
      return { ...nowhere, responseUrl: delivery.responseUrl, triggerId: delivery.triggerId };
    case 'action': {
      const { thread, responseUrl, triggerId, ephemeral } = delivery;
      return { ...nowhere, thread, responseUrl, triggerId, replaces: ephemeral };
    }
    case 'said':
      return { ...nowhere, direct: delivery.direct, thread: delivery.thread };
    case 'submission':
      return nowhere;
  }
}
