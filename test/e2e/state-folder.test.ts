import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import { type E2e, MASTER, openLab, sleep, startE2e } from './rig.ts';
import { pidsOf, worldOf } from './world.ts';

jest.setTimeout(300_000);

let opened: Awaited<ReturnType<typeof openLab>>;
let rig: E2e;

beforeEach(async () => {
  opened = await openLab();
});
afterEach(async () => {
  await rig.stop();
  await opened.end();
});

const journalFile = (host: string): string => path.join(rig.folder, host, 'runner.journal');

test.each([MASTER, 'sqlw02'])(
  'A runner whose state folder was removed while it runs takes no order: %s',
  async (host) => {
    const { lab } = opened;
    rig = await startE2e(lab);
    await rig.until(() => rig.heard());
    const before = [worldOf(lab), pidsOf(lab)];
    rmSync(path.dirname(journalFile(host)), { recursive: true });
    await rig.type('mei', '/ssis rotate-master');
    // It says so with its next hello, and goes on speaking: no clock is moved, which would make it look silent.
    await rig.closed();
    expect(rig.rotation().plan).toBeNull();
    expect(rig.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'JournalNotWritable', host } });
    expect([worldOf(lab), pidsOf(lab)]).toEqual(before);
  },
);

test('A master whose journal is moved away as it begins goes back by what it knows, and ends once it is there again', async () => {
  const { lab } = opened;
  const before = worldOf(lab);
  rig = await startE2e(lab);
  const away = `${journalFile(MASTER)}.away`;
  await rig.approved();
  const begun = () =>
    rig.journalOf(MASTER).some((entry) => 'step' in entry && entry.step === `${MASTER}/master/bind-port`);
  await rig.until(begun);
  renameSync(journalFile(MASTER), away);
  const isBack = () => JSON.stringify(worldOf(lab)[MASTER]?.bindings) === JSON.stringify(before[MASTER]?.bindings);
  // By then it has tried to write what it binds.
  await sleep(5_000);
  await rig.until(isBack);
  expect(rig.rotation().closed).toBeNull();
  renameSync(away, journalFile(MASTER));
  expect((await rig.closed()).outcome).toBe('put-back');
  await lab.connected();
  expect(worldOf(lab)).toEqual(before);
});
