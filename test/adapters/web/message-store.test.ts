import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openMessageStore } from '../../../adapters/web/message-store.ts';

test('messages held by a scanner are opened once it lets go', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'certops-messages-'));
  let held = 3;
  const { store } = await openMessageStore(folder, (from, to) => {
    held -= 1;
    return held > 0 ? Promise.reject(Object.assign(new Error('held'), { code: 'EPERM' })) : rename(from, to);
  });
  await store.add({ at: 1, from: null, only: null, body: { type: 'text', text: 'said' } });
  await store.close();
  expect(readFileSync(path.join(folder, 'messages.jsonl'), 'utf8')).toContain('said');
  rmSync(folder, { recursive: true });
});

test('an error that waiting cannot mend is reported at once', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'certops-messages-'));
  let tried = 0;
  const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
  const opened = openMessageStore(folder, () => {
    tried += 1;
    return Promise.reject(full);
  });
  await expect(opened).rejects.toBe(full);
  expect(tried).toBe(1);
  rmSync(folder, { recursive: true });
});

test('existing messages that cannot be read are not overwritten', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'certops-messages-'));
  mkdirSync(path.join(folder, 'messages.jsonl'));
  await expect(openMessageStore(folder)).rejects.toMatchObject({
    code: 'FileNotReadable',
    data: { reason: 'EISDIR' },
  });
  expect(readdirSync(folder)).toEqual(['messages.jsonl']);
  rmSync(folder, { recursive: true });
});
