/**
 * Builds the bundles and the console's static files into dist/. Nothing is downloaded. One rename replaces each file,
 * so a process that starts meanwhile sees either the old one or the new one.
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild, stop } from 'esbuild';
import { licencesOf, packagesIn } from './licenses.mjs';

const ENTRIES = [
  // Slack and Teams are separate chunks, loaded only by a bot that uses them: a console alone, and every short command,
  // stays small.
  { from: 'src/cli.ts', to: 'certops.mjs', splitting: true, first: '#!/usr/bin/env node\n' },
  // Its source is part of the memory that has to be copied whenever a tool is started. Names stay, for stack traces.
  { from: 'src/runner.ts', to: 'runner.mjs', small: { minifyWhitespace: true, minifySyntax: true } },
  { from: 'infra/lab/main.ts', to: 'lab.mjs' },
];
/** For `npm run bench` only: it contains all of Slack's and Microsoft's libraries a second time. */
const BENCH = { from: 'infra/bench/main.ts', to: 'bench.mjs' };
/** Served unchanged by the console. */
const ADAPTIVE_CARDS = 'node_modules/adaptivecards';

/** CommonJS packages inside an ES module still use `require` and the path of their own folder. */
const BANNER = [
  "import { createRequire as certopsCreateRequire } from 'node:module';",
  "import { fileURLToPath as certopsFileURLToPath } from 'node:url';",
  "import { dirname as certopsDirname } from 'node:path';",
  'const require = certopsCreateRequire(import.meta.url);',
  'const __filename = certopsFileURLToPath(import.meta.url);',
  'const __dirname = certopsDirname(__filename);',
].join('\n');

/** @param {string} root the project's folder */
export async function build(root) {
  const dist = path.join(root, 'dist');
  await mkdir(dist, { recursive: true });
  const [bundles] = await Promise.all([
    Promise.all(ENTRIES.map((entry) => bundle(root, dist, entry))),
    copyWeb(root, path.join(dist, 'web')),
  ]);
  const metafiles = bundles.map(({ metafile }) => metafile);
  const mark = await markOf(root, metafiles);
  await Promise.all(bundles.map((made) => write(dist, made, mark)));
  const licences = await licencesOf(root, [...packagesIn(metafiles), ADAPTIVE_CARDS]);
  await replace(path.join(dist, 'THIRD-PARTY-LICENSES.txt'), (temporary) => writeFile(temporary, licences));
  // Otherwise esbuild's process would stay alive beside the rehearsal that `npm start` goes on with.
  await stop();
}

/** @param {string} root the project's folder */
export async function buildBench(root) {
  const dist = path.join(root, 'dist');
  await write(dist, await bundle(root, dist, BENCH), 'dev');
  await stop();
}

/** Placeholder in the bundles until their mark is known, which depends on all their sources. */
const UNMARKED = 'certops-build-mark';

/**
 * Identifies a build by the content of its sources alone: not by when and where it was made, its files' names, or the
 * line ends of a checkout.
 */
export async function markOf(root, metafiles) {
  const names = new Set(metafiles.flatMap(({ inputs }) => Object.keys(inputs)));
  const files = [...names].map((name) => path.resolve(root, name));
  const hashes = [];
  // One at a time: there are thousands, and a process may be limited to a few hundred open files.
  for (const file of [fileURLToPath(import.meta.url), ...files]) hashes.push(await hashOf(file));
  return createHash('sha256').update(hashes.sort().join()).digest('hex').slice(0, 8);
}

async function hashOf(file) {
  const text = await readFile(file, 'latin1');
  return createHash('sha256').update(text.replaceAll('\r\n', '\n'), 'latin1').digest('hex');
}

async function bundle(root, dist, entry) {
  const { from, to, splitting = false, small = {} } = entry;
  const { outputFiles, metafile } = await esbuild({
    absWorkingDir: root,
    entryPoints: [{ in: from, out: path.basename(to, '.mjs') }],
    outdir: dist,
    outExtension: { '.js': '.mjs' },
    // Beside the entry: `places.ts` looks for the installation's files relative to the file it is bundled into.
    chunkNames: `${PART}[hash]`,
    splitting,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    // jsonc-parser's CommonJS form hides its imports from a bundler.
    mainFields: ['module', 'main'],
    banner: { js: BANNER },
    define: { CERTOPS_BUILD: JSON.stringify(UNMARKED) },
    // js-redis-server runs in a worker thread from its own files.
    external: ['js-redis-server'],
    // The full licences are in a file of their own.
    legalComments: 'none',
    metafile: true,
    ...small,
    write: false,
    logLevel: 'warning',
  });
  return { entry, outputFiles, metafile };
}

async function write(dist, { entry: { to, splitting = false, first = '' }, outputFiles }, mark) {
  // The entry last, because it refers to the chunks.
  const isEntry = (file) => path.basename(file.path) === to;
  for (const file of outputFiles.toSorted((a, b) => isEntry(a) - isEntry(b))) {
    const text = file.text.replaceAll(UNMARKED, mark);
    await replace(file.path, (temporary) =>
      isEntry(file)
        ? writeFile(temporary, `${first}${text}`, { mode: first === '' ? 0o644 : 0o755 })
        : writeFile(temporary, text),
    );
  }
  if (splitting) await removeOldParts(dist, new Set(outputFiles.map((file) => path.basename(file.path))));
}

const PART = 'part-';
const KEPT_MS = 600_000;

/** Removes chunks of earlier builds, except recent ones: a process that has just started may still load one. */
async function removeOldParts(dist, current) {
  for (const name of await readdir(dist)) {
    if (!name.startsWith(PART) || current.has(name)) continue;
    const { mtimeMs } = await stat(path.join(dist, name));
    if (Date.now() - mtimeMs > KEPT_MS) await rm(path.join(dist, name), { force: true });
  }
}

async function copyWeb(root, to) {
  await mkdir(to, { recursive: true });
  const client = path.join(root, 'adapters/web/client');
  const files = (await readdir(client, { withFileTypes: true })).filter((entry) => entry.isFile());
  const sources = [
    ...files.map((entry) => path.join(client, entry.name)),
    path.join(root, ADAPTIVE_CARDS, 'dist/adaptivecards.min.js'),
    path.join(root, 'cards/hostconfig.json'),
  ];
  for (const source of sources) {
    await replace(path.join(to, path.basename(source)), (temporary) => copyFile(source, temporary));
  }
}

const HELD = ['EPERM', 'EACCES', 'EBUSY'];

/** Retries the rename: Windows refuses it while a scanner, or a process that is starting, reads the file. */
export async function replace(target, write, move = rename) {
  const temporary = `${target}.${process.pid}.new`;
  await write(temporary);
  for (let left = 20; ; left -= 1) {
    try {
      return await move(temporary, target);
    } catch (error) {
      if (left === 0 || !HELD.includes(error.code)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
