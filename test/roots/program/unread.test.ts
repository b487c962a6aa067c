import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { printOnWithoutReader } from '../../../src/roots/program/unread.ts';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

test('a command whose output nobody reads any more ends as it would have, without a message', async () => {
  const child = spawn(process.execPath, ['dist/certops.mjs', 'farm', 'check', 'infra/lab/farm.yaml'], { cwd: ROOT });
  // Long before the command has anything to say.
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (bytes) => (said += String(bytes)));
  const [code] = await once(child, 'close');
  expect({ code, said }).toEqual({ code: 0, said: '' });
});

test.each([
  ['EPIPE', false],
  ['EOF', false],
  ['EIO', true],
])('a pipe that breaks with %s throws: %s', (code, isThrown) => {
  const before = [process.stdout, process.stderr].flatMap((stream) => stream.listeners('error'));
  printOnWithoutReader();
  const broken = () => process.stdout.emit('error', Object.assign(new Error(`write ${code}`), { code }));
  if (isThrown) expect(broken).toThrow(code);
  else expect(broken).not.toThrow();
  for (const stream of [process.stdout, process.stderr])
    for (const listener of stream.listeners('error').filter((one) => !before.includes(one)))
      stream.off('error', listener as () => void);
});
