import * as z from 'zod';

/**
 * The shapes that Slack sends, as far as we read them. Slack adds fields freely, so unknown names are dropped unread; a
 * validator never descends into them, however deep they are.
 */
const id = z.string().regex(/^[A-Z0-9]{1,40}$/u);
const maybeId = id.nullish().transform((value) => value ?? null);
const timestamp = z.string().regex(/^\d{1,12}\.\d{1,9}$/u);
/** The longest message that Slack takes; whether it is too long for a command is for the bot to say. */
const words = z.string().max(40_000);
/** Optional: without it there is another way to answer. */
const maybe = z.string().min(1).max(2_000).optional().catch(undefined);
const name = z.string().min(1).max(255);
/** Ids of workspaces and organisations; null where Slack gives only the other. */
const place = z
  .object({ id, enterprise_id: id.nullish() })
  .nullish()
  .transform((value) => value ?? null);
const enterprise = z
  .object({ id })
  .nullish()
  .transform((value) => value?.id ?? null);

/** All fields of a form post are strings; those without a value are missing or empty. */
const empty = z.literal('').transform(() => null);
const formId = z.union([empty, maybeId]);

export const slashCommand = z.object({
  api_app_id: id,
  team_id: formId,
  enterprise_id: formId,
  user_id: id,
  channel_id: id,
  command: z.string().regex(/^\/\S{1,80}$/u),
  text: words.default(''),
  trigger_id: maybe,
  response_url: maybe,
});

const action = z.object({
  action_id: name,
  block_id: name.nullish(),
  type: name,
  value: z.string().max(2_000).nullish(),
});

/** What was filled in; one shape for every kind of input. */
const input = z.object({
  value: z.string().max(4_000).nullish(),
  selected_option: z.object({ value: z.string().max(150) }).nullish(),
});

const state = z
  .object({ values: z.record(name, z.record(name, input)) })
  .nullish()
  .transform((value) => value?.values ?? {});

const view = z.object({
  callback_id: name,
  app_installed_team_id: formId,
  private_metadata: z.string().max(3_000).default(''),
  state,
});

const user = z.object({ id, team_id: id.nullish() });

export const blockActions = z.object({
  type: z.literal('block_actions'),
  api_app_id: id,
  team: place,
  enterprise,
  user,
  channel: z.object({ id }).nullish(),
  container: z
    .object({
      type: name.nullish(),
      channel_id: id.nullish(),
      is_ephemeral: z.boolean().nullish(),
      message_ts: timestamp.nullish(),
      thread_ts: timestamp.nullish(),
    })
    .nullish(),
  /** Missing on a message that only one person sees. */
  message: z.object({ ts: timestamp.nullish(), thread_ts: timestamp.nullish() }).nullish(),
  actions: z.array(action).min(1).max(25),
  state,
  trigger_id: maybe,
  response_url: maybe,
});

export const viewSubmission = z.object({
  type: z.literal('view_submission'),
  api_app_id: id,
  team: place,
  enterprise,
  user,
  view,
});

export const eventCallback = z.object({
  type: z.literal('event_callback'),
  api_app_id: id,
  team_id: maybeId,
  enterprise_id: maybeId,
  authorizations: z
    .array(z.object({ team_id: maybeId, enterprise_id: maybeId }))
    .max(100)
    .nullish()
    .catch(null),
  event_id: z.string().min(1).max(80),
  event: z.object({
    type: name,
    subtype: name.nullish(),
    channel_type: name.nullish(),
    hidden: z.boolean().nullish(),
    edited: z.unknown().optional(),
    bot_id: z.unknown().optional(),
    bot_profile: z.unknown().optional(),
  }),
});

/** An app_mention, or a direct message to the bot. */
export const said = z.object({
  user: id,
  team: id.nullish(),
  user_team: id.nullish(),
  source_team: id.nullish(),
  channel: id,
  text: words,
  ts: timestamp,
  thread_ts: timestamp.nullish(),
});
