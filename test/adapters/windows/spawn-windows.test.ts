import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'certops-spawn-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

// Before anything reads it: on Windows execa asks cross-spawn, which hands what it does not find to %ComSpec%.
Object.defineProperty(process, 'platform', { value: 'win32' });
const asked = path.join(folder, 'asked');
const comspec = path.join(folder, 'cmd.exe');
fs.writeFileSync(comspec, `#!/bin/sh\necho "$@" > '${asked}'\nexit 1\n`, { mode: 0o755 });
process.env.comspec = comspec;
const { spawn } = await import('../../../adapters/windows/spawn.ts');

test('on Windows too a program that is not there is missing, and no command interpreter sees its arguments', async () => {
  const running = spawn({
    file: path.join(folder, 'sqlcmd.exe'),
    args: ['-p', 'One-Time-9f8e7d', 'a&b%PATH%'],
    limitMs: 20_000,
    signal: undefined,
    environment: undefined,
    call: { tool: 'sqlcmd' },
    started: () => () => {},
  });
  await expect(running).rejects.toMatchObject({ code: 'ToolMissing', data: { tool: 'sqlcmd' } });
  expect(fs.existsSync(asked)).toBe(false);
});
