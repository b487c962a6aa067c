export { createTeamsChat, type TeamsChatOptions } from './teams-chat.ts';
