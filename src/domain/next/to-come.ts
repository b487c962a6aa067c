import { PROTOCOL } from '../letters/protocol.ts';
import type { Moment } from './moment.ts';

/** Whether a recorded time is in the future: the clock was set back since, and nobody can tell how long ago it was. */
export const isToCome = (at: number, { now }: Pick<Moment, 'now'>): boolean => at > now + PROTOCOL.clockToleranceMs;
