import { jest } from '@jest/globals';
import type { Lab } from '../../infra/lab/index.ts';
import { expectOwn } from './own-ends.ts';
import { type E2e, openLab, startE2e } from './rig.ts';
import { type World, worldOf } from './world.ts';

jest.setTimeout(300_000);

const WORKERS = ['sqlw01', 'sqlw02'];

let opened: Awaited<ReturnType<typeof openLab>>;
let lab: Lab;
let rig: E2e;
let before: World;

beforeEach(async () => {
  opened = await openLab({ cluster: true });
  lab = opened.lab;
  before = worldOf(lab);
  rig = await startE2e(lab, { farm: { gap: { limitMs: 60_000, leaveBehind: 0, canary: 1, concurrency: 1 } } });
});
afterEach(async () => {
  await rig.stop();
  await opened.end();
});

async function rotateWorkers(): Promise<void> {
  await rig.type('mei', '/ssis rotate-worker all because Yearly renewal');
  await rig.planned();
  for (const who of ['ana', 'tom']) await rig.vote(who);
  expect((await rig.closed()).outcome).toBe('proved');
}

describe('In a farm whose master is clustered', () => {
  test('workers get certificates that both nodes trust, and the node without the group is not started', async () => {
    await rotateWorkers();
    await expectOwn(lab, rig, before, WORKERS);
    expect(rig.rotation().proofs.sqlm02?.master?.service.state).toBe('stopped');
  });

  test('a worker is restarted once its package has ended, as the node that has the group sees it', async () => {
    await lab.change('sqlm01', { packages: [{ package: 'LoadOrders.dtsx', worker: 'sqlw01', ms: 2500 }] });
    await rotateWorkers();
    const waits = rig.rotation().orders.filter(({ stage }) => stage === 'drain');
    expect(new Set(waits.map(({ host }) => host))).toEqual(new Set(['sqlm01']));
    const { packages } = await lab.measure();
    expect(packages.map(({ runs, error }) => [runs, error])).toEqual([[1, null]]);
    expect(packages[0]?.endedAt).not.toBeNull();
  });

  test('the master is not rotated: that is refused before anybody is asked, and nothing is changed', async () => {
    await rig.type('mei', '/ssis rotate-master because Yearly renewal');
    expect(await rig.closed()).toMatchObject({ outcome: 'refused', data: { code: 'MasterClustered' } });
    expect(worldOf(lab)).toEqual(before);
  });
});
