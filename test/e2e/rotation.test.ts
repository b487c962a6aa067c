import { jest } from '@jest/globals';
import { expectNew, settled } from './ends.ts';
import { type E2e, MASTER, openLab, startE2e } from './rig.ts';
import { pidsOf, worldOf } from './world.ts';

jest.setTimeout(300_000);

const MONITORING = 'S-1-5-21-1-2-3-1104';

let opened: Awaited<ReturnType<typeof openLab>>;
let rig: E2e;

afterEach(async () => {
  await rig.stop();
  await opened.end();
});

/** Several bindings, none with default values, and a key that another account may read too. */
function furnish(): void {
  const { host } = opened.lab.machine(MASTER);
  const [plain] = host.state.bindings;
  const [container] = host.state.containers;
  if (plain === undefined || container === undefined) throw new Error('the lab has no binding');
  const guid = (digit: string): string => `{${[8, 4, 4, 4, 12].map((length) => digit.repeat(length)).join('-')}}`;
  host.setBindings([
    {
      ...plain,
      checkMode: 0x1 | 0x4 | 0x10000,
      flags: 0x2 | 0x10 | 0x80 | 0x400,
      freshness: 3600,
      timeout: 5000,
      ctlIdentifier: 'issuers',
      ctlStore: 'Root',
      properties: { receivewindow: '2097152' },
    },
    { ...plain, key: '10.20.0.10:8391', appId: guid('a'), flags: 0x2 | 0x200, checkMode: 0 },
    { ...plain, key: '[::]:8391', appId: guid('b'), checkMode: 0x2, flags: 0x2 | 0x20 },
    { ...plain, key: 'sqlm01:8391', kind: 'hostnameport', appId: guid('c'), flags: 0x2 | 0x40 },
  ]);
  const file = container.path.toLowerCase();
  host.state.acls[file] = `${host.state.acls[file]}(A;;FR;;;${MONITORING})`;
  host.save();
}

test('a rotation leaves every worker connected on the new certificate and everything else as it was', async () => {
  opened = await openLab();
  furnish();
  const { lab } = opened;
  await lab.connected();
  const before = worldOf(lab);
  const pids = pidsOf(lab);
  rig = await startE2e(lab);
  await rig.approved();
  const { outcome } = await rig.closed();
  expect(outcome).toBe('proved');
  await expectNew(lab, rig, before);

  const keys = worldOf(lab)[MASTER]?.keys.filter((key) => key.startsWith(rig.thumbprint()?.toLowerCase() ?? '-'));
  expect(keys).toEqual([expect.stringContaining(MONITORING)]);
  const restarted = pidsOf(lab);
  expect(Object.keys(pids).filter((service) => pids[service] === restarted[service])).toEqual([]);
  const { workers } = await lab.measure();
  for (const { gaps } of Object.values(workers)) expect(gaps.at(-1)?.ms).toBeGreaterThan(0);
  // Cards follow the journal, and are merged.
  while (rig.chat.cards().at(-1)?.kind !== 'closed') await new Promise((resolve) => setTimeout(resolve, 20));
  expect(rig.chat.cards().at(-1)).toMatchObject({ kind: 'closed', outcome: 'proved' });
  expect(JSON.stringify(rig.chat.cards().at(-1))).toContain(rig.thumbprint());
});

test('a second rotation takes the place of the first, whose certificate stays until it is retired', async () => {
  opened = await openLab();
  const { lab } = opened;
  rig = await startE2e(lab);
  const thumbprints: (string | null)[] = [];
  for (const id of ['prod-1', 'prod-2']) {
    const before = worldOf(lab);
    await rig.approved();
    expect([id, (await rig.closed()).outcome]).toEqual([id, 'proved']);
    await expectNew(lab, rig, before);
    thumbprints.push(rig.thumbprint());
  }
  const roots = worldOf(lab)[MASTER]?.certificates ?? [];
  for (const one of thumbprints) expect(roots).toContain(`Root ${one?.toLowerCase()} key`);
});

test('a machine that is both master and worker is rotated with the others', async () => {
  opened = await openLab({ onebox: true, workers: 1 });
  const { lab } = opened;
  const before = worldOf(lab);
  rig = await startE2e(lab);
  await rig.approved();
  expect((await rig.closed()).outcome).toBe('proved');
  await expectNew(lab, rig, before);
});

test('a worker whose service was stopped before has its file written and is not started', async () => {
  opened = await openLab();
  const { lab } = opened;
  const { host, scm } = lab.machine('sqlw02');
  const [service] = host.state.services;
  if (service === undefined) throw new Error('no service');
  scm.stop(service);
  while (scm.query(service).state !== 1) await new Promise((resolve) => setTimeout(resolve, 10));
  const before = worldOf(lab);
  rig = await startE2e(lab);
  await rig.approved();
  expect((await rig.closed()).outcome).toBe('proved');
  const after = worldOf(lab).sqlw02;
  expect(after?.services).toEqual(before.sqlw02?.services);
  expect(after?.files['WorkerSettings.config']).not.toBe(before.sqlw02?.files['WorkerSettings.config']);
  await scm.start(service);
  expect(await settled(lab)).toBe(true);
});
