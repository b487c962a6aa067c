import * as z from 'zod';
import { labAnswers } from '../../../infra/lab/control.ts';
import { CertopsError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { readText } from '../program/files.ts';

/** What the lab writes about itself in `lab.json`, as far as we use it. */
const labFile = z.object({
  control: z.string(),
  token: z.string(),
  pid: z.int().positive(),
  hosts: z
    .array(
      z.object({
        name: z.string(),
        roles: z.array(z.enum(['master', 'worker'])).min(1),
        root: z.string(),
        systemRoot: z.string(),
        connect: z.record(z.string(), z.string()),
      }),
    )
    .min(1),
  endpoint: z.object({ host: z.string(), port: z.number() }),
});

export type LabFile = z.output<typeof labFile>;

/** Throws CertopsError `LabFileNotValid`. */
export async function readLabFile(file: string): Promise<LabFile> {
  const parsed = labFile.safeParse(JSON.parse(await readText(file)));
  if (!parsed.success) throw new CertopsError('LabFileNotValid', { file, why: z.prettifyError(parsed.error) });
  return parsed.data;
}

const PATIENCE_MS = 15_000;
/**
 * For a process id that is alive but does not answer as a lab: the lab is just closing, or the id is somebody else's.
 */
const SHORT_PATIENCE_MS = 1000;

/**
 * Waits until the lab of a killed rehearsal has ended: it outlives its runners, which finish what they have in hand.
 * Its process id may be somebody else's by now, so the wait is limited.
 */
export async function predecessorGone(file: string, clock: Clock): Promise<void> {
  const lab = await readLabFile(file).catch(() => null);
  if (lab === null) return;
  if (!isAlive(lab.pid)) return;
  const until = clock.now() + ((await labAnswers(file)) ? PATIENCE_MS : SHORT_PATIENCE_MS);
  while (isAlive(lab.pid) && clock.now() < until) await clock.sleep(50);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
