import * as z from 'zod';
import type { Options } from '../../config/options.ts';
import { DEFAULT_PORT } from '../bot/front-door.ts';
import { count } from '../program/count.ts';
import { type Line, no, note, ok } from './line.ts';

const readySchema = z.object({
  ready: z.boolean(),
  parts: z.record(z.string(), z.object({ ok: z.boolean(), heard: z.int().optional(), of: z.int().optional() })),
});
const ANSWER_MS = 5000;

/** Asks a bot that may be running on this machine how it is. */
export async function lookAtBot(options: Options): Promise<readonly Line[]> {
  const address = addressOf(options);
  let reason = '';
  const answer = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'error' })
    .then((response): Promise<unknown> => response.json())
    .catch((error: unknown) => {
      reason = reasonOf(error);
    });
  if (reason === 'ECONNREFUSED') return [note(`No bot answers at ${address}: start it with certops bot.`)];
  if (SILENT.has(reason)) {
    const words = `There was no answer at ${address} (${reason}): CERTOPS_LISTEN has to be an address of this machine.`;
    return [no(`${words} If it is one, whatever has that port does not answer: see the bot's log. (BotNotAsked)`)];
  }
  const read = readySchema.safeParse(answer);
  if (!read.success) {
    const words = `Something answers at ${address} that is not this bot: end it, or name another port with CERTOPS_PORT.`;
    return [no(`${words} (PortOfAnother)`)];
  }
  const unwell = Object.entries(read.data.parts).flatMap(([name, part]) => (part.ok ? [] : [name]));
  if (unwell.length === 0)
    return [ok(`The bot answers at ${address}, and is ready.`), ...hears(read.data.parts.runners)];
  return [
    no(`The bot answers at ${address}, but not all of it works: ${unwell.join(', ')}. Its log says why. (BotNotReady)`),
  ];
}

/**
 * A runner that is connected but not heard signs with another key than the farm file has, or belongs to another farm.
 */
function hears(
  runners: { readonly heard?: number | undefined; readonly of?: number | undefined } = {},
): readonly Line[] {
  const { heard = 0, of = 0 } = runners;
  if (heard === of) return [];
  const words = `The bot hears ${heard} of ${count(of, 'runner')}; /ssis status says which. If it has just started, look again in 20 s.`;
  const why = `A runner that waits for orders but is not heard has a different key from the one in the farm file: compare the line that certops runner init printed.`;
  return [no(`${words} ${why} (RunnersNotHeard)`)];
}

function addressOf({ listen, port }: Options): string {
  const host = listen === '0.0.0.0' ? '127.0.0.1' : listen === '::' ? '::1' : listen;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port ?? DEFAULT_PORT}`;
}

/** Nobody answered, so nothing is known about who has the port. */
const SILENT = new Set([
  ...['TimeoutError', 'ETIMEDOUT', 'EADDRNOTAVAIL', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN'],
  ...['ENOTFOUND', 'EAI_AGAIN'],
]);

const reasonOf = (error: unknown): string => {
  const { name, cause } = error as { name?: unknown; cause?: { code?: unknown } };
  return String(cause?.code ?? name);
};
