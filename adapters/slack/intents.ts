import type * as z from 'zod';
import { carried, mayHold } from '../../cards/blocks/elements.ts';
import type { Language } from '../../src/domain/farm/locale.ts';
import { inTable } from '../../src/domain/in-table.ts';
import { parseJson } from '../../src/domain/letters/untrusted-json.ts';
import { type Data, isRefusal, type Refusal, refuse } from '../../src/domain/values.ts';
import type { Origin } from './doorkeeper.ts';
import { blockActions, eventCallback, said, slashCommand, viewSubmission } from './payloads.ts';
import { commandWords, plainWords } from './text.ts';

/** What came in, typed. An empty `channel`: Slack does not say where. */
export type Delivery =
  | {
      readonly type: 'command';
      readonly origin: Origin;
      readonly account: string;
      readonly channel: string;
      readonly text: string;
      readonly triggerId: string | null;
      readonly responseUrl: string | null;
    }
  | {
      readonly type: 'action';
      readonly origin: Origin;
      readonly account: string;
      readonly channel: string;
      readonly thread: string | null;
      /** It was on a message that only this person sees. */
      readonly ephemeral: boolean;
      /** Why nothing is done with it; somebody has pressed a button, so they are told. */
      readonly unread?: Refusal;
      readonly verb: string;
      readonly data: Data;
      readonly inputs: { readonly [name: string]: string };
      readonly triggerId: string | null;
      readonly responseUrl: string | null;
    }
  | {
      readonly type: 'submission';
      readonly origin: Origin;
      readonly account: string;
      readonly channel: string;
      readonly language: Language;
      /** As of a button. */
      readonly unread?: Refusal;
      readonly verb: string;
      readonly data: Data;
      readonly inputs: { readonly [name: string]: string };
      /** The inputs that the form has, whether filled in or not. */
      readonly fields: readonly string[];
    }
  | {
      readonly type: 'said';
      readonly origin: Origin;
      readonly account: string;
      readonly channel: string;
      /** In a direct message to the bot, not in a channel. */
      readonly direct: boolean;
      readonly text: string;
      readonly thread: string | null;
      readonly event: string;
    }
  /** Well-formed, but nothing to do: a closed modal, the bot's own words, an edited message. */
  | { readonly type: 'nothing'; readonly what: string };

/**
 * Total: any input becomes a delivery or a refusal, never an exception. Refusals name the place that is wrong and
 * repeat no value: `PayloadNotUnderstood`, `PayloadUnknown`, `ActionNotUnderstood`, `BlockUnknown`,
 * `OneActionExpected`.
 */
export function parseDelivery(body: unknown, bot: string | null): Delivery | Refusal {
  try {
    return parse(body, bot);
  } catch {
    return refuse('PayloadNotUnderstood', { path: '' });
  }
}

function parse(body: unknown, bot: string | null): Delivery | Refusal {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return refuse('PayloadUnknown', { type: '' });
  const { type, command } = body as { readonly type?: unknown; readonly command?: unknown };
  if (typeof command === 'string' && type === undefined) return parseCommandForm(body);
  switch (type) {
    case 'block_actions':
      return parseActions(body);
    case 'view_submission':
      return parseSubmission(body);
    case 'event_callback':
      return parseEvent(body, bot);
    case 'view_closed':
      return { type: 'nothing', what: 'view_closed' };
    default:
      return refuse('PayloadUnknown', { type: typeof type === 'string' ? type.slice(0, 40) : typeof type });
  }
}

function parseCommandForm(body: object): Delivery | Refusal {
  const form = read(slashCommand, body);
  if (isRefusal(form)) return form;
  return {
    type: 'command',
    origin: { app: form.api_app_id, team: form.team_id, enterprise: form.enterprise_id, personTeam: null },
    account: form.user_id,
    channel: form.channel_id,
    text: commandWords(form.text),
    triggerId: form.trigger_id ?? null,
    responseUrl: form.response_url ?? null,
  };
}

function parseActions(body: object): Delivery | Refusal {
  const given = read(blockActions, body);
  if (isRefusal(given)) return given;
  const button = pressed(given.actions);
  return {
    type: 'action',
    ...(isRefusal(button) ? { verb: '', data: {}, unread: button } : button),
    origin: originOf(given),
    account: given.user.id,
    channel: given.channel?.id ?? given.container?.channel_id ?? '',
    thread: threadOf(given),
    ephemeral: given.container?.is_ephemeral === true,
    inputs: inputsOf(given.state),
    triggerId: given.trigger_id ?? null,
    responseUrl: given.response_url ?? null,
  };
}

/** The one button that was pressed. */
function pressed([action, ...others]: Actions): { readonly verb: string; readonly data: Data } | Refusal {
  if (action === undefined || others.length > 0)
    return refuse('OneActionExpected', { actions: others.length + (action === undefined ? 0 : 1) });
  const verb = verbOf(action.action_id);
  const data = dataOf(action.value ?? '');
  if (verb === null || isRefusal(data)) return refuse('ActionNotUnderstood', { action: action.action_id.slice(0, 60) });
  const { rotation } = data;
  const { block_id: block } = action;
  const isOurs = block == null || mayHold(block, typeof rotation === 'string' ? rotation : null);
  return isOurs ? { verb, data } : refuse('BlockUnknown', { block: block.slice(0, 60) });
}

type Actions = z.infer<typeof blockActions>['actions'];

/**
 * For a message with replies, Slack gives its own timestamp as the thread; somebody who clicks on it is looking at the
 * channel, and would not see an answer in the thread.
 */
function threadOf({ container, message }: z.infer<typeof blockActions>): string | null {
  const thread = container?.thread_ts ?? message?.thread_ts ?? null;
  const own = message?.ts ?? container?.message_ts;
  return thread === own ? null : thread;
}

/** The forms that we open and that are submitted. A form of any other name is not ours: it is refused. */
const FORMS: readonly string[] = ['request', 'deny', 'snooze', 'review'];
const NOWHERE = { data: {}, channel: '', language: 'en' } as const;

function parseSubmission(body: object): Delivery | Refusal {
  const given = read(viewSubmission, body);
  if (isRefusal(given)) return given;
  const { callback_id: form, private_metadata: metadata, state } = given.view;
  const verb = verbOf(form);
  const kept = readMetadata(metadata);
  const sent = { type: 'submission', origin: sentFrom(given), account: given.user.id } as const;
  if (verb === null || !FORMS.includes(verb) || isRefusal(kept)) {
    const unread = refuse('ActionNotUnderstood', { action: form.slice(0, 60) });
    return { ...sent, ...NOWHERE, verb: '', inputs: {}, fields: [], unread };
  }
  return { ...sent, ...kept, verb, inputs: inputsOf(state), fields: Object.keys(state) };
}

/**
 * A submission names the workspace of the person who sends it; the view names the one in which the app is installed.
 */
function sentFrom(given: z.infer<typeof viewSubmission>): Origin {
  const origin = originOf(given);
  const installed = given.view.app_installed_team_id;
  return installed === null ? origin : { ...origin, team: installed, personTeam: origin.personTeam ?? origin.team };
}

function parseEvent(body: object, bot: string | null): Delivery | Refusal {
  const given = read(eventCallback, body);
  if (isRefusal(given)) return given;
  const { type, subtype, channel_type: where, hidden } = given.event;
  const direct = type === 'message' && where === 'im';
  if (type !== 'app_mention' && !direct) return { type: 'nothing', what: type.slice(0, 40) };
  if (hidden === true || (subtype != null && !SAID.includes(subtype)))
    return { type: 'nothing', what: `${type}.${subtype ?? 'hidden'}`.slice(0, 80) };
  // An edited mention arrives as a new event, and so does a message that becomes a mention by an edit. They cannot be
  // told apart, and what was heard once must not be done twice: so edited messages are ignored.
  if ((given.event.edited ?? null) !== null) return { type: 'nothing', what: `${type}.edited`.slice(0, 80) };
  // Two bots that answer each other never stop. Bots and workflows often speak without a user.
  if ((given.event.bot_id ?? given.event.bot_profile ?? null) !== null) return { type: 'nothing', what: 'bot' };
  const event = read(said, (body as { readonly event: unknown }).event);
  if (isRefusal(event)) return event;
  if (event.user === bot) return { type: 'nothing', what: 'bot' };
  // Where several workspaces share the channel, the outer fields may name the speaker's workspace.
  const { team_id: team, enterprise_id: enterprise } = given.authorizations?.[0] ?? given;
  return {
    type: 'said',
    origin: {
      app: given.api_app_id,
      team,
      enterprise,
      personTeam: strangest([event.user_team, event.source_team, event.team, given.team_id], [team, enterprise]),
    },
    account: event.user,
    channel: event.channel,
    direct,
    text: plainWords(event.text, bot),
    thread: event.thread_ts ?? null,
    event: given.event_id,
  };
}

/** A person's own words, though Slack gives them a subtype. */
const SAID: readonly string[] = ['file_share', 'thread_broadcast', 'me_message'];

/** Where the fields disagree on the author's workspace, the one that is not our own workspace or organisation. */
function strangest(teams: readonly (string | null | undefined)[], own: readonly (string | null)[]): string | null {
  const named = teams.filter((team) => typeof team === 'string');
  return named.find((team) => !own.includes(team)) ?? named[0] ?? null;
}

/** `approve`, or `approve:2` for a second button of the same verb in one message. */
const verbOf = (id: string): string | null => /^([a-z][a-z0-9-]{0,39})(?::\d{1,3})?$/u.exec(id)?.[1] ?? null;

/** Names and plain values, as the cards write them. */
function dataOf(text: string): Data | Refusal {
  if (text === '') return {};
  const value = parseJson(text);
  if (isRefusal(value)) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('ActionNotUnderstood');
  const entries = Object.entries(value);
  const plain = entries.every(([, one]) => typeof one !== 'object' || one === null);
  return plain && entries.length <= 50 ? (value as Data) : refuse('ActionNotUnderstood');
}

const LANGUAGES: readonly unknown[] = ['en', 'zh-CN'];

/** What a modal keeps for its submission: the data of its verb, where it was opened, and its language. */
export const writeMetadata = (data: Data, at: { readonly channel: string; readonly language: string }): string =>
  carried({ ...data, in: at.channel, lang: at.language });

function readMetadata(
  text: string,
): { readonly data: Data; readonly channel: string; readonly language: Language } | Refusal {
  const kept = dataOf(text);
  if (isRefusal(kept)) return kept;
  const { in: channel, lang, ...data } = kept;
  return {
    data,
    channel: typeof channel === 'string' && /^[A-Z0-9]{0,40}$/u.test(channel) ? channel : '',
    language: LANGUAGES.includes(lang) ? (lang as Language) : 'en',
  };
}

type State = z.infer<typeof blockActions>['state'];

/** In our forms each input is in a block of the same name; values in other blocks are ignored. */
function inputsOf(values: State): { readonly [name: string]: string } {
  const inputs = new Map<string, string>();
  for (const [name, fields] of Object.entries(values)) {
    const field = inTable(fields, name);
    const filled = field?.value ?? field?.selected_option?.value ?? null;
    if (filled !== null) inputs.set(name, filled);
  }
  return Object.fromEntries(inputs);
}

const originOf = (given: {
  readonly api_app_id: string;
  readonly team: { readonly id: string; readonly enterprise_id?: string | null | undefined } | null;
  readonly enterprise: string | null;
  readonly user: { readonly team_id?: string | null | undefined };
}): Origin => ({
  app: given.api_app_id,
  team: given.team?.id ?? null,
  enterprise: given.enterprise ?? given.team?.enterprise_id ?? null,
  personTeam: given.user.team_id ?? null,
});

function read<T>(shape: z.ZodType<T>, body: unknown): T | Refusal {
  const result = shape.safeParse(body);
  if (result.success) return result.data;
  return refuse('PayloadNotUnderstood', {
    path: (result.error.issues[0]?.path.map(String).join('.') ?? '').slice(0, 120),
  });
}
