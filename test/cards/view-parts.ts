import type { Message, Thumbprint } from '../../src/domain/values.ts';

export const OLD = '3BD91B1E4C6F279B8761F9FC5492FC4BF8EDA498' as Thumbprint;

export const message = (id: string, data: Message['data'] = {}): Message => ({ id, data });
