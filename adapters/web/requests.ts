import { z } from 'zod';
import type { Json } from '../../src/domain/values.ts';

const account = z.string().min(1).max(200);
const name = z.string().min(1).max(100);

/** Lengths are generous for a person and tight for a program; the bot judges meaning, this judges shape. */
const json: z.ZodType<Json> = z.lazy(() =>
  z.union([
    z.null(),
    z.boolean(),
    z.number(),
    z.string().max(4000),
    z.array(json).max(100),
    z.record(name, json).refine((record) => Object.keys(record).length <= 50),
  ]),
);

/** A line typed into the composer. No control characters: a line is a line. */
export const sayRequest = z.strictObject({
  as: account,
  text: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .regex(/^\P{Cc}*$/u),
});

/** A button pressed: on a card or on a notice. */
export const actRequest = z.strictObject({
  as: account,
  verb: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/u),
  data: z.record(name, json),
  inputs: z.record(name, z.string().max(4000)),
});

export const armRequest = z.strictObject({ host: name, fault: name });
export const clearRequest = z.strictObject({});
