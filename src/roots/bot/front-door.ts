import { open } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { createFrontDoor, type FrontDoor, type Wellness } from '../../../adapters/front/index.ts';
import type { Options } from '../../config/options.ts';
import type { BotPostOffice } from '../../ports/post-office.ts';
import type { ChatPlan } from './chats.ts';

/** The port of Bot Framework's own samples, and the one that Azure's forms propose. */
export const DEFAULT_PORT = '3978';

/** The bot's HTTP server; null if only a console is wanted and no port was named. */
export function openFrontDoor(plan: ChatPlan, options: Options, log: Logger): FrontDoor | null {
  const isWanted = plan.slack !== null || plan.teams !== null || options.port !== null;
  if (!isWanted) return null;
  return createFrontDoor({ port: Number(options.port ?? DEFAULT_PORT), host: options.listen, log });
}

/** Whether something can be stored in this folder now: a full disk is noticed only by writing. */
export async function folderTakes(folder: string): Promise<Wellness> {
  const file = await open(path.join(folder, '.writable'), 'w', 0o600);
  try {
    await file.writeFile(`${Date.now()}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return { ok: true };
}

/** Whether letters can be sent; for a Redis that is reachable but refuses writes, also its error word. */
export function redisTakes(office: BotPostOffice): Wellness {
  const refuses = office.refusal();
  return { ok: office.up(), ...(refuses === null ? {} : { refuses }) };
}
