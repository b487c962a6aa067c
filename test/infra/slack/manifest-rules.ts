import * as z from 'zod';

/**
 * What Slack accepts as an app manifest, as far as ours uses it: the rules of schema 1 as published in
 * github.com/slackapi/manifest-schema. Unknown keys are refused there as well.
 */
const text = (most: number, least = 1) => z.string().min(least).max(most);
const address = (most: number) => text(most).regex(/^https?:\/\//u);
const words = (count: number) => z.array(text(50)).max(count);
const unique = (list: readonly string[]) => new Set(list).size === list.length;

export const manifestRules = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal(1), minor_version: z.int() }).optional(),
  display_information: z.strictObject({
    name: text(35),
    description: text(140).optional(),
    long_description: text(4000, 175).optional(),
    background_color: z
      .string()
      .regex(/^#(?:[0-9a-f]{3}){1,2}$/iu)
      .optional(),
  }),
  features: z.strictObject({
    app_home: z
      .strictObject({
        home_tab_enabled: z.boolean(),
        messages_tab_enabled: z.boolean(),
        messages_tab_read_only_enabled: z.boolean(),
      })
      .partial()
      .optional(),
    bot_user: z.strictObject({ display_name: text(80), always_online: z.boolean().optional() }),
    slash_commands: z
      .array(
        z.strictObject({
          command: text(32, 2).regex(/^\//u),
          url: address(3000).optional(),
          description: text(2000),
          usage_hint: text(1000).optional(),
          should_escape: z.boolean().optional(),
        }),
      )
      .min(1)
      .max(50),
  }),
  oauth_config: z.strictObject({
    scopes: z.strictObject({ bot: words(255), user: words(255).optional() }),
  }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({
      request_url: address(3500).optional(),
      bot_events: words(100).refine(unique),
    }),
    interactivity: z.strictObject({ is_enabled: z.boolean(), request_url: address(3500).optional() }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
  }),
});
