/**
 * The scopes that the app needs, and why: the manifest, `certops validate` and the set-up guide follow this table.
 * (Reading history is not throttled for an app of one's own workspace; Slack throttles distributed ones.)
 */
export const SCOPES = {
  commands: 'People ask with /ssis.',
  'chat:write': 'Posts and updates cards, answers in threads, and answers one person alone.',
  'app_mentions:read': 'Hears @certops in a channel.',
  'im:history': 'Hears what people write to the bot in a direct message.',
  'im:write':
    'Opens a direct message: for what is for one person alone and the channel cannot take, such as a dry run, and to tell that a request has lapsed.',
  'channels:read': 'Sees that a public channel is there and is not shared with another company.',
  'groups:read': 'The same for a private channel.',
  'channels:history': 'Finds a card that was posted just before a crash, instead of posting it twice.',
  'groups:history': 'The same in a private channel.',
  'users:read': 'Sees that whoever votes is no guest, no bot, not deactivated and of this company.',
  'usergroups:read': 'Reads the user groups that the farm file names.',
} as const satisfies { readonly [scope: string]: string };

/** For the app-level token, in Socket Mode only. */
export const APP_SCOPES = { 'connections:write': 'Opens the socket through which Slack delivers.' } as const;

/** Bot events to subscribe to. Interactivity and the slash command go to the same address: /slack/events. */
export const EVENTS = {
  app_mention: 'Words after @certops in a channel.',
  'message.im': 'Words in a direct message to the bot.',
} as const;
