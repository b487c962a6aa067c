import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { VERSION } from '../../src/roots/version.ts';
import { ensureBuilt } from '../e2e/demo-process.ts';

const read = (name: string): string => readFileSync(path.resolve('dist', name), 'utf8');
const BOT_KEY = `ed25519:${'A'.repeat(43)}`;
/** Words that only the chat libraries contain: a runner's bundle does not say which file each piece came from. */
const isOfChat = (text: string): boolean => /x-slack-signature|login\.botframework\.com/iu.test(text);

/** On Windows only administrators set up a runner, and only where nobody else may replace it. */
const setUp = process.platform === 'win32' ? test.skip : test;
/** Windows has no such limit. */
const few = setUp;

/** A bundle and the parts that it cannot start without. */
function loadedAtOnce(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const [, part] of read(name).matchAll(/^(?:import|export)(?:[^;'"]*?from)?\s*"\.\/(part-\w+\.mjs)";$/gmu))
    loadedAtOnce(part ?? '', seen);
  return seen;
}

/** It has no types, since whoever builds has no TypeScript yet. */
interface Build {
  replace(target: string, write: (temporary: string) => Promise<void>, move: () => Promise<void>): Promise<void>;
  markOf(root: string, metafiles: readonly { readonly inputs: object }[]): Promise<string>;
}

test('a file that a scanner holds is replaced once it lets go', async () => {
  const build: string = '../../infra/build.mjs';
  const { replace } = (await import(build)) as Build;
  const folder = mkdtempSync(path.join(tmpdir(), 'certops-build-'));
  let held = 3;
  await replace(
    path.join(folder, 'runner.mjs'),
    (temporary) => writeFile(temporary, ''),
    async () => {
      held -= 1;
      if (held > 0) throw Object.assign(new Error('held'), { code: 'EPERM' });
    },
  );
  expect(held).toBe(0);
  rmSync(folder, { recursive: true });
});

describe('the mark of a build', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'certops-mark-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function markOf(...files: readonly (readonly [string, string])[]): Promise<string> {
    const build: string = '../../infra/build.mjs';
    for (const [name, text] of files) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    const metafiles = files.map(([name]) => ({ inputs: { [name]: {} } }));
    return ((await import(build)) as Build).markOf(folder, metafiles);
  }

  test('is the same for the same files, whatever their folder, order and line endings', async () => {
    const mark = await markOf(['src/a.ts', 'a\nb\n'], ['src/b.ts', 'c\n']);
    expect(mark).toMatch(/^[0-9a-f]{8}$/u);
    expect(await markOf(['elsewhere/b.ts', 'c\r\n'], ['elsewhere/a.ts', 'a\r\nb\r\n'])).toBe(mark);
  });

  few('can be made where a process may open only a few files', async () => {
    const names = Array.from({ length: 300 }, (_, at) => `${at}.ts`);
    for (const name of names) writeFileSync(path.join(folder, name), name);
    const script = `
      const { markOf } = await import(${JSON.stringify(pathToFileURL(path.resolve('infra/build.mjs')).href)});
      const inputs = Object.fromEntries(${JSON.stringify(names)}.map((name) => [name, {}]));
      console.log(await markOf(${JSON.stringify(folder)}, [{ inputs }]));`;
    const limited = ['-c', 'ulimit -n 200 && exec "$0" "$@"', process.execPath, '--input-type=module', '-e', script];
    expect(execFileSync('/bin/sh', limited, { encoding: 'utf8' })).toMatch(/^[0-9a-f]{8}\n$/u);
  });

  test('changes when a byte of them changes', async () => {
    const mark = await markOf(['src/a.ts', 'a\nb\n']);
    for (const text of ['a\nb', 'a\nB\n', 'a\n\nb\n']) expect(await markOf(['src/a.ts', text])).not.toBe(mark);
  });
});

describe('the bundles', () => {
  beforeAll(ensureBuilt);

  test('all state one version, that of package.json, and one mark; code that nobody has built says "dev"', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    const [bot, runner] = ['certops', 'runner'].map(
      (name) => spawnSync(process.execPath, [`dist/${name}.mjs`, '--version'], { encoding: 'utf8' }).stdout,
    );
    expect(bot).toMatch(/^[\d.]+\+[0-9a-f]{8}\n$/u);
    expect(bot?.split('+')[0]).toBe(version);
    expect(runner).toBe(bot);
    expect(VERSION).toBe(`${version}+dev`);
  });

  test('a runner is one file, with no chat in it', () => {
    expect([...loadedAtOnce('runner.mjs')]).toEqual(['runner.mjs']);
    expect(isOfChat(read('runner.mjs'))).toBe(false);
  });

  test("a runner is ASCII, so V8 keeps its source in one byte a character, and has none of zod's other languages", () => {
    expect(/[^\0-\x7f]/u.exec(read('runner.mjs'))?.[0]).toBeUndefined();
    expect(read('runner.mjs')).not.toContain('Ongeldige invoer');
  });

  setUp('a host that has only the runner can be set up with it', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'certops-init-'));
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, ['dist/runner.mjs', ...args, '--folder', folder], { encoding: 'utf8' });
    const init = ['init', '--farm', 'prod', '--host', 'sqlw01', '--master', 'sqlm01', '--bot-key', BOT_KEY];
    expect(run(...init).stdout).toMatch(/^ {2}sqlw01: \{ roles: \[worker\], keys: \['ed25519:[\w-]{43}'\] \}\n$/u);
    expect(run(...init)).toMatchObject({ status: 2, stderr: expect.stringContaining('(KeyFileExists)') });
    rmSync(folder, { recursive: true });
  });

  setUp('a host that has only the runner is told what can be typed there', () => {
    const folder = path.join(tmpdir(), `certops-nowhere-${process.pid}`);
    const args = ['dist/runner.mjs', 'status', '--folder', folder];
    const { stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toContain(`make it with node "${path.resolve('dist/runner.mjs')}" --folder "${folder}" init, or`);
  });

  test.each(['runner.mjs', 'certops.mjs'])('%s says in one sentence that Node is too old for it', (name) => {
    // All that a bundle imports is looked for before its first line runs: a name that an older Node lacks would end it
    // with a SyntaxError in a line of some megabytes.
    const since20 = [...loadedAtOnce(name)].filter((file) =>
      /import\s*\{[^}]*\bhash\b[^}]*\}\s*from\s*"node:crypto"/u.test(read(file)),
    );
    expect(since20).toEqual([]);
    const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } })";
    const args = ['--import', `data:text/javascript,${encodeURIComponent(older)}`, `dist/${name}`, '--version'];
    expect(spawnSync(process.execPath, args, { encoding: 'utf8' })).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'certops needs Node 20.19 or later, and this is 18.20.8: install a newer one from https://nodejs.org.\n',
    });
  });

  test('the packages in them are named beside them, each with the words of its licence', () => {
    const told = read('THIRD-PARTY-LICENSES.txt').split(/^-{80}$/mu);
    const titles = told.map((text) => text.trim().split('\n', 1)[0] ?? '');
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    // The package for rehearsals runs from its own folder, and has its licence there.
    const bundled = Object.keys(dependencies).filter((name) => name !== 'js-redis-server');
    expect(bundled.filter((name) => !titles.some((title) => title.startsWith(`${name} `)))).toEqual([]);
    const licenceOf = (name: string): string => told.find((text) => text.startsWith(`\n\n${name} `)) ?? '';
    expect(licenceOf('node-forge')).toContain('Redistributions in binary form must reproduce the above copyright');
    for (const name of ['zod', 'bullmq', 'adaptivecards', 'agent-base'])
      expect(licenceOf(name)).toContain('copies or substantial portions of the Software.');
  });

  test('certops is a command that a shell can start, as npm links it', () => {
    expect(read('certops.mjs')).toMatch(/^#!\/usr\/bin\/env node\n/u);
  });

  test('certops loads Slack and Teams only when a bot has them', () => {
    const atOnce = [...loadedAtOnce('certops.mjs')];
    expect(atOnce.length).toBeGreaterThan(1);
    expect(atOnce.filter((name) => isOfChat(read(name)))).toEqual([]);
    const late = [...read('certops.mjs').matchAll(/import\("\.\/(part-\w+\.mjs)"\)/gu)].map(([, part]) => part ?? '');
    expect(late.length).toBeGreaterThan(3);
    // The bot's own part does not contain them either: they are one step further.
    expect(late.flatMap((part) => [...loadedAtOnce(part)]).filter((name) => isOfChat(read(name)))).toEqual([]);
    expect(readdirSync(path.resolve('dist')).some((name) => /^part-/u.test(name) && isOfChat(read(name)))).toBe(true);
  });
});
