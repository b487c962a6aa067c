import { PROTOCOL } from '../letters/protocol.ts';
import type { Moment } from './moment.ts';

/** What was recorded is still to come: the clock was set back since, and how long ago it was nobody can tell. */
export const isToCome = (at: number, { now }: Pick<Moment, 'now'>): boolean => at > now + PROTOCOL.clockToleranceMs;
