export { createTeamsChat, type Mount, type TeamsChatOptions } from './teams-chat.ts';
