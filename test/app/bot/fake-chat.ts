import { createMemoryChat, type MemoryChat, type MemoryChatOptions } from '../../../adapters/memory/chat.ts';

export type FakeChat = MemoryChat;

/** A chat of these channels, as quick as the bot. */
export const createFakeChat = (
  platform = 'web',
  channels: readonly string[] = ['sql-ops'],
  options: Partial<MemoryChatOptions> = {},
): FakeChat => createMemoryChat({ platform, channels, ...options });
