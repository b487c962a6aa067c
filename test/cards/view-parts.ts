import type { Message, Thumbprint } from '../../src/domain/values.ts';
import type { AskFields } from '../../src/domain/views/ask-form.ts';

export const OLD = '3BD91B1E4C6F279B8761F9FC5492FC4BF8EDA498' as Thumbprint;

export const message = (id: string, data: Message['data'] = {}): Message => ({ id, data });

/** The fields of a request to a farm that has change windows and wants a ticket. */
export const ASKS: AskFields = {
  starts: ['window', 'now', 'time'],
  start: 'window',
  at: '',
  ticket: {
    said: '',
    required: true,
    policies: [{ farm: 'prod', pattern: 'CHG[0-9]{7}', example: 'CHG0031877', required: true }],
  },
};
