import { z } from 'zod';
import { CertopsError } from '../../domain/errors.ts';
import { readText } from '../files.ts';

/** What the lab says of itself in `lab.json`, as far as we use it. */
const labFile = z.object({
  control: z.string(),
  token: z.string(),
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
