import * as z from 'zod';
import type { ChatIntent, ChatPerson } from '../../src/ports/chat.ts';

const account = z.string().min(1).max(200);
const name = z.string().min(1).max(100);

/**
 * What a button carries: names and plain values. Nothing nests, so a validator never descends into what a stranger
 * made. Lengths are generous for a person and tight for a program; the bot judges meaning, this judges shape.
 */
const plain = z.union([z.null(), z.boolean(), z.number(), z.string().max(4000)]);
const carried = z.record(name, plain).refine((record) => Object.keys(record).length <= 50);

/**
 * A line typed into the composer, without control characters. If it is too long for a command, the bot answers that.
 */
export const sayRequest = z.strictObject({
  as: account,
  text: z
    .string()
    .trim()
    .min(1)
    .max(20_000)
    .regex(/^\P{Cc}*$/u),
  canOpenForm: z.boolean().default(false),
});

/** A button press, on a card or a notice. */
export const actRequest = z.strictObject({
  as: account,
  verb: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/u),
  data: carried,
  inputs: z.record(name, z.string().max(4000)),
  canOpenForm: z.boolean().default(false),
  fields: z.array(name).max(50).default([]),
});

export const armRequest = z.strictObject({ host: name, fault: name });
export const clearRequest = z.strictObject({});

/** The person, and the channel. */
type From = { readonly person: ChatPerson; readonly channel: string };

/** `/ssis status` and `status` mean the same; the bot's grammar does not know the slash command. */
export const commandOf = (from: From, { text, canOpenForm }: z.infer<typeof sayRequest>): ChatIntent => ({
  type: 'command',
  ...from,
  text: text.replace(/^\/ssis(?:\s+|$)/iu, ''),
  ...(canOpenForm ? { canOpenForm } : {}),
});

export const actionOf = (from: From, { verb, data, inputs }: z.infer<typeof actRequest>): ChatIntent => ({
  type: 'action',
  ...from,
  verb,
  data,
  inputs,
});
