import type { Report } from '../letters/protocol.ts';
import type { HostPresence } from './presence.ts';

const NOTE = 'orders-refused';

/** As a runner notes that Redis does not hand out its orders, for this reason; null: it does. */
export const refusedNotes = (reason: string | null): Report['notes'] =>
  reason === null ? [] : [{ code: NOTE, data: { reason } }];

/** Whether it speaks, and can be told nothing. */
export const isRefusedOrders = (hello: Pick<HostPresence, 'notes'> | undefined): boolean =>
  hello?.notes.some(({ code }) => code === NOTE) === true;
