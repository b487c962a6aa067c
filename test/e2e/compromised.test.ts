import { jest } from '@jest/globals';
import type { Lab } from '../../infra/lab/index.ts';
import { connectedOn, workersOn } from './ends.ts';
import { type E2e, MASTER, openLab, saidOf, startE2e } from './rig.ts';
import { worldOf } from './world.ts';

jest.setTimeout(90_000);

let opened: Awaited<ReturnType<typeof openLab>>;
let lab: Lab;
let rig: E2e;

afterEach(async () => {
  await rig.stop();
  await opened.end();
});

async function start(of: Parameters<typeof openLab>[0] = {}): Promise<void> {
  opened = await openLab(of);
  lab = opened.lab;
  await lab.connected();
  rig = await startE2e(lab);
}

async function run(line: string): Promise<string> {
  const before = rig.state().order.length;
  expect(saidOf(await rig.type('mei', `/ssis ${line} because The key was on a lost backup`))).toEqual(['looking']);
  await rig.until(() => rig.state().order.length > before && (rig.rotation().plan ?? rig.rotation().closed) !== null);
  if (rig.rotation().plan === null) throw new Error(JSON.stringify(rig.rotation().closed));
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.until(() => rig.rotation().closed !== null);
  return rig.rotation().closed?.outcome ?? '';
}

test('a stolen key of the master is rotated and then removed from every machine, without a grace period', async () => {
  await start();
  expect(await run('rotate-master compromised')).toBe('proved');
  const old = (rig.rotation().plan?.header.old?.thumbprint ?? '').toLowerCase();
  expect(await run('retire prod')).toBe('proved');
  for (const { name } of lab.hosts) {
    const { certificates, keys } = worldOf(lab)[name] ?? { certificates: [], keys: [] };
    expect([...certificates, ...keys].filter((one) => one.includes(old))).toEqual([]);
  }
  expect(await connectedOn(lab)).toEqual(workersOn(lab, rig.state().latest[MASTER]?.master?.sslCertThumbprint));
});
