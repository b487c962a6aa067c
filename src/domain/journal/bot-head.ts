import * as z from 'zod';
import { text } from '../letters/letter-fields.ts';
import type { BotHead, Envelope, Report } from '../letters/protocol.ts';
import type { Data, HostName, RotationId } from '../values.ts';

/** What a runner remembers of the bot's journal, and which order said so. */
export interface KnownHead extends BotHead {
  readonly n: number;
  readonly rotation: RotationId;
}

/**
 * A runner remembers more of the bot's journal than there is: it was restored from a copy. `n`: an order the runner
 * accepted.
 */
export interface CutShortEntry extends Omit<KnownHead, 'hash'> {
  readonly type: 'cut-short';
  readonly host: HostName;
  /** No order signed by this bot proves it, so no open rotation is ended for it. Absent in older journals. */
  readonly unproved?: true;
}

/** Whether the journal here lacks what the one there had. */
export const isBehind = (here: BotHead, there: BotHead): boolean =>
  here.epoch === there.epoch
    ? here.seq < there.seq || (here.seq === there.seq && here.hash !== there.hash)
    : here.epoch < there.epoch;

/** Where the bot's journal stood, by the newest order the runner accepted; the order was verified before. */
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
 * The boot id of a runner that reads orders saying where the bot's journal stands and what is open. An older bot takes
 * the suffix for part of a random word, but would reject a new field.
 */
export const bootOf = (boot: string): string => `${boot}${READS_OPEN}${READS}`;

/** Whether a runner reads orders that say what is open. */
export const readsOpen = (boot: string): boolean => boot.endsWith(`${READS_OPEN}${READS}`);

/** Sent only once a bot has said so: an older bot takes any note as a reason to ask nothing of the machine. */
export const headNotes = (known: KnownHead | null): Report['notes'] =>
  known === null ? [] : [{ code: NOTE, data: { ...known } }];

/** Takes that note out of the others. `bot` undefined: an older runner. */
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

/** null: anything malformed counts as nothing. */
const readHead = (data: Data): KnownHead | null => head.safeParse(data).data ?? null;

/** Whether one of our own orders says so, without parsing all of it. */
export const saysHead = ({ body }: Envelope): boolean => body.includes('"bot":{"epoch":');
