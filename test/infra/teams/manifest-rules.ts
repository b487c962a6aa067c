import * as z from 'zod';

/**
 * What Teams accepts as an app manifest, as far as ours uses it: the rules of schema 1.17 (`$schema` names its
 * address). Unknown keys are refused there as well.
 */
const text = (most: number) => z.string().min(1).max(most);
const https = z.url({ protocol: /^https$/u }).max(2048);
const guid = z.string().regex(/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/u);
/** Of a bot: a channel of a team, a group chat, a chat with one person. */
const scopes = z
  .array(z.enum(['team', 'groupChat', 'personal']))
  .min(1)
  .max(3);

export const manifestRules = z.strictObject({
  $schema: https,
  manifestVersion: z.literal('1.17'),
  version: z.string().regex(/^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}$/u),
  id: guid,
  developer: z.strictObject({ name: text(32), websiteUrl: https, privacyUrl: https, termsOfUseUrl: https }),
  localizationInfo: z.strictObject({
    defaultLanguageTag: z.string(),
    additionalLanguages: z.array(z.strictObject({ languageTag: z.string(), file: text(2048) })),
  }),
  name: z.strictObject({ short: text(30), full: text(100) }),
  description: z.strictObject({ short: text(80), full: text(4000) }),
  icons: z.strictObject({ color: text(2048), outline: text(2048) }),
  accentColor: z.string().regex(/^#[0-9a-f]{6}$/iu),
  bots: z
    .array(
      z.strictObject({
        botId: guid,
        scopes,
        needsChannelSelector: z.boolean(),
        isNotificationOnly: z.boolean(),
        supportsFiles: z.boolean(),
        commandLists: z
          .array(
            z.strictObject({
              scopes,
              commands: z.array(z.strictObject({ title: text(32), description: text(128) })).max(10),
            }),
          )
          .max(3),
      }),
    )
    .length(1),
  permissions: z.array(z.enum(['identity', 'messageTeamMembers'])).max(2),
  validDomains: z.array(z.string()).max(16),
});

/** The words in another language: keys are places in the manifest, lengths as there. */
export const localizationRules = z.record(z.string(), text(4000)).check(({ value, issues }) => {
  const longest: { readonly [key: string]: number } = {
    $schema: 2048,
    'name.short': 30,
    'name.full': 100,
    'description.short': 80,
    'description.full': 4000,
  };
  for (const [key, words] of Object.entries(value)) {
    const most =
      longest[key] ?? (/^bots\[0\]\.commandLists\[[0-2]\]\.commands\[[0-9]\]\.description$/u.test(key) ? 128 : 0);
    if (words.length > most)
      issues.push({ code: 'custom', input: words, message: `${key} may have ${most} characters` });
  }
});
