import { z } from 'zod';
import type { Options } from '../../config/options.ts';
import { DEFAULT_PORT } from '../front-door.ts';
import { type Line, no, note, ok } from './line.ts';

const readySchema = z.object({ ready: z.boolean(), parts: z.record(z.string(), z.object({ ok: z.boolean() })) });
const ANSWER_MS = 5000;

/** Asks a bot that may be running on this machine how it is. */
export async function lookAtBot(options: Options): Promise<readonly Line[]> {
  const address = addressOf(options);
  const answer = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'error' })
    .then((response) => response.json() as Promise<unknown>)
    .catch((error: unknown) => (isNobody(error) ? null : undefined));
  if (answer === null) return [note(`No bot answers at ${address}: start it with certops bot.`)];
  const read = readySchema.safeParse(answer);
  if (!read.success) {
    const words = `Something answers at ${address} that is not this bot: end it, or name another port with CERTOPS_PORT.`;
    return [no(`${words} (PortOfAnother)`)];
  }
  const unwell = Object.entries(read.data.parts).flatMap(([name, part]) => (part.ok ? [] : [name]));
  if (unwell.length === 0) return [ok(`The bot answers at ${address}, and is ready.`)];
  return [
    no(`The bot answers at ${address}, but not all of it works: ${unwell.join(', ')}. Its log says why. (BotNotReady)`),
  ];
}

function addressOf({ listen, port }: Options): string {
  const host = listen === null || listen === '0.0.0.0' ? '127.0.0.1' : listen === '::' ? '::1' : listen;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port ?? DEFAULT_PORT}`;
}

const isNobody = (error: unknown): boolean =>
  ((error as { cause?: { code?: unknown } }).cause?.code ?? '') === 'ECONNREFUSED';
