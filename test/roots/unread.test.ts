import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

test('a command whose output nobody reads any more ends as it would have, without a word', async () => {
  const child = spawn(process.execPath, ['dist/certops.mjs', 'farm', 'check', 'infra/lab/farm.yaml'], { cwd: ROOT });
  // Long before the command has anything to say.
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (bytes) => (said += String(bytes)));
  const [code] = await once(child, 'close');
  expect({ code, said }).toEqual({ code: 0, said: '' });
});
