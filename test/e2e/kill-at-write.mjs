/**
 * Loaded into a runner by NODE_OPTIONS: kills it just before or just after it writes a settings file or a .cer file by
 * itself, once for each file. It leaves a mark in a folder, by which the next one knows. The product knows nothing of
 * it.
 */
import { existsSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';

const { CERTOPS_TEST_KILL: when = '', CERTOPS_TEST_MARKS: marks = '' } = process.env;
const OWN = /\/hosts\/([^/]+)\/.*\/((?:Master|Worker)Settings\.config|[^/]+\.cer)$/u;

const open = fs.open;
fs.open = async (file, ...how) => {
  const handle = await open(file, ...how);
  const [, host, name] = OWN.exec(String(file)) ?? [];
  if (name === undefined) return handle;
  const write = handle.write.bind(handle);
  handle.write = async (...given) => {
    die('before', path.join(marks, `${host} ${name}`));
    const answer = await write(...given);
    die('after', path.join(marks, `${host} ${name}`));
    return answer;
  };
  return handle;
};

function die(now, mark) {
  if (now !== when || existsSync(mark)) return;
  writeFileSync(mark, '');
  process.kill(process.pid, 'SIGKILL');
}
