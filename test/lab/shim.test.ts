import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { type Channel, openChannel, type ToolAnswer, type ToolCall } from '../../infra/lab/channel/daemon.ts';
import { shimText } from '../../infra/lab/channel/shim.ts';
import { spawnTool, until } from './support.ts';

let folder: string;
let channel: Channel;
let tool: string;
let handle: (call: ToolCall) => Promise<ToolAnswer>;

const shells = ['/bin/sh', '/bin/bash', '/bin/dash'].filter((shell) => existsSync(shell));

beforeAll(() => {
  folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'shim-')), "it's a folder");
  channel = openChannel({ folder, handle: (call) => handle(call) });
  tool = path.join(folder, 'netsh.exe');
  writeFileSync(tool, shimText("o'host", channel.runFolder));
  chmodSync(tool, 0o755);
});

afterAll(() => {
  channel.close();
  rmSync(path.dirname(folder), { recursive: true, force: true });
});

test('every argument arrives as it was given, whatever it holds', async () => {
  let seen: readonly string[] = [];
  handle = async (call) => {
    seen = call.args;
    return { code: 0, bytes: Buffer.alloc(0) };
  };
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      '',
      ' ',
      '\n',
      '\r\n',
      '"',
      "'",
      '`',
      '$(id)',
      '$HOME',
      '\\',
      '\\n',
      '%s',
      '-n',
      '--',
      '*',
      '证书',
      '\u200e',
    ),
  );
  const args = fc.array(
    nasty.map((text) => text.replace(/\0/gu, '')),
    { maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(args, async (given) => {
      expect((await spawnTool(tool, given)).code).toBe(0);
      expect(seen).toEqual(given.map((text) => Buffer.from(text, 'utf8').toString('utf8')));
    }),
    { numRuns: 60 },
  );
});

test.each(shells)('every byte of an answer comes out of %s, and the exit code is cut to eight bits', async (shell) => {
  const bytes = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256));
  handle = async () => ({ code: 0x80090011, bytes });
  const ran = await spawnTool(shell, [tool]);
  expect(ran.bytes.equals(bytes)).toBe(true);
  expect(ran.code).toBe(17);
});

test('the call names its host and its tool', async () => {
  handle = async ({ host, tool: name }) => ({ code: 0, bytes: Buffer.from(`${host} ${name}`) });
  expect((await spawnTool(tool, [])).text).toBe("o'host netsh.exe");
});

test('more calls at once than there are slots are all answered, each with its own answer', async () => {
  handle = async ({ args }) => ({ code: 0, bytes: Buffer.from(args[0] ?? '') });
  const calls = Array.from({ length: 140 }, async (_, index) => (await spawnTool(tool, [String(index)])).text);
  expect(await Promise.all(calls)).toEqual(Array.from({ length: 140 }, (_, index) => String(index)));
});

test('a tool that is killed while it hangs is known to be dead, and its slot is freed', async () => {
  let seen: ToolCall | null = null;
  handle = (call) => {
    seen = call;
    return new Promise(() => {});
  };
  const child = spawn(tool, ['hang'], { stdio: 'ignore' });
  await until(() => seen !== null);
  const call = seen as unknown as ToolCall;
  expect(call.alive()).toBe(true);
  child.kill('SIGKILL');
  await until(() => !call.alive());
  await until(() => readdirSync(channel.runFolder).every((name) => !name.endsWith('.req')));
});

test('with no lab behind it a tool says that the machine is not there', async () => {
  const lonely = path.join(folder, 'sc.exe');
  writeFileSync(lonely, shimText('nobody', path.join(folder, 'no such run folder')));
  chmodSync(lonely, 0o755);
  const ran = await spawnTool(lonely, ['query']);
  expect(ran).toMatchObject({ code: 1722 & 0xff, text: 'The RPC server is unavailable.\n' });
});
