import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Lab } from '../../infra/lab/index.ts';
import { MASTER } from './rig.ts';

/** Puts itself in front of certutil and writes down every argument: the only place where the password may be seen. */
export function listenIn(lab: Lab): { passwords(): readonly string[]; remove(): void } {
  const system32 = path.join(lab.machine(MASTER).host.root, 'Windows', 'System32');
  const tool = path.join(system32, 'certutil.exe');
  const aside = path.join(system32, 'aside', 'certutil.exe');
  const heard = path.join(system32, 'aside', 'heard');
  mkdirSync(path.dirname(aside));
  renameSync(tool, aside);
  writeFileSync(tool, `#!/bin/sh\nprintf '%s\\n' "$@" >>'${heard}'\nexec '${aside}' "$@"\n`);
  chmodSync(tool, 0o755);
  return {
    passwords: () => {
      const lines = existsSync(heard) ? readFileSync(heard, 'utf8').split('\n') : [];
      return lines.flatMap((line, index) => (lines[index - 1] === '-p' ? [line] : []));
    },
    remove: () => rmSync(path.dirname(aside), { recursive: true }),
  };
}
