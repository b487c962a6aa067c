export { createSlackChat, type SlackChat, type SlackChatOptions } from './slack-chat.ts';
