export { APP_SCOPES, EVENTS, SCOPES } from './check.ts';
export type { Mount } from './http.ts';
export { createSlackChat, type SlackChat, type SlackChatOptions } from './slack-chat.ts';
