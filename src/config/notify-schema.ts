import * as z from 'zod';
import { isCallableUrl } from './web-address.ts';

/**
 * In a rehearsal http://127.0.0.1 is allowed besides https: `check-notify.ts` checks that, as it concerns two parts.
 */
const address = z
  .string()
  .max(2000)
  .refine(isCallableUrl, {
    error: 'an https:// address without user and password',
    params: { code: 'AddressNotAllowed', secret: true },
  });

/** Where alarms that cannot wait for a chat are also sent. */
export const notify = z
  .strictObject({
    webhook: address
      .optional()
      .describe(
        'Is posted a JSON body when a rotation needs a person, a master is silent, Redis is out of reach, the journal cannot be written, or a chat turns the bot away or is not heard, and when that is over.',
      ),
    ping: address
      .optional()
      .describe('Is fetched once a minute while the bot is well: a monitor there tells when the bot is gone.'),
  })
  .prefault({});
