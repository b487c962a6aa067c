import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';

test('neither hostile input nor a Slack that goes away ends the process', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'slack-hostile-'));
  try {
    const outfile = path.join(folder, 'hostile.mjs');
    await build({
      entryPoints: ['test/adapters/slack/hostile.ts'],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
    const { stdout, exitCode, stderr } = await execa(process.execPath, [outfile], { reject: false });
    expect({ stdout, exitCode, stderr }).toEqual({ stdout: 'alive', exitCode: 0, stderr: '' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
