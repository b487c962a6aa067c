import type { Cause } from '../../../domain/next/index.ts';
import type { Message } from '../../../domain/values.ts';

/**
 * The reason for going back, or for asking a person, as a message: host, code, and what was found beside what was
 * wanted.
 */
export const whyMessage = (cause: Cause): Message => ({
  id: cause.code === 'StopAsked' ? 'why.stop-asked' : cause.host === null ? 'why.farm' : 'why.host',
  data: { host: cause.host, stage: cause.stage, step: cause.step, code: cause.code, data: cause.data },
});
