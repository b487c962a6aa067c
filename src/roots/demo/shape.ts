import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { CertopsError } from '../../domain/errors.ts';

const shape = z.object({ workers: z.int().min(0).max(200), onebox: z.boolean() });

/** How many machines the lab makes up. */
export type Shape = z.output<typeof shape>;

/** What was given on the command line; the rest stays as it is. */
type Asked = { readonly [name in keyof Shape]?: Shape[name] };

/**
 * The farm's shape is fixed when it is made: with another shape it would be another farm. `fresh` deletes what we have
 * made in the folder. Throws CertopsError `FarmOfAnotherShape`, `ShapeNotUnderstood`.
 */
export async function settleShape(state: string, asked: Asked, fresh: boolean): Promise<Shape> {
  const file = path.join(state, 'shape.json');
  // Only what we made: the folder may be the user's own.
  if (fresh) await Promise.all(OURS.map((name) => rm(path.join(state, name), { recursive: true, force: true })));
  const known = await readShape(file);
  if (known !== null) {
    const wanted = { workers: asked.workers ?? known.workers, onebox: asked.onebox ?? known.onebox };
    if (wanted.workers !== known.workers || wanted.onebox !== known.onebox)
      throw new CertopsError('FarmOfAnotherShape', { folder: state, found: words(known), wanted: words(wanted) });
    return known;
  }
  const onebox = asked.onebox ?? false;
  const made = { workers: asked.workers ?? (onebox ? 0 : 3), onebox };
  await mkdir(state, { recursive: true, mode: 0o700 });
  await writeFile(file, `${JSON.stringify(made)}\n`);
  return made;
}

/** null: no farm was made yet. */
async function readShape(file: string): Promise<Shape | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    // Truncated, as by a full disk: a new shape over the existing machines would make a farm that is neither of the
    // two.
    throw new CertopsError('ShapeNotUnderstood', { file });
  }
}

const OURS = ['shape.json', 'farm.yaml', 'bot', 'runners', 'lab', 'redis', 'log'];

const words = ({ workers, onebox }: Shape): string =>
  `${onebox ? 'a onebox and ' : ''}${workers} worker${workers === 1 ? '' : 's'}`;
