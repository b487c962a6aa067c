import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/u);
const secretsSchema = z.strictObject({ key: secret, cookie: secret, port: z.int().min(1).max(65535).nullable() });

/** What must survive a restart, so that an open page can reconnect: both secrets and the port. */
type ConsoleSecrets = z.infer<typeof secretsSchema>;

const fileOf = (folder: string) => join(folder, 'console.json');
const random = () => randomBytes(32).toString('base64url');

/** Reads the secrets of this state folder, or makes new ones if none can be read. */
export async function loadSecrets(folder: string): Promise<ConsoleSecrets> {
  await mkdir(folder, { recursive: true });
  const text = await readFile(fileOf(folder), 'utf8').catch(() => '');
  const known = secretsSchema.safeParse(parseJson(text));
  return known.success ? known.data : { key: random(), cookie: random(), port: null };
}

/** Readable by its owner only. Throws what the disk does. */
export async function saveSecrets(folder: string, secrets: ConsoleSecrets): Promise<void> {
  await writeFile(fileOf(folder), `${JSON.stringify(secrets)}\n`, { mode: 0o600 });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
