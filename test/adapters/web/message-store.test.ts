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

test('what changes in a message at the same time is all kept', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'certops-messages-'));
  const { store } = await openMessageStore(folder);
  const view = (outcome: string) => ({ kind: 'notice', messages: [{ id: outcome, data: {} }], actions: [] }) as const;
  const { id } = await store.add({
    ...{ at: 1, from: null, only: null },
    body: { type: 'card', view: view('running'), reader: null },
  });
  const [, , noted] = await Promise.all([
    store.change(id, 2, view('done')),
    store.note(id, 2, view('said first')),
    store.note(id, 3, view('said last')),
  ]);
  const whole = {
    changed: 2,
    body: { view: view('done') },
    notes: [{ view: view('said first') }, { view: view('said last') }],
  };
  expect(noted).toMatchObject(whole);
  expect(store.messages()).toMatchObject([whole]);
  await store.close();
  const again = await openMessageStore(folder);
  expect(again.store.messages()).toMatchObject([whole]);
  await again.store.close();
  rmSync(folder, { recursive: true });
});
