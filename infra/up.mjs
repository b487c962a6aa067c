/**
 * What `npm start`, `npm test`, `npm run build` and `npm run bench` run: installs and builds what a change made stale,
 * then runs the command. No dependencies, because on a fresh clone there are none yet.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installedAsLocked, whyNot, whyNotInstalled } from './up-checks.mjs';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const SOURCES = ['package.json', 'package-lock.json', 'infra', 'src', 'adapters', 'jobs', 'cards'];
const INSTALLED = path.join(ROOT, 'node_modules/.certops-lock-hash');
/** What is built, from which sources, and where the hash of the sources of the last build is kept. */
const PRODUCT = { sources: SOURCES, record: path.join(ROOT, 'dist/.sources-hash'), run: ({ build }) => build(ROOT) };
const BENCH = {
  // It talks to the tests' stand-ins for Slack and Teams.
  sources: [...SOURCES, 'test/fakes'],
  record: path.join(ROOT, 'dist/.bench-hash'),
  run: ({ buildBench }) => buildBench(ROOT),
};

/** Through the environment, because jest's workers need it too. */
const JEST_ENV = {
  NODE_OPTIONS:
    `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
};

const LEFT_OUT = 'On Windows the tests that need a rehearsal are left out: Linux, macOS and WSL run them all.';

const [command = '', ...rest] = process.argv.slice(2);

const COMMANDS = {
  start: async () => {
    await setUp();
    await runHere('dist/certops.mjs', ['demo', ...rest]);
  },
  build: async () => setUp({ say: true }),
  test: async () => {
    await setUp();
    process.exitCode = await test(rest);
  },
  'teams-app': async () => {
    await install();
    await buildTeamsApp(rest);
  },
  bench: async () => {
    await setUp();
    await buildIfStale(BENCH);
    await runHere('dist/bench.mjs', rest);
  },
};

const refusal = whyNot(command, process.platform, process.versions.node);
if (refusal !== null) fail(refusal);
else await COMMANDS[command]().catch((error) => fail(error.message));

async function setUp({ say = false } = {}) {
  await install();
  const isNew = await buildIfStale(PRODUCT);
  if (!say) return;
  console.error(
    isNew ? 'Built dist/certops.mjs, dist/runner.mjs, dist/lab.mjs and dist/web/.' : 'dist/ is up to date.',
  );
}

async function install() {
  const lock = readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8');
  const hash = sha256(lock);
  if (read(INSTALLED) === hash) return;
  const record = read(path.join(ROOT, 'node_modules/.package-lock.json'));
  if (!installedAsLocked(lock, record, (name) => existsSync(path.join(ROOT, name)))) {
    console.error('Installing packages (npm ci) ...');
    const ci = npm(['ci', '--include=dev', '--no-fund', '--no-audit', '--loglevel=error']);
    const ended = await ci.catch((error) => error);
    if (ended !== 0) throw new Error(whyNotInstalled(ended));
  }
  writeFileSync(INSTALLED, hash);
}

/** Returns whether something was built. */
async function buildIfStale({ sources, record, run }) {
  const hash = hashOf(sources);
  if (read(record) === hash) return false;
  console.error('Building ...');
  await run(await import('./build.mjs'));
  mkdirSync(path.dirname(record), { recursive: true });
  writeFileSync(record, hash);
  return true;
}

/** Imported here: its libraries are there only once they are installed. */
async function buildTeamsApp(args) {
  const { readArguments, teamsPackage } = await import('./teams/package.mjs');
  const words = readArguments(args, (file) => readFileSync(file));
  if (typeof words === 'string') throw new Error(words);
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const file = path.join(ROOT, 'dist', `certops-teams-${words.appId}.zip`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, teamsPackage({ ...words, version }));
  console.error(`Wrote ${path.relative('', file)}: upload it in the Teams admin center, or see docs/teams.md.`);
}

function hashOf(sources) {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((name) => filesBelow(name)).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(ROOT, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(name) {
  const full = path.join(ROOT, name);
  if (!existsSync(full)) return [];
  if (name.includes('.')) return [name];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath ?? entry.path, entry.name)));
}

/** In this process, so that Ctrl-C and exit codes need no relay. */
async function runHere(bundle, args) {
  process.argv = [process.execPath, path.join(ROOT, bundle), ...args];
  await import(pathToFileURL(process.argv[1]).href);
}

/** Types, style, tests. All three run, so that the first failure does not hide the others. */
async function test(args) {
  if (process.platform === 'win32') console.error(LEFT_OUT);
  const results = [
    await node(['node_modules/typescript/bin/tsc', '--noEmit']),
    await node(['node_modules/@biomejs/biome/bin/biome', 'check', '--log-level=warn']),
    await node(['node_modules/jest/bin/jest.js', ...args], JEST_ENV),
  ];
  ['tsc', 'biome', 'jest'].forEach((name, at) => {
    if (results[at] !== 0) console.error(`${name} failed (${results[at]}).`);
  });
  return Math.max(...results);
}

function node(args, env = {}) {
  return run(process.execPath, args, env);
}

/** The npm that started us, else the one beside this Node: without a shell, also on Windows. */
function npm(args) {
  const beside = ['../lib/node_modules/npm/bin/npm-cli.js', 'node_modules/npm/bin/npm-cli.js'].map((name) =>
    path.resolve(path.dirname(process.execPath), name),
  );
  const script = [process.env.npm_execpath ?? '', ...beside].find(
    (name) => /npm-cli\.js$/u.test(name) && existsSync(name),
  );
  return script === undefined ? run('npm', args) : node([script, ...args]);
}

function run(file, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

function fail(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}
