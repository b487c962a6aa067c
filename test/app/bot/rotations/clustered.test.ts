import { stepsLine } from '../../../../cards/adaptive/reminder.ts';
import { renderAdaptiveCard } from '../../../../cards/adaptive-card.ts';
import { blindLook, type SsisdbLook, seen } from '../../../../src/domain/machine/ssisdb.ts';
import type { PlanView } from '../../../../src/domain/views/view.ts';
import type { HostChange } from '../../../../src/ports/windows-host.ts';
import { host } from '../../runner/rig.ts';
import { type BotRig, createBotRig } from '../rig.ts';

const NODES = ['sqlm01', 'sqlm02'] as const;
const WORKERS = ['sqlw01', 'sqlw02'] as const;
const GROUP = 'ssisprod';

let rig: BotRig;
afterEach(() => rig.stop());

const machine = (name: string) => {
  const found = rig.world.machines.get(name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};

/** The group runs on this node: the service of the other one is off, and what it has bound answers nobody. */
function moveTo(node: (typeof NODES)[number], names: { [name: string]: ReturnType<typeof host> }): void {
  names[GROUP] = host(node);
  for (const name of NODES) {
    const service = machine(name).services.master;
    if (service === undefined) throw new Error(`${name} is no master`);
    const runs = name === node;
    service.facts = { ...service.facts, state: runs ? 'running' : 'stopped', pid: runs ? 4711 : 0 };
  }
}

/** A master of two nodes, its group on the first, and two workers that reach it by the name of the group. */
async function open(): Promise<{ readonly names: { [name: string]: ReturnType<typeof host> } }> {
  const names: { [name: string]: ReturnType<typeof host> } = {};
  rig = await createBotRig({
    hosts: { sqlm01: ['master'], sqlm02: ['master'], sqlw01: ['worker'], sqlw02: ['worker'] },
    names,
    farm: {
      endpoint: { host: GROUP, port: 8391 },
      gap: { limitMs: 60_000, leaveBehind: 0, canary: 1, concurrency: 1 },
    },
  });
  for (const node of NODES) machine(node).clustered = true;
  for (const worker of WORKERS) {
    const settings = machine(worker).settings.worker;
    if (settings !== undefined) settings.MasterEndpoint = `https://${GROUP}:8391`;
  }
  moveTo('sqlm01', names);
  await rig.start();
  return { names };
}

async function ask(): Promise<void> {
  await rig.type('mei', '/ssis rotate-worker all because Yearly renewal');
  await rig.planned();
}

async function approve(): Promise<void> {
  await rig.vote('ana');
  await rig.vote('tom');
}

async function rotate(): Promise<void> {
  await ask();
  await approve();
}

const ownOf = (worker: string): string => machine(worker).settings.worker?.WorkerHttpsCertThumbprint ?? '';
const changesOn = (name: string): readonly HostChange['type'][] => machine(name).performed.map(({ type }) => type);
const isSwitched = (worker: string): boolean =>
  rig
    .rotation()
    .orders.some((one) => one.host === worker && one.stage === 'worker-switch' && one.outcome === 'applied');

test('A reminder for the certificate of a clustered master offers the steps by hand, and no rotation that would be refused', async () => {
  await open();
  await rig.type('mei', '/ssis plan rotate-worker all');
  await rig.until(() => rig.rotation().closed !== null);
  const shown = await rig.click('mei', 'reminder', { farm: 'prod' });
  if (shown.type !== 'card' || shown.view.kind !== 'reminder') throw new Error(shown.type);
  expect(shown.view.clustered).toBe(true);
  await rig.click('mei', 'type', { text: stepsLine(shown.view) });
  await rig.until(() => (rig.open().length === 0 ? rig.rotation('prod-2').closed !== null : false));
  expect(rig.rotation('prod-2')).toMatchObject({ dry: true, closed: { data: { code: 'MasterClustered' } } });
});

describe("A rotation of the workers' certificates under a clustered master", () => {
  test('makes both nodes trust them and ends proved, the passive node having been looked at too', async () => {
    await open();
    await rotate();
    await rig.closed();
    expect(rig.rotation().closed).toMatchObject({ outcome: 'proved', data: { kept: WORKERS } });
    for (const node of NODES) {
      for (const worker of WORKERS) expect(machine(node).stores.Root.has(ownOf(worker) as never)).toBe(true);
      expect(changesOn(node)).toEqual(['certificate.trust', 'certificate.trust']);
      expect(rig.rotation().proofs[node]?.master?.service.state).toBe(node === 'sqlm01' ? 'running' : 'stopped');
    }
  });

  test('is approved for the passive node as well, which its card names', async () => {
    await open();
    await ask();
    await rig.until(() => rig.chat.cards().at(-1)?.kind === 'plan');
    const view = rig.chat.cards().at(-1) as PlanView;
    const words = JSON.stringify(renderAdaptiveCard(view, 'approver', 'en', 'UTC'));
    expect(words).toContain('You allow this on **sqlm01, sqlm02, sqlw01 and sqlw02**');
    expect(words).toContain('trusted by sqlm01 and sqlm02');
    expect(words).toContain('Trusted there and on sqlm01 and sqlm02.');
    expect(words).not.toContain('its master service is stopped');
  });

  test('goes on while the group moves to the other node, which trusts them too', async () => {
    const { names } = await open();
    await rotate();
    await rig.until(() => isSwitched('sqlw01'));
    moveTo('sqlm02', names);
    await rig.closed();
    expect(rig.rotation().closed).toMatchObject({ outcome: 'proved', data: { kept: WORKERS } });
    expect(rig.rotation().proofs.sqlm01?.master?.service.state).toBe('stopped');
  });

  test('takes back from both nodes the trust in a worker that failed', async () => {
    await open();
    machine('sqlw02').faults.set('service.restart', { kind: 'fail', times: 1 });
    await rotate();
    await rig.closed();
    expect(rig.rotation().closed).toMatchObject({ outcome: 'partly', data: { host: 'sqlw02', kept: ['sqlw01'] } });
    const made = rig.rotation().made['new.sqlw02']?.certificate.thumbprint ?? '';
    for (const node of NODES) {
      expect(machine(node).stores.Root.has(made as never)).toBe(false);
      expect(machine(node).stores.Root.has(ownOf('sqlw01') as never)).toBe(true);
    }
  });

  test('switches no worker if one of the nodes cannot trust them', async () => {
    await open();
    machine('sqlm02').faults.set('certificate.trust', { kind: 'fail', times: 1 });
    await rotate();
    await rig.closed();
    expect(rig.rotation().closed).toMatchObject({ outcome: 'put-back', data: { host: 'sqlm02' } });
    expect(rig.rotation().orders.filter(({ stage }) => stage === 'worker-switch')).toEqual([]);
    for (const node of NODES) expect(machine(node).stores.Root.size).toBe(1);
  });
});

describe('Packages in a farm whose master is clustered', () => {
  const load = { id: '20001', project: 'Warehouse', package: 'LoadOrders.dtsx', since: null, worker: 'SQLW02' };
  const MINUTE = 60_000;

  /** What this node sees of the SQL Server that its settings name. */
  function catalogOn(node: (typeof NODES)[number], look: () => SsisdbLook): void {
    Object.defineProperty(machine(node), 'ssisdb', { configurable: true, get: look });
  }
  const catalog = (running: SsisdbLook['running'], server = 'ssiscatalog'): SsisdbLook => ({
    ...blindLook(server, 'login-refused'),
    now: new Date(rig.world.clock.now()).toISOString(),
    running,
  });
  const waits = (): readonly string[] =>
    rig.rotation().orders.flatMap(({ host, stage, only }) => (stage === 'drain' ? [`${host} ${only?.join()}`] : []));
  const planCard = async (): Promise<PlanView> => {
    await rig.until(() => rig.chat.cards().at(-1)?.kind === 'plan');
    return rig.chat.cards().at(-1) as PlanView;
  };

  test('are waited for by the node that has the group, even after the group has moved', async () => {
    const { names } = await open();
    let runs = true;
    for (const node of NODES) catalogOn(node, () => catalog(seen(runs ? [load] : [])));
    await ask();
    expect(await planCard()).toMatchObject({
      packages: {
        figure: { data: { count: 1 } },
        why: { data: { each: true, packages: ['LoadOrders.dtsx (SQLW02)'] } },
      },
    });
    await approve();
    await rig.until(() => isSwitched('sqlw01'));
    moveTo('sqlm02', names);
    await rig.pass(5 * MINUTE);
    expect(isSwitched('sqlw02')).toBe(false);
    runs = false;
    await rig.closed();
    expect(rig.rotation().closed).toMatchObject({ outcome: 'proved', data: { kept: WORKERS } });
    expect(new Set(waits())).toEqual(new Set(WORKERS.map((worker) => `sqlm01 sqlm01/drain/packages-end/${worker}`)));
  });

  test('are waited for by the node that has the group even if it is not the first in the farm file', async () => {
    const { names } = await open();
    moveTo('sqlm02', names);
    catalogOn('sqlm02', () => catalog(seen([])));
    await rotate();
    await rig.closed();
    expect(rig.rotation().closed).toMatchObject({ outcome: 'proved' });
    expect(waits()).toContain('sqlm02 sqlm02/drain/packages-end/sqlw01');
  });

  test('that no node can see are shown as unseen, with the reason of the node that has the group, and nobody waits', async () => {
    const { names } = await open();
    moveTo('sqlm02', names);
    catalogOn('sqlm02', () => blindLook('ssiscatalog', 'login-refused'));
    await ask();
    expect(await planCard()).toMatchObject({
      packages: {
        figure: { id: 'plan.packages-unseen' },
        why: { id: 'unseen.login-refused', data: { host: 'sqlm02' } },
      },
    });
    await approve();
    await rig.closed();
    expect(rig.rotation().closed).toMatchObject({ outcome: 'proved' });
    expect(waits()).toEqual([]);
  });
});
