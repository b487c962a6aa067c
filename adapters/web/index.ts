export { mustBeFree } from './server.ts';
export type { Wording } from './show.ts';
export { sourceAssets } from './static-files.ts';
export { createWebChat, type WebChatOptions } from './web-chat.ts';
