import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A plain JavaScript file of this folder, found from the sources and from a bundle in `dist` alike. */
export function besideSource(name: string): string {
  const places = [new URL(`./${name}`, import.meta.url), new URL(`../infra/redis/${name}`, import.meta.url)];
  const found = places.map((place) => fileURLToPath(place)).find((place) => existsSync(place));
  if (found === undefined) throw new Error(`${name} is missing: run this from a clone of the project`);
  return found;
}
