export type { Finding } from './check.ts';
export { createTeamsChat, type Mount, type TeamsChatOptions, type TeamsLog } from './teams-chat.ts';
