import * as z from 'zod';
import { parseJson } from '../../src/domain/letters/untrusted-json.ts';
import { type Data, isRefusal, type Refusal, refuse } from '../../src/domain/values.ts';
import type { ChatIntent } from '../../src/ports/chat.ts';
import { channelOf, isOfTeam } from './references.ts';
import { belowQuote, wordsOf } from './text.ts';

/** The sender, as the delivery claims; the doorkeeper asks Teams about it. */
export interface Sender {
  /** Entra object id, lower case. */
  readonly account: string | null;
  /** Teams' own id. */
  readonly member: string;
  readonly role: string | null;
  /** Every tenant that the delivery names, lower case. */
  readonly tenants: readonly string[];
}

/** Where it came from, and where an answer goes. */
export interface Origin {
  /** Without `;messageid=`. */
  readonly channel: string;
  /** With `;messageid=`, if it was said in a thread. */
  readonly conversation: string;
  readonly kind: 'channel' | 'group' | 'personal';
  readonly team: string | null;
  readonly serviceUrl: string;
  /** The message whose button was pressed. */
  readonly replyTo: string | null;
}

export type Delivery = { readonly id: string; readonly sender: Sender; readonly origin: Origin } & (
  | { readonly type: 'command'; readonly text: string }
  | {
      readonly type: 'action';
      /** `invoke` is answered in the HTTP response, `message` (an older client) by a message. */
      readonly by: 'invoke' | 'message';
      /** The client itself asks for its reader's own card; nobody has pressed anything. */
      readonly byItself: boolean;
      readonly verb: string;
      readonly data: Data;
      readonly inputs: { readonly [name: string]: string };
    }
  | { readonly type: 'joined' }
  | { readonly type: 'left' }
  /** Other people came or went. */
  | { readonly type: 'roster' }
  /** Typing, reactions, an upgrade of the app. */
  | { readonly type: 'nothing' }
);

/** A line typed, or a button pressed. */
export type Said = Extract<Delivery, { type: 'command' | 'action' }>;

const id = z.string().min(1).max(500);
const account = z.object({
  id,
  aadObjectId: z.string().max(100).nullish(),
  role: z.string().max(40).nullish(),
});
const members = z.array(z.object({ id })).max(1_000).nullish();

/** What every activity of Teams has. */
const activitySchema = z.object({
  type: z.string().min(1).max(60),
  id: id.nullish(),
  name: z.string().max(100).nullish(),
  channelId: z.literal('msteams'),
  serviceUrl: z.url({ protocol: /^https?$/u }).max(500),
  from: account,
  recipient: z.object({ id, name: z.string().max(500).nullish() }),
  conversation: z.object({
    id,
    conversationType: z.string().max(40).nullish(),
    tenantId: z.string().max(100).nullish(),
  }),
  channelData: z
    .object({
      tenant: z.object({ id: z.string().max(100).nullish() }).nullish(),
      team: z.object({ id: z.string().max(500).nullish() }).nullish(),
    })
    .nullish(),
  /** Only the delivery as a whole is limited: whether it is too long for a command is for the bot to say. */
  text: z.string().nullish(),
  entities: z.array(z.unknown()).max(100).nullish(),
  attachments: z.array(z.unknown()).max(100).nullish(),
  replyToId: z.string().max(500).nullish(),
  action: z.string().max(40).nullish(),
  membersAdded: members,
  membersRemoved: members,
  value: z.unknown().optional(),
});
type Activity = z.infer<typeof activitySchema>;

const mentionSchema = z.object({
  type: z.literal('mention'),
  mentioned: z.object({ id, name: z.string().max(500).nullish() }),
  // Some clients leave it out in group chats.
  text: z.string().max(1_000).nullish(),
});

/** The same words as markup. */
const markupSchema = z.object({ contentType: z.literal('text/html'), content: z.string().max(100_000) });

/**
 * What a button carries: names and plain values. Nothing nests, so a validator never descends into what a stranger
 * made. Lengths are generous for a person and tight for a program; the bot judges meaning, this judges shape.
 */
const plain = z.union([z.null(), z.boolean(), z.number(), z.string().max(4_000)]);
const carried = z.record(z.string().min(1).max(100), plain).refine((record) => Object.keys(record).length <= 50);
const verb = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/u);
const executeSchema = z.object({
  action: z.object({ verb, data: z.preprocess((value) => ownOf(unpacked(value)), carried.nullish()) }),
});
/** Teams' word for a client that refreshes by itself is `automatic`; for a button it is `manual`. */
const AUTOMATIC = /^auto/iu;
const submitSchema = carried.and(z.object({ verb }));

/** Takes the raw delivery, so it also works for one that could not be parsed. */
export function isByItself(raw: unknown): boolean {
  const value = unpacked((raw as { readonly value?: unknown }).value);
  const { trigger } = (value ?? {}) as { readonly trigger?: unknown };
  return typeof trigger === 'string' && AUTOMATIC.test(trigger);
}

/** Some clients send an object as JSON text. */
function unpacked(value: unknown): unknown {
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return value;
  const read = parseJson(value);
  return isRefusal(read) ? value : read;
}

/** What a button tells Teams itself is in `msteams`, beside our data; it nests, and is not ours. */
function ownOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'msteams')) return value;
  const { msteams: _teams, ...own } = value as { readonly msteams: unknown };
  return own;
}

/** Total: any input becomes a typed delivery or a refusal (`PayloadNotUnderstood`, `InvokeNotKnown`). */
export function parseActivity(raw: unknown): Delivery | Refusal {
  const parsed = activitySchema.safeParse(raw);
  if (!parsed.success) return refuse('PayloadNotUnderstood', { at: pathOf(parsed.error) });
  const activity = parsed.data;
  const about = { id: activity.id ?? '', sender: senderOf(activity), origin: originOf(activity) };
  switch (activity.type) {
    case 'message':
      return message(activity, about);
    case 'invoke':
      return invoke(activity, about, isByItself(raw));
    case 'conversationUpdate':
      if (activity.membersAdded?.some((one) => one.id === activity.recipient.id)) return { ...about, type: 'joined' };
      if (activity.membersRemoved?.some((one) => one.id === activity.recipient.id)) return { ...about, type: 'left' };
      return { ...about, type: activity.membersAdded || activity.membersRemoved ? 'roster' : 'nothing' };
    case 'installationUpdate':
      // `add-upgrade` and `remove-upgrade` come together when a newer package is uploaded: the bot stays where it is.
      if (activity.action === 'add') return { ...about, type: 'joined' };
      return { ...about, type: activity.action === 'remove' ? 'left' : 'nothing' };
    default:
      return { ...about, type: 'nothing' };
  }
}

type About = Pick<Delivery, 'id' | 'sender' | 'origin'>;

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;

function invoke({ name, value }: Activity, about: About, byItself: boolean): Delivery | Refusal {
  if (name !== 'adaptiveCard/action') return refuse('InvokeNotKnown', { name: name ?? '' });
  const execute = executeSchema.safeParse(unpacked(value));
  if (!execute.success) return refuse('PayloadNotUnderstood', { at: pathOf(execute.error) });
  const { action } = execute.data;
  // A client may look by itself, and do nothing else: no vote is cast without a pressed button.
  const verb = byItself ? 'show' : action.verb;
  return { ...about, type: 'action', by: 'invoke', byItself, verb, ...carriedBy(action.data ?? {}) };
}

function message(activity: Activity, about: About): Delivery | Refusal {
  const value = ownOf(unpacked(activity.value));
  if (typeof value === 'object' && value !== null && !(isEmpty(value) && activity.text)) {
    const submit = submitSchema.safeParse(value);
    // The bot says that it does not know an empty verb; silence would look as if the button had worked.
    const pressed = { ...about, type: 'action', by: 'message', byItself: false } as const;
    if (!submit.success) return { ...pressed, verb: '', data: {}, inputs: {} };
    const { verb: said, ...data } = submit.data;
    return { ...pressed, verb: said, ...carriedBy(data) };
  }
  const mentions = (activity.entities ?? []).flatMap((entity) => {
    const mention = mentionSchema.safeParse(entity);
    if (!mention.success) return [];
    const { mentioned, text } = mention.data;
    return [{ id: mentioned.id, text: text ?? `<at>${mentioned.name ?? ''}</at>` }];
  });
  const { id: bot, name } = activity.recipient;
  // Also where no entity names the bot.
  const called = name ? [{ id: bot, text: `<at>${name}</at>` }] : [];
  const text = typedBelowQuote(activity) ?? activity.text ?? '';
  return { ...about, type: 'command', text: wordsOf(text, [...mentions, ...called], bot) };
}

function typedBelowQuote({ attachments }: Activity): string | null {
  for (const one of attachments ?? []) {
    const markup = markupSchema.safeParse(one);
    const typed = markup.success ? belowQuote(markup.data.content) : null;
    if (typed !== null) return typed;
  }
  return null;
}

/** Nobody pressed or typed anything: a client keeps its reader's card up to date. */
export const isLook = (said: Said): boolean => said.type === 'action' && said.byItself;

/** What the bot is asked. No farm file knows an empty account. */
export function intentOf(said: Said): ChatIntent {
  const { sender, origin } = said;
  const from = { person: { platform: 'teams', account: sender.account ?? '' }, channel: origin.channel };
  if (said.type === 'command') return { type: 'command', ...from, text: said.text };
  const { verb, data, inputs } = said;
  return { type: 'action', ...from, verb, data, inputs };
}

/** Clients mix the typed inputs into the button's data, under the ids of the inputs. */
const carriedBy = (data: { readonly [name: string]: string | number | boolean | null }) => ({
  data,
  inputs: Object.fromEntries(
    Object.entries(data).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  ),
});

function senderOf({ from, conversation, channelData }: Activity): Sender {
  const tenants = [channelData?.tenant?.id, conversation.tenantId].flatMap((one) => (one ? [one.toLowerCase()] : []));
  return { account: from.aadObjectId?.toLowerCase() || null, member: from.id, role: from.role || null, tenants };
}

function originOf({ conversation, channelData, serviceUrl, replyToId }: Activity): Origin {
  const channel = channelOf(conversation.id);
  const type = conversation.conversationType;
  const kind = type === 'personal' || type === 'channel' ? type : type === 'groupChat' ? 'group' : null;
  return {
    channel,
    conversation: conversation.id,
    kind: kind ?? (isOfTeam(channel) ? 'channel' : channel.startsWith('19:') ? 'group' : 'personal'),
    team: channelData?.team?.id ?? null,
    serviceUrl,
    replyTo: replyToId ?? null,
  };
}

/** The path of the wrong value, never the value. */
const pathOf = (error: z.ZodError): string => (error.issues[0]?.path ?? []).map(String).join('.').slice(0, 100);
