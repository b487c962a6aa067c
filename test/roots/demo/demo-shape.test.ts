import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { settleShape } from '../../../src/roots/demo/shape.ts';
import { sentenceOf } from '../../../src/roots/program/fail.ts';

let state: string;
beforeEach(async () => {
  state = await mkdtemp(path.join(tmpdir(), 'certops-shape-'));
});
afterEach(() => rm(state, { recursive: true, force: true }));

test('a farm keeps the shape it was made with, and another is refused', async () => {
  expect(await settleShape(state, { workers: 5 }, false)).toEqual({ workers: 5, onebox: false });
  expect(await settleShape(state, {}, false)).toEqual({ workers: 5, onebox: false });
  await expect(settleShape(state, { workers: 3 }, false)).rejects.toMatchObject({ code: 'FarmOfAnotherShape' });
});

test.each([
  ['that a full disk has left empty', ''],
  ['that is only half there', '{"workers":'],
  ['that says something else', '{"workers":"five"}'],
])('a file %s is reported as such, and no other farm is made over the one there', async (_what, text) => {
  const file = path.join(state, 'shape.json');
  await writeFile(file, text);
  const error = await settleShape(state, {}, false).then(
    () => null,
    (one) => one,
  );
  expect(error).toMatchObject({ code: 'ShapeNotUnderstood' });
  expect(sentenceOf(error)).toContain(`${file} does not say how many machines`);
  expect(await readFile(file, 'utf8')).toBe(text);
  expect(await settleShape(state, {}, true)).toEqual({ workers: 3, onebox: false });
});
