import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { labControl } from '../../infra/lab/control.ts';
import { startLab } from '../../infra/lab/index.ts';
import type { LabFile } from '../../infra/lab/options.ts';
import { MASTER, pidIn, spawnTool, until } from './support.ts';

let folder: string;
let bundle: string;
let child: ChildProcess;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lab-process-'));
  bundle = path.join(folder, 'lab.mjs');
  const js = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    entryPoints: ['infra/lab/main.ts'],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  // The lab of the next test is in the same folder.
  const gone = ended();
  child.kill('SIGKILL');
  await gone;
});

/** Starts the lab as a process and answers with its ready line. */
async function serve(): Promise<{ ready: boolean; file: string }> {
  child = spawn(process.execPath, [bundle, 'serve', '--folder', path.join(folder, 'farm'), '--workers', '2'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH },
  });
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += String(chunk);
  });
  await until(() => text.includes('\n'));
  return JSON.parse(text);
}

const ended = () => new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
const read = (file: string): LabFile => JSON.parse(readFileSync(file, 'utf8'));
const tool = (lab: LabFile, host: string, name: string, ...args: string[]) =>
  spawnTool(
    path.join(lab.hosts.find((each) => each.name === host)?.root ?? '', 'Windows/System32', `${name}.exe`),
    args,
  );

test('a killed lab comes back with the same world: sockets, stores, bindings, processes, armed faults', async () => {
  const { ready, file } = await serve();
  expect(ready).toBe(true);
  const before = read(file);
  const look = async (lab: LabFile) => ({
    hosts: lab.hosts,
    bindings: (await tool(lab, 'sqlm01', 'netsh', 'http', 'show', 'sslcert')).text,
    root: (await tool(lab, 'sqlm01', 'certutil', '-store', 'Root')).text,
    pid: pidIn((await tool(lab, 'sqlm01', 'sc', 'queryex', MASTER)).text),
    armed: await labControl(file).armed(),
  });
  const key = `certhash=${/Certificate Hash +: (\S+)/u.exec((await look(before)).bindings)?.[1]}`;
  const app = 'appid={11111111-2222-3333-4444-555555555555}';
  await tool(
    before,
    'sqlm01',
    'netsh',
    'http',
    'update',
    'sslcert',
    'ipport=0.0.0.0:8391',
    key,
    app,
    'certstorename=Root',
    'clientcertnegotiation=enable',
  );
  await labControl(file).break('sqlw01', 'start-1053');
  const first = await look(before);
  child.kill('SIGKILL');
  await ended();
  expect(await tool(before, 'sqlm01', 'sc', 'query', MASTER)).toMatchObject({ code: 1722 & 0xff });
  await serve();
  const after = read(file);
  expect(await look(after)).toEqual(first);
  expect(after.token).not.toBe(before.token);
  await until(async () => Object.values((await labControl(file).measure()).workers).every((each) => each.connected));
});

test('it ends when its stdin closes, and removes lab.json', async () => {
  const { file } = await serve();
  child.stdin?.end();
  expect(await ended()).toBe(0);
  expect(existsSync(file)).toBe(false);
});

test('a second lab on the same folder is refused', async () => {
  await serve();
  await expect(startLab({ folder: path.join(folder, 'farm') })).rejects.toThrow('runs on this folder already');
});

test('it ends on SIGTERM', async () => {
  await serve();
  child.kill('SIGTERM');
  expect(await ended()).toBe(0);
});

test('its control interface answers nobody without the token', async () => {
  const { file } = await serve();
  const { control } = read(file);
  expect((await fetch(`${control}/armed`, { method: 'POST' })).status).toBe(401);
  await expect(labControl(file).break('sqlm01', 'nonsense')).rejects.toThrow('no such fault');
  expect((await labControl(file).faults()).length).toBeGreaterThan(20);
});
