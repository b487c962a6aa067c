import { jest } from '@jest/globals';
import type { Switches } from '../../infra/lab/world/state.ts';
import { connectedOn, workersOn } from './ends.ts';
import { expectOwn } from './own-ends.ts';
import { type E2e, MASTER, openLab, saidOf, startE2e } from './rig.ts';
import { worldOf } from './world.ts';

jest.setTimeout(300_000);

const DAY = 86_400_000;

let opened: Awaited<ReturnType<typeof openLab>>;
let rig: E2e;

afterEach(async () => {
  await rig.stop();
  await opened.end();
});

async function asked(line: string): Promise<void> {
  const before = rig.state().order.length;
  expect(saidOf(await rig.type('mei', `/ssis ${line} because Yearly renewal`))).toEqual(['looking']);
  await rig.until(() => rig.state().order.length > before && (rig.rotation().plan ?? rig.rotation().closed) !== null);
  if (rig.rotation().plan === null) throw new Error(JSON.stringify(rig.rotation().closed));
}

async function done(line: string): Promise<string> {
  await asked(line);
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.until(() => rig.rotation().closed !== null);
  return rig.rotation().closed?.outcome ?? '';
}

/** The master's host stands for all tools; workers may use another language than their master. */
const ROWS: readonly (readonly [locale: string, switches: Partial<Switches>])[] = [
  ['German labels in code page 850, and German names of accounts', { language: 'de', codePage: 850 }],
  ['Russian labels in code page 866, and Russian names of accounts', { language: 'ru', codePage: 866 }],
  ['Japanese labels in code page 932', { language: 'ja', codePage: 932 }],
  ['Chinese labels in code page 936', { language: 'zh', codePage: 936 }],
  ['Chinese labels, and Windows set to UTF-8', { language: 'zh', codePage: 65001 }],
];

describe.each(ROWS)('Where no label or sentence of any tool can be read: %s', (_locale, switches) => {
  beforeEach(async () => {
    opened = await openLab({ switches });
    rig = await startE2e(opened.lab);
  });

  test("the workers' certificates and the master's are rotated, and proved", async () => {
    const { lab } = opened;
    const before = worldOf(lab);
    const workers = lab.hosts.filter(({ roles }) => roles.includes('worker')).map(({ name }) => name);
    expect(await done('rotate-worker all')).toBe('proved');
    await expectOwn(lab, rig, before, workers);
    expect(await done('rotate-master')).toBe('proved');
    expect(await connectedOn(lab)).toEqual(workersOn(lab, rig.thumbprint()));
  });

  test('what Windows refuses is told by its code, and put back', async () => {
    const { lab } = opened;
    await asked('rotate-master');
    await lab.break(MASTER, 'netsh-add-fails-always');
    await lab.break(MASTER, 'netsh-update-fails-always');
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.until(() => rig.rotation().closed !== null);
    const data = { host: MASTER, code: 'AccessDenied', found: { error: 5 } };
    expect(rig.rotation().closed).toMatchObject({ outcome: 'put-back', data });
    expect(await connectedOn(lab)).toEqual(workersOn(lab, rig.rotation().plan?.header.old?.thumbprint));
  });

  test('a rotation is rolled back, and its certificate removed', async () => {
    const { lab } = opened;
    expect(await done('rotate-master')).toBe('proved');
    const [{ id, plan }, thumbprint] = [rig.rotation(), rig.thumbprint()];
    expect(await done(`rollback ${id}`)).toBe('proved');
    await rig.pass(8 * DAY);
    for (const { name } of lab.hosts) {
      await rig.stopRunner(name);
      await rig.startRunner(name);
    }
    await rig.until(() => rig.heard());
    expect(await done('retire prod')).toBe('proved');
    const left = Object.values(worldOf(lab)).flatMap(({ certificates }) => certificates);
    expect(left.filter((line) => line.includes((thumbprint ?? '').toLowerCase()))).toEqual([]);
    expect(await connectedOn(lab)).toEqual(workersOn(lab, plan?.header.old?.thumbprint));
  });
});
