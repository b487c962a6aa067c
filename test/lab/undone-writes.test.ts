import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Bench, BINN, startBench } from './support.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

/** Reads a file as often as it can, beside everything else; says at the end which lengths it was found to have. */
const SIZES = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { readFileSync } = require('node:fs');
  const sizes = new Set();
  let isOver = false;
  parentPort.on('message', () => { isOver = true; });
  const look = () => {
    for (let i = 0; i < 200; i += 1) sizes.add(readFileSync(workerData).length);
    if (isOver) { parentPort.postMessage([...sizes]); parentPort.close(); } else setImmediate(look);
  };
  look();
`;

test('a write that is undone is never seen as an empty or a shorter file', async () => {
  const file = bench.real('sqlw01', `${BINN}\\WorkerSettings.config`);
  await bench.lab.break('sqlw01', 'settings-read-only-always');
  const before = readFileSync(file);
  const changed = Buffer.from(before.map((byte, at) => (at === 40 ? byte ^ 1 : byte)));
  const reader = new Worker(SIZES, { eval: true, workerData: file });
  for (let i = 0; i < 60; i += 1) {
    try {
      writeFileSync(file, changed, { flag: 'r+' });
    } catch {
      // Anyone but root is refused.
    }
    await sleep(8);
  }
  const sizes = new Promise((resolve) => reader.once('message', resolve));
  reader.postMessage('over');
  expect(await sizes).toEqual([before.length]);
});
