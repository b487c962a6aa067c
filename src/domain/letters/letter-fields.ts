import * as z from 'zod';
import { type HostName, type Instant, type Json, parseHostName, parseThumbprint, type Thumbprint } from '../values.ts';
import type { Envelope } from './protocol.ts';

/** The fields of letters and journal entries. Everything is checked as written, nothing is cleaned up. */
export const text = (max: number) => z.string().max(max);

export const host = z.custom<HostName>((value) => typeof value === 'string' && parseHostName(value) === value, {
  error: 'not a host name in lower case',
});

export const thumbprint = z.custom<Thumbprint>(
  (value) => typeof value === 'string' && parseThumbprint(value) === value,
  { error: 'not 40 hexadecimal digits in upper case' },
);

export const digest = z.string().regex(/^[0-9a-f]{64}$/u);

export const instant = z.custom<Instant>(
  (value) =>
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u.test(value) &&
    !Number.isNaN(Date.parse(value)),
  { error: 'not an instant in UTC with milliseconds' },
);

/** Already out of JSON.parse, and no deeper than allowed. */
export const json = z.custom<Json>((value) => value !== undefined);

/** More than any table of ours has: a plan's checks and steps on one machine. */
const MOST_NAMES = 4000;

/** A table of names. Its size is judged first: every name with something wrong below it costs time to describe. */
export const table = <V extends z.ZodType>(name: z.ZodString, value: V) =>
  z
    .custom<z.input<z.ZodRecord<z.ZodString, V>>>(
      (given) => typeof given === 'object' && given !== null && Object.keys(given).length <= MOST_NAMES,
      { error: `not a table of at most ${MOST_NAMES} names` },
    )
    .pipe(z.record(name, value));

export const jsonRecord = table(z.string().max(200), json);

export const role = z.enum(['master', 'worker']);

export const store = z.enum(['Root', 'My']);

/** A signed letter or journal line, not yet verified. */
export const envelope: z.ZodType<Envelope> = z.strictObject({
  type: z.enum(['order', 'report', 'ack', 'entry', 'signal']),
  key: text(16),
  body: z.string(),
  sig: text(86),
});
