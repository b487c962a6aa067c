import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { SMALL } from '../../../src/roots/bot/small-heap.ts';
import { heapFlags } from '../../../src/roots/runner/small-heap.ts';

const run = promisify(execFile);

test('neither runner nor bot gives V8 a flag that it does not know, which would print an error before anything else', async () => {
  const { stdout } = await run(process.execPath, ['--v8-options'], { maxBuffer: 1e7 });
  const flags = [...heapFlags(process.versions.node), SMALL];
  expect(flags.filter((flag) => !stdout.includes(`  ${flag.replace(/=.*$/u, '')} (`))).toEqual([]);
});

test('the flag for the interrupt budget is left out from Node 22 on', () => {
  expect(heapFlags('20.20.2')).toContain('--interrupt-budget=2000000');
  for (const node of ['22.12.0', '24.21.0', '26.0.0'])
    expect(heapFlags(node).filter((flag) => flag.startsWith('--interrupt-budget'))).toEqual([]);
});
