import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'certops-spawn-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Nobody can open a link to itself; on Windows only administrators can make one. */
const unseen = process.platform === 'win32' ? 'ToolMissing' : 'ToolBlocked';
const hide = (file: string): void => {
  if (unseen === 'ToolBlocked') fs.symlinkSync(file, file);
};

// Before anything reads it: on Windows execa uses cross-spawn, which hands what it does not find to %ComSpec%.
Object.defineProperty(process, 'platform', { value: 'win32' });
const asked = path.join(folder, 'asked');
const comspec = path.join(folder, 'cmd.exe');
fs.writeFileSync(comspec, `#!/bin/sh\necho "$@" > '${asked}'\nexit 1\n`, { mode: 0o755 });
process.env.comspec = comspec;
const { spawn } = await import('../../../adapters/windows/spawn.ts');

test.each([
  ['is not there', 'ToolMissing', () => {}],
  ['cannot be looked at', unseen, hide],
  ['is a folder', 'ToolMissing', (file: string) => fs.mkdirSync(file)],
])('on Windows, too, no command interpreter sees the arguments of a program that %s', async (what, code, prepare) => {
  const file = path.join(folder, `${what}.exe`);
  prepare(file);
  const running = spawn({
    file,
    args: ['-p', 'One-Time-9f8e7d', 'a&b%PATH%'],
    limitMs: 20_000,
    signal: undefined,
    environment: undefined,
    call: { tool: 'sqlcmd' },
    isThere: false,
    started: () => () => {},
  });
  await expect(running).rejects.toMatchObject({ code, data: { tool: 'sqlcmd' } });
  expect(fs.existsSync(asked)).toBe(false);
});

test('on Windows a program runs in its own folder, also once the folder in which this process was started is gone', async () => {
  const node = path.join(folder, 'node.exe');
  // Only administrators make links there.
  if (process.platform === 'win32') fs.copyFileSync(process.execPath, node);
  else fs.symlinkSync(process.execPath, node);
  const before = process.cwd();
  const gone = fs.mkdtempSync(path.join(folder, 'share-'));
  process.chdir(gone);
  // Node keeps the answer, as Windows does for a drive that is no longer there.
  process.cwd();
  // Windows itself does not let go of a folder in which a process runs.
  if (process.platform !== 'win32') fs.rmdirSync(gone);
  try {
    const running = spawn({
      file: node,
      args: ['--print', 'process.cwd()'],
      limitMs: 20_000,
      signal: undefined,
      environment: undefined,
      call: { tool: 'netsh' },
      isThere: false,
      started: () => () => {},
    });
    const { stdout } = await running;
    expect(stdout.toString().trim()).toBe(fs.realpathSync(folder));
  } finally {
    process.chdir(before);
  }
});
