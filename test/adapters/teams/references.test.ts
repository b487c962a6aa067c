import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openReferences, type Place } from '../../../adapters/teams/references.ts';
import { APP } from '../../fakes/teams/service.ts';
import { GROUP, planView, posting, startRig } from './support.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'certops-references-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const place = (conversation: string, more: Partial<Place> = {}): Place => ({
  conversation,
  serviceUrl: 'https://smba.trafficmanager.net/emea/',
  kind: 'group',
  team: null,
  account: null,
  greeted: true,
  ...more,
});

describe('where the bot can speak', () => {
  test('is complete again after a restart', async () => {
    const { references } = await openReferences(folder, APP);
    await Promise.all(Array.from({ length: 50 }, (_, at) => references.remember(place(`19:${at}`))));
    await references.keep({ key: 'prod-1', conversation: '19:1', message: 'm1' });
    await references.forget('19:2');
    const again = await openReferences(folder, APP);
    expect(again.readable).toBe(true);
    expect(again.references.places()).toEqual(references.places());
    expect(again.references.places()).toHaveLength(49);
    expect(again.references.copies('prod-1')).toEqual([{ key: 'prod-1', conversation: '19:1', message: 'm1' }]);
    expect(readdirSync(folder)).toEqual(['references.json']);
  });

  test.each(['', '{"v":1', '[]', '{"v":2,"places":[],"copies":[]}', '{"v":1,"places":[{}],"copies":[]}'])(
    'is learnt anew when the file holds %j, which is kept aside',
    async (text) => {
      writeFileSync(path.join(folder, 'references.json'), text);
      const { references, readable } = await openReferences(folder, APP);
      expect(readable).toBe(false);
      await references.remember(place('19:1'));
      expect(readFileSync(path.join(folder, 'references.json.unreadable'), 'utf8')).toBe(text);
    },
  );

  test('a damaged file that a scanner holds is still set aside before another is written', async () => {
    writeFileSync(path.join(folder, 'references.json'), '{"v":1,"pla');
    let left = 3;
    const { references } = await openReferences(folder, APP, async (from, to) => {
      left -= 1;
      if (left >= 0) throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
      await rename(from, to);
    });
    await references.remember(place('19:1'));
    expect(readFileSync(path.join(folder, 'references.json.unreadable'), 'utf8')).toBe('{"v":1,"pla');
  });

  test('is not taken for nowhere when the file cannot be read, and the file stays as it is', async () => {
    const file = path.join(folder, 'references.json');
    mkdirSync(file);
    await expect(openReferences(folder, APP)).rejects.toMatchObject({
      code: 'FileNotReadable',
      data: { file, reason: 'EISDIR' },
    });
    expect(readdirSync(folder)).toEqual(['references.json']);
  });

  test('is kept when the bot is registered anew, except for the former bot’s chats with people', async () => {
    const { references } = await openReferences(folder, APP);
    await references.remember(place('19:1'));
    await references.remember(place('a:old', { kind: 'personal', account: 'tom' }));
    const { references: anew } = await openReferences(folder, 'another-app');
    expect(anew.places().map(({ conversation }) => conversation)).toEqual(['19:1']);
  });

  test('is kept completely from a file of a version that did not record whose it is', async () => {
    const places = [place('19:1'), place('a:old', { kind: 'personal', account: 'tom' })];
    writeFileSync(path.join(folder, 'references.json'), JSON.stringify({ v: 1, places, copies: [] }));
    expect((await openReferences(folder, APP)).references.places()).toEqual(places);
  });

  test('a disk that refuses is reported, and the next write saves everything', async () => {
    const { references } = await openReferences(folder, APP);
    rmSync(folder, { recursive: true });
    await expect(references.remember(place('19:1'))).rejects.toMatchObject({ code: 'ENOENT' });
    const { references: other } = await openReferences(folder, APP);
    expect(other.places()).toEqual([]);
    await references.remember(place('19:2'));
    expect((await openReferences(folder, APP)).references.places()).toHaveLength(2);
  });

  test.each([
    ['held by a scanner', 'EBUSY', 8, true],
    ['on a disk that refuses', 'EROFS', 1, false],
  ])('a file %s is waited for only if that ends by itself', async (_where, code, times, isKept) => {
    let left = times;
    const { references } = await openReferences(folder, APP, async (from, to) => {
      left -= 1;
      if (left >= 0) throw Object.assign(new Error(code), { code });
      await rename(from, to);
    });
    const kept = references.remember(place('19:1')).then(
      () => true,
      () => false,
    );
    expect(await kept).toBe(isKept);
  });

  test('only the newest copies of a card, and only those of the newest cards, are kept', async () => {
    const { references } = await openReferences(folder, APP);
    for (let at = 0; at < 15; at += 1)
      await references.keep({ key: 'prod-1', conversation: '19:1', message: `m${at}` });
    expect(references.copies('prod-1').map(({ message }) => message)).toEqual(
      Array.from({ length: 10 }, (_, at) => `m${at + 5}`),
    );
    await Promise.all(
      Array.from({ length: 210 }, (_, at) =>
        references.keep({ key: `other-${at}`, conversation: '19:1', message: 'm' }),
      ),
    );
    expect(references.copies('prod-1')).toEqual([]);
    expect(references.copies('other-209')).toHaveLength(1);
  });
});

describe('a conversation that Teams has not mentioned yet', () => {
  test('is logged with what to do, refuses cards, and takes them once somebody has written there', async () => {
    const rig = await startRig({ channels: [GROUP] });
    expect(rig.logged.join()).toContain('add the app there, mention it once');
    expect(rig.logged.join()).toContain(GROUP);
    await expect(rig.chat().post(GROUP, planView(), posting())).rejects.toMatchObject({ code: 'ChannelNotFound' });
    expect((await rig.chat().check()).at(-1)).toMatchObject({
      ok: false,
      message: { id: 'validate.teams-channel.unknown', data: { channel: GROUP } },
    });
    await rig.type('mei', 'status');
    await rig.chat().post(GROUP, planView(), posting());
    rig.logged.splice(0);
    await rig.restart();
    expect(rig.logged).toEqual([]);
    await rig.close();
  });
});

test('when there is no room for another conversation, a personal chat makes way, since it can be opened again', async () => {
  const places = Array.from({ length: 20_000 }, (_, at) => place(`a:${at}`, at === 0 ? {} : { kind: 'personal' }));
  writeFileSync(path.join(folder, 'references.json'), JSON.stringify({ v: 1, places, copies: [] }));
  const { references } = await openReferences(folder, APP);
  await references.remember(place('19:new'));
  expect(references.place('a:0')).not.toBeNull();
  expect(references.place('a:1')).toBeNull();
  expect(references.place('19:new')).not.toBeNull();
});
