export type { Finding } from './check.ts';
export { createTeamsChat, type Mount, type TeamsChatOptions } from './teams-chat.ts';
