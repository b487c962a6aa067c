import * as z from 'zod';
import { text } from '../letters/letter-fields.ts';
import type { BotHead, Envelope, Report } from '../letters/protocol.ts';
import type { HostName, Json, RotationId } from '../values.ts';

/** What a runner remembers of the bot's journal, and the order that it was in. */
export interface KnownHead extends BotHead {
  readonly n: number;
  readonly rotation: RotationId;
}

/**
 * A runner remembers more of the bot's journal than there is: it was put back from a copy. `n`: an order that it took.
 */
export interface CutShortEntry extends Omit<KnownHead, 'hash'> {
  readonly type: 'cut-short';
  readonly host: HostName;
  /** No order that this bot has signed shows it: nothing was open then, and nothing ends. Absent in older journals. */
  readonly unproved?: true;
}

/** Whether a journal that stands here lacks what one that stood there had. */
export const isBehind = (here: BotHead, there: BotHead): boolean =>
  here.epoch === there.epoch
    ? here.seq < there.seq || (here.seq === there.seq && here.hash !== there.hash)
    : here.epoch < there.epoch;

/** Where the bot's journal stood by the newest order that a runner took; the order was verified before. */
export function withHead(
  known: KnownHead | null,
  { n, rotation, order }: { readonly n: number; readonly rotation: RotationId; readonly order: Envelope },
): KnownHead | null {
  const { bot } = JSON.parse(order.body) as { readonly bot?: BotHead };
  return bot === undefined || (known !== null && isBehind(bot, known)) ? known : { ...bot, n, rotation };
}

const NOTE = 'bot-journal';
const READS = '+head';
const READS_OPEN = '+open';

/**
 * What a runner calls its start when it reads orders that say where the bot's journal stands, and what is open. A bot
 * of a version before takes the end for a part of a random word; a field of its own it would not understand.
 */
export const bootOf = (boot: string): string => `${boot}${READS_OPEN}${READS}`;

/** Whether a runner reads orders that say what is open. */
export const readsOpen = (boot: string): boolean => boot.endsWith(`${READS_OPEN}${READS}`);

/** Told once a bot has said so: one of the version before takes any note for a reason to ask nothing of the machine. */
export const headNotes = (known: KnownHead | null): Report['notes'] =>
  known === null ? [] : [{ code: NOTE, data: { ...known } }];

/** Takes that note out of the others. `bot` undefined: a runner of the version before. */
export function headIn({ boot, notes }: Pick<Report, 'boot' | 'notes'>): {
  readonly notes: Report['notes'];
  readonly bot?: KnownHead | null;
} {
  if (!boot.endsWith(READS)) return { notes };
  const found = notes.find(({ code }) => code === NOTE);
  return { notes: notes.filter((one) => one !== found), bot: found === undefined ? null : readHead(found.data) };
}

const count = z.int().min(0);
const head: z.ZodType<KnownHead> = z.object({ epoch: count, seq: count, hash: text(80), n: count, rotation: text(80) });

/** null: what is no head is as good as nothing. */
const readHead = (data: { readonly [name: string]: Json }): KnownHead | null => head.safeParse(data).data ?? null;

/** An order of our own that says so: it need not be read as a whole. */
export const saysHead = ({ body }: Envelope): boolean => body.includes('"bot":{"epoch":');
