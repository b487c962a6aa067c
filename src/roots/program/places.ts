import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Files of the installation, as a bundle in `dist/` sees them. */
export function places(): { dist: string; runner: string; lab: string; certops: string; web: string; farm: string } {
  const dist = path.dirname(fileURLToPath(import.meta.url));
  return {
    dist,
    certops: path.join(dist, 'certops.mjs'),
    runner: path.join(dist, 'runner.mjs'),
    lab: path.join(dist, 'lab.mjs'),
    web: path.join(dist, 'web'),
    farm: path.join(dist, '../infra/lab/farm.yaml'),
  };
}
