import { jest } from '@jest/globals';
import type { Lab } from '../../infra/lab/index.ts';
import { connectedOn, workersOn } from './ends.ts';
import { expectOwn } from './own-ends.ts';
import { type E2e, type E2eOptions, MASTER, openLab, startE2e } from './rig.ts';
import { type World, worldOf } from './world.ts';

jest.setTimeout(300_000);

let opened: Awaited<ReturnType<typeof openLab>>;
let lab: Lab;
let rig: E2e;
let before: World;

afterEach(async () => {
  await rig.stop();
  await opened.end();
});

async function start(options: E2eOptions = {}, of: Parameters<typeof openLab>[0] = {}): Promise<void> {
  opened = await openLab(of);
  lab = opened.lab;
  await lab.connected();
  before = worldOf(lab);
  rig = await startE2e(lab, options);
}

/** Waves of one: a worker after the one that fails never begins. */
const oneByOne = (limitMs = 60_000): E2eOptions => ({
  farm: { gap: { limitMs, leaveBehind: 0, canary: 1, concurrency: 1 } },
});

async function ask(line: string): Promise<void> {
  await rig.type('mei', `/ssis ${line} because Yearly renewal`);
  const asked = await rig.planned();
  if (asked.plan === null) throw new Error(`no plan: ${JSON.stringify(asked.closed)}`);
}

async function approve(): Promise<void> {
  await rig.vote('ana');
  await rig.vote('tom');
}

const workers = (): readonly string[] =>
  lab.hosts.filter(({ roles }) => roles.includes('worker')).map(({ name }) => name);

describe("A rotation of workers' own certificates", () => {
  test('leaves each worker connected on a new one of its own, trusted by itself and the master, and all else as it was', async () => {
    await start();
    await ask('rotate-worker all');
    await approve();
    expect((await rig.closed()).outcome).toBe('proved');
    await expectOwn(lab, rig, before, workers());
  });

  test('of one worker changes only that worker and what its master trusts, even if others are off', async () => {
    await start({ without: ['sqlw01'] });
    await ask('rotate-worker sqlw02 in prod');
    await approve();
    expect((await rig.closed()).outcome).toBe('proved');
    await expectOwn(lab, rig, before, ['sqlw02']);
  });

  test('on a machine that is both master and worker needs one Root and one trust, and only the worker restarts', async () => {
    await start({}, { onebox: true, workers: 1 });
    await ask('rotate-worker all');
    await approve();
    expect((await rig.closed()).outcome).toBe('proved');
    await expectOwn(lab, rig, before, workers());
    const trusts = rig.journalOf(MASTER).filter((entry) => entry.type === 'started' && entry.step.includes('trust'));
    expect(trusts.map((entry) => (entry as { step: string }).step)).toEqual(
      workers().map((name) => `${MASTER}/master-trust/trust-certificate/${name}`),
    );
  });

  test('can follow a rotation of the master, and can be followed by one', async () => {
    await start();
    await rig.approved();
    expect((await rig.closed()).outcome).toBe('proved');
    before = worldOf(lab);
    await ask('rotate-worker all');
    await approve();
    await rig.until(() => rig.rotation().closed !== null);
    expect(rig.rotation().closed?.outcome).toBe('proved');
    await expectOwn(lab, rig, before, workers(), rig.rotation('prod-1').made.new?.certificate.thumbprint);
    await rig.approved();
    await rig.until(() => rig.rotation().closed !== null);
    expect([rig.rotation().id, rig.rotation().closed?.outcome]).toEqual(['prod-3', 'proved']);
    expect(await connectedOn(lab)).toEqual(workersOn(lab, rig.thumbprint()));
  });
});

type Row = readonly [
  what: string,
  host: string,
  fault: string,
  kept: readonly string[] | 'all',
  how?: { skip?: number },
];

/** Waves of one worker each: sqlw01 goes first. */
const ROWS: readonly Row[] = [
  ['the import', 'sqlw02', 'certutil-import-fails', []],
  ['the import', 'sqlw02', 'certutil-import-lies', []],
  ['the import', 'sqlw02', 'certutil-import-hangs', []],
  // The first grant closes the folder of the PFX.
  ['the grant of the key', 'sqlw01', 'icacls-grant-fails', [], { skip: 1 }],
  ['the grant of the key', 'sqlw01', 'icacls-grant-lies', [], { skip: 1 }],
  ['trust on the worker', 'sqlw02', 'certutil-addstore-fails', []],
  ['trust on the master', MASTER, 'certutil-addstore-fails', []],
  ['trust on the master', MASTER, 'certutil-addstore-lies', [], { skip: 1 }],
  ['the setting', 'sqlw01', 'settings-undone', []],
  ['the start of the canary', 'sqlw01', 'start-1053', []],
  ['the stop', 'sqlw02', 'sc-stop-fails', ['sqlw01']],
  ['the start', 'sqlw02', 'sc-start-fails', ['sqlw01']],
  ['the start', 'sqlw02', 'sc-start-lies', ['sqlw01']],
  ['the start', 'sqlw02', 'start-1053', ['sqlw01']],
  ['the start', 'sqlw02', 'crash-loop', ['sqlw01']],
  ['the start', 'sqlw02', 'start-1053-then-running', 'all'],
];

const NEVER_ENDS = /hangs|lies|crash-loop|undone|1053$/u;

describe('One by one, when', () => {
  test.each(ROWS)('%s on %s meets %s, these keep their new certificate: %j', async (...row) => {
    const [, host, fault, kept, how = {}] = row as unknown as Row;
    const hasty = NEVER_ENDS.test(fault);
    await start({ ...oneByOne(hasty ? 8_000 : 60_000), hasty });
    await ask('rotate-worker all');
    await lab.break(host, fault, { skip: how.skip ?? 0 });
    await approve();
    const closed = await rig.closed();
    const on = kept === 'all' ? workers() : kept;
    expect([closed.outcome, await lab.armed()]).toEqual([
      kept === 'all' ? 'proved' : on.length > 0 ? 'partly' : 'put-back',
      [],
    ]);
    await expectOwn(lab, rig, before, on);
  });

  test('the master does not trust a certificate, its worker is refused with 403, and is put back', async () => {
    await start({ ...oneByOne(3_000), hasty: true });
    await ask('rotate-worker sqlw02');
    await approve();
    await rig.until(() =>
      rig.journalOf(MASTER).some((entry) => entry.type === 'finished' && entry.outcome === 'applied'),
    );
    const made = rig.rotation().made['new.sqlw02']?.certificate.thumbprint.toLowerCase() ?? '';
    const { host } = lab.machine(MASTER);
    host.state.certificates = host.state.certificates.filter(({ thumbprint }) => thumbprint !== made);
    host.save();
    expect((await rig.closed()).outcome).toBe('put-back');
    expect(rig.rotation().turned).toMatchObject({ host: 'sqlw02', code: 'WorkerRefused' });
    await expectOwn(lab, rig, before, []);
  });

  test('the runner of a worker dies while its worker restarts, it continues when it is started again', async () => {
    await start(oneByOne());
    await ask('rotate-worker all');
    await approve();
    const restarts = (name: string): boolean =>
      rig
        .journalOf(name)
        .some((entry) => entry.type === 'started' && entry.step === `${name}/worker-switch/restart-service`);
    await rig.until(() => restarts('sqlw02'));
    await rig.stopRunner('sqlw02');
    await rig.startRunner('sqlw02');
    expect((await rig.closed()).outcome).toBe('proved');
    await expectOwn(lab, rig, before, workers());
  });

  test('somebody asks to stop, all is put back as before', async () => {
    await start(oneByOne());
    await ask('rotate-worker all');
    await lab.break('sqlw02', 'sc-stop-slow');
    await approve();
    await rig.until(() =>
      rig.journalOf('sqlw02').some((entry) => entry.type === 'started' && entry.step.endsWith('restart-service')),
    );
    await rig.click('ana', 'stop', { rotation: rig.rotation().id });
    expect((await rig.closed()).outcome).toBe('stopped');
    await expectOwn(lab, rig, before, []);
  });
});

describe('Before anybody is asked', () => {
  const said = async (line: string): Promise<readonly string[]> => {
    const reply = await rig.type('mei', `/ssis ${line}`);
    return reply.type === 'notice' ? reply.notice.messages.map(({ id }) => id) : [reply.type];
  };

  test('a host that is unknown, silent or no worker is refused, and nothing is recorded', async () => {
    await start({ without: ['sqlw02'] });
    expect(await said('rotate-worker sqlw99')).toEqual(['refused.unknown-worker']);
    expect(await said(`rotate-worker ${MASTER}`)).toEqual(['refused.not-a-worker']);
    expect(await said('rotate-worker')).toEqual(['wrong.which-workers']);
    await rig.until(() => rig.state().order.length === 0);
    await rig.pass(60_000);
    expect(await said('rotate-worker sqlw02')).toEqual(['refused.no-runner']);
    expect(rig.state().order).toEqual([]);
  });

  test.each([
    ['off', 'WorkerNotRunning'],
    ['disabled', 'ServiceDisabled'],
  ])('a worker whose service is %s is refused with %s', async (how, code) => {
    await start();
    const { host, scm } = lab.machine('sqlw02');
    const [service] = host.state.services;
    if (service === undefined) throw new Error('no service');
    if (how === 'disabled') service.start = 'disabled';
    else scm.stop(service);
    host.save();
    await rig.until(() => how === 'disabled' || scm.query(service).state === 1);
    await rig.type('mei', '/ssis rotate-worker all because Yearly');
    expect((await rig.planned()).closed).toMatchObject({ outcome: 'refused', data: { code, host: 'sqlw02' } });
  });
});
