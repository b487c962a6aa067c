import { readFileSync, writeFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import { execa } from 'execa';
import type { Lab } from '../../infra/lab/index.ts';
import { distrust, type E2e, type E2eOptions, MASTER, openLab, saidOf, sleep, startE2e } from './rig.ts';
import { pidsOf, worldOf } from './world.ts';

jest.setTimeout(300_000);

const FOLDER = 'C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn';

let opened: Awaited<ReturnType<typeof openLab>>;
let lab: Lab;
let rig: E2e;

beforeEach(async () => {
  opened = await openLab();
  lab = opened.lab;
});
afterEach(async () => {
  await rig.stop();
  await opened.end();
});

async function until(is: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 40_000; !(await is()); await sleep(300)) {
    if (Date.now() > end) throw new Error('that did not come');
  }
}

const fileOf = (host: string, name: string): string => lab.machine(host).host.real(`${FOLDER}\\${name}`) ?? '';

function edit(host: string, name: string, change: (text: string) => string): void {
  const file = fileOf(host, name);
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (after === before) throw new Error('nothing was changed');
  writeFileSync(file, after);
}

/**
 * The request is refused on the card with this code before anybody could approve, and nothing changes on any machine.
 */
async function expectRefusedCard(code: string, options: E2eOptions = {}): Promise<void> {
  const before = [worldOf(lab), pidsOf(lab)];
  rig = await startE2e(lab, options);
  await rig.type('mei', '/ssis rotate-master');
  expect(await rig.closed()).toMatchObject({ outcome: 'refused', data: { code } });
  // Other messages in the channel may come after it, and are no cards of a request.
  const cards = rig.chat.cards().filter(({ kind }) => kind !== 'notice' && kind !== 'reminder');
  expect(cards).toMatchObject([{ kind: 'closed', outcome: 'refused' }]);
  expect([worldOf(lab), pidsOf(lab)]).toEqual(before);
}

const KEYS = [
  [MASTER, 'MasterSettings.config', 'SSLCertThumbprint'],
  ['sqlw02', 'WorkerSettings.config', 'MasterHttpsCertThumbprint'],
] as const;

describe.each(KEYS)('A settings file on %s, %s, whose %s', (host, name, key) => {
  const line = new RegExp(`^(\\s*)"${key}": "([^"]*)",\\r\\n`, 'mu');

  test('is missing is refused before anybody is asked', async () => {
    edit(host, name, (text) => text.replace(line, ''));
    await expectRefusedCard('SettingMissing');
  });

  test('occurs twice is refused before anybody is asked', async () => {
    edit(host, name, (text) => text.replace(line, '$&$&'));
    await expectRefusedCard('SettingTwice');
  });

  test.each([
    ['is empty', ''],
    ['is a word', 'none'],
    ['has 39 digits', 'A'.repeat(39)],
    ['has a letter that is no hexadecimal digit', 'G'.repeat(40)],
  ])('%s is refused before anybody is asked', async (_, value) => {
    edit(host, name, (text) => text.replace(line, `$1"${key}": "${value}",\r\n`));
    await expectRefusedCard('SettingNotAThumbprint');
  });

  test.each([
    ['goes missing', ''],
    ['comes twice', '$&$&'],
    ['becomes no thumbprint', `$1"${key}": "gone",\r\n`],
  ])('%s after approval stops its machine before it changes anything, and all is put back', async (_, replacement) => {
    const before = worldOf(lab);
    rig = await startE2e(lab);
    await rig.type('mei', '/ssis rotate-master');
    await rig.planned();
    const file = fileOf(host, name);
    const kept = readFileSync(file);
    await rig.vote('ana');
    edit(host, name, (text) => text.replace(line, replacement));
    const bytes = readFileSync(file);
    await rig.vote('tom');
    const stage = host === MASTER ? 'master' : 'workers';
    const order = () => rig.rotation('prod-1').orders.find((one) => one.host === host && one.stage === stage);
    await rig.until(() => order()?.status === 'refused' || rig.rotation('prod-1').closed !== null);
    expect(readFileSync(file)).toEqual(bytes);
    expect(rig.journalOf(host).some((entry) => 'step' in entry && entry.step?.includes('write-setting'))).toBe(false);
    writeFileSync(file, kept);
    await rig.until(() => rig.rotation('prod-1').closed !== null);
    expect(rig.rotation('prod-1').closed?.outcome).toBe('put-back');
    await lab.connected();
    expect(worldOf(lab)).toEqual(before);
  });
});

test('a thumbprint with hidden characters is read without them, and written clean', async () => {
  edit('sqlw02', 'WorkerSettings.config', (text) => text.replace(/("MasterHttpsCertThumbprint": ")/u, '$1\u200e'));
  rig = await startE2e(lab);
  await rig.approved();
  expect((await rig.closed()).outcome).toBe('proved');
  expect(readFileSync(fileOf('sqlw02', 'WorkerSettings.config'), 'utf8')).toContain(
    `"MasterHttpsCertThumbprint": "${rig.thumbprint()}"`,
  );
});

describe('It is said before anybody is asked', () => {
  test('that a host has no runner', async () => {
    const before = [worldOf(lab), pidsOf(lab)];
    rig = await startE2e(lab, { without: ['sqlw02'] });
    await rig.pass(21_000);
    const reply = await rig.type('mei', '/ssis rotate-master');
    expect(saidOf(reply)).toContain('refused.no-runner');
    expect(JSON.stringify(reply)).toContain('sqlw02');
    expect(rig.state().order).toEqual([]);
    expect([worldOf(lab), pidsOf(lab)]).toEqual(before);
  });

  test('that a clock is off, with both times', async () => {
    rig = await startE2e(lab, { skewMs: { sqlw01: 90_000 } });
    await rig.until(() => rig.state().order.length === 0);
    let reply = await rig.type('mei', '/ssis rotate-master');
    // The first hello may not have arrived yet: then the card says it.
    if (!saidOf(reply).includes('refused.clock-off')) {
      expect(await rig.closed()).toMatchObject({ outcome: 'refused', data: { code: 'ClockOff', host: 'sqlw01' } });
      reply = await rig.type('mei', '/ssis rotate-master');
    }
    expect(saidOf(reply)).toContain('refused.clock-off');
    expect(JSON.stringify(reply)).toContain('hostClock');
  });

  test('that a master is clustered', async () => {
    await lab.change(MASTER, { clustered: true });
    await expectRefusedCard('MasterClustered');
  });

  test('that a farm has two masters', async () => {
    await expectRefusedCard('MoreThanOneMaster', { roles: ['master', 'worker'] });
  });

  test('that a worker, once restarted, is not let in by its master, which does not trust its own certificate', async () => {
    await lab.connected();
    const trustAgain = distrust(lab, 'sqlw02');
    rig = await startE2e(lab);
    const warning = { id: 'warning.own-certificate-falls', data: { host: 'sqlw02', master: MASTER } };
    const isWarned = () => JSON.stringify(rig.chat.cards()).includes(JSON.stringify(warning));
    // The farm's first request: nothing is known of it before.
    await rig.type('mei', '/ssis plan rotate-master');
    expect((await rig.planned()).plan).not.toBeNull();
    // Connections that it had before are kept.
    await rig.until(isWarned);
    const sc = lab.machine('sqlw02').host.real('C:\\Windows\\System32\\sc.exe') ?? '';
    await execa(sc, ['stop', 'SSISScaleOutWorker160'], { reject: false });
    await until(async () => (await lab.measure()).workers.sqlw02?.connected === false);
    await until(async () => (await execa(sc, ['start', 'SSISScaleOutWorker160'], { reject: false })).exitCode === 0);
    await until(async () => worldOf(lab).sqlw02?.services.SSISScaleOutWorker160?.state === 4);
    const before = worldOf(lab);
    const data = { host: 'sqlw02', master: MASTER, around: true };
    await until(async () => {
      await rig.type('mei', '/ssis rotate-master');
      await rig.until(() => rig.rotation().plan !== null || rig.rotation().closed !== null);
      const { closed, id } = rig.rotation();
      if (closed === null) await rig.type('mei', `/ssis stop ${id}`);
      await rig.until(() => rig.rotation().closed !== null);
      return closed !== null;
    });
    expect(rig.rotation().closed).toMatchObject({
      outcome: 'refused',
      data: { code: 'OwnCertificateNotTrusted', ...data },
    });
    expect(worldOf(lab)).toEqual(before);
    trustAgain();
    await until(async () => (await lab.measure()).workers.sqlw02?.connected === true);
    await rig.approved();
    expect((await rig.closed()).outcome).toBe('proved');
  });

  test('that a service is disabled', async () => {
    await lab.change('sqlw01', { services: { SSISScaleOutWorker160: { start: 'disabled' } } });
    await expectRefusedCard('ServiceDisabled');
  });
});
