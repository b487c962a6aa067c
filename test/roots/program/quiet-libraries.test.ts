import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { ensureBuilt } from '../../e2e/demo-process.ts';

const SECRET = 'aVeryOwnPassword';

test('variables meant for other programs make no library print the password of Redis', async () => {
  ensureBuilt();
  let heard = '';
  const redis = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      socket.end('-ERR not here\r\n');
    });
  });
  await new Promise<void>((resolve) => redis.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = redis.address() as { readonly port: number };
    const { all } = await execa(process.execPath, ['dist/certops.mjs', 'validate', '--farm', 'infra/lab/farm.yaml'], {
      all: true,
      reject: false,
      env: { DEBUG: '*', NODE_OPTIONS: '', REDIS_URL: `redis://certops:${SECRET}@127.0.0.1:${port}` },
    });
    expect(heard).toContain(SECRET);
    expect(all).toContain('Redis');
    expect(all).not.toContain(SECRET);
  } finally {
    redis.close();
  }
});

test('NODE_DEBUG does not make the start of a tool print a secret that the tool is given', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'certops-quiet-'));
  try {
    const outfile = path.join(folder, 'start.mjs');
    const call = { file: process.execPath, args: ['-e', `0 // ${SECRET}`], limitMs: 60_000, call: {}, isThere: true };
    await build({
      stdin: {
        contents: `import { spawn } from './adapters/windows/spawn.ts';
          const ended = await spawn({ ...${JSON.stringify(call)}, started: () => () => {} });
          console.log('ended ' + ended.code);`,
        resolveDir: process.cwd(),
      },
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
    const { all } = await execa(process.execPath, [outfile], {
      all: true,
      reject: false,
      env: { NODE_DEBUG: 'execa', NODE_OPTIONS: '' },
    });
    expect(all).toBe('ended 0');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each([
  ['runner.mjs', 'child_process'],
  ['certops.mjs', 'child_process'],
  ['certops.mjs', '*'],
  ['certops.mjs', 'http'],
])('%s does not start where NODE_DEBUG=%s makes Node itself print passwords or tokens', async (program, parts) => {
  ensureBuilt();
  const { exitCode, all } = await execa(process.execPath, [`dist/${program}`, '--help'], {
    all: true,
    reject: false,
    env: { NODE_DEBUG: parts, NODE_OPTIONS: '' },
  });
  expect([exitCode, all]).toEqual([2, expect.stringContaining('start certops without it')]);
});

test('certops starts where NODE_DEBUG names a part that prints neither', async () => {
  ensureBuilt();
  const { exitCode } = await execa(process.execPath, ['dist/certops.mjs', '--help'], {
    env: { NODE_DEBUG: 'fs', NODE_OPTIONS: '' },
  });
  expect(exitCode).toBe(0);
});
