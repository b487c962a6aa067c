import { createHash } from 'node:crypto';
import { jest } from '@jest/globals';
import type { Lab } from '../../infra/lab/index.ts';
import type { ClosedView, NeedsPersonView } from '../../src/domain/views/view.ts';
import { connectedOn, workersOn } from './ends.ts';
import { type E2e, type E2eOptions, MASTER, openLab, saidOf, startE2e } from './rig.ts';
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

async function start(of: Parameters<typeof openLab>[0] = {}, options: E2eOptions = {}): Promise<void> {
  opened = await openLab(of);
  lab = opened.lab;
  await lab.connected();
  before = worldOf(lab);
  rig = await startE2e(lab, options);
}

async function run(line: string, between: () => Promise<unknown> = async () => {}): Promise<string> {
  const before = rig.state().order.length;
  expect(saidOf(await rig.type('mei', `/ssis ${line} because The key was on a lost backup`))).toEqual(['looking']);
  await rig.until(() => rig.state().order.length > before && (rig.rotation().plan ?? rig.rotation().closed) !== null);
  if (rig.rotation().plan === null) throw new Error(JSON.stringify(rig.rotation().closed));
  await between();
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.until(() => rig.rotation().closed !== null);
  return rig.rotation().closed?.outcome ?? '';
}

test('a stolen key of the master is replaced, then removed from every machine without a grace period', async () => {
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

const ownOf = (name: string): string => (rig.rotation().looks[name]?.worker?.workerThumbprint ?? '').toLowerCase();
const madeFor = (name: string): string =>
  rig.rotation().made[`new.${name}`]?.certificate.thumbprint.toLowerCase() ?? '';
const certificatesOf = (name: string): readonly string[] => worldOf(lab)[name]?.certificates ?? [];
const presented = (): string | undefined => rig.state().latest[MASTER]?.master?.sslCertThumbprint;
const closedCard = () => rig.chat.cards().findLast((view): view is ClosedView => view.kind === 'closed');

/** In the order in which the machines did them. */
const done = (name: string): readonly string[] =>
  rig.journalOf(name).flatMap((entry) => (entry.type === 'done' && entry.changed ? [entry.step] : []));

describe('A stolen key of a worker', () => {
  test('is contained first: its master stops trusting it and restarts, then a new one is made, trusted and proved', async () => {
    await start();
    expect(await run('rotate-worker sqlw02 compromised')).toBe('proved');
    const old = ownOf('sqlw02');
    expect(done(MASTER)).toEqual([
      `${MASTER}/contain/distrust-certificate/sqlw02`,
      `${MASTER}/contain/restart-service`,
      `${MASTER}/master-trust/trust-certificate/sqlw02`,
    ]);
    const master = before[MASTER]?.certificates ?? [];
    expect(master).toContain(`Root ${old}`);
    expect(certificatesOf(MASTER)).toEqual(
      [...master.filter((one) => one !== `Root ${old}`), `Root ${madeFor('sqlw02')}`].sort(),
    );
    expect(await connectedOn(lab)).toEqual(workersOn(lab, presented()));
    // What was taken away is in the journal, byte for byte.
    const started = rig.journalOf(MASTER).find((entry) => entry.type === 'started' && entry.step.includes('distrust'));
    const { der } = (started as unknown as { before: { der: string } }).before;
    expect(createHash('sha1').update(Buffer.from(der, 'base64')).digest('hex')).toBe(old);
    // There is no grace period: what the worker has left can go at once.
    expect(await run('retire prod')).toBe('proved');
    for (const { name } of lab.hosts) expect(certificatesOf(name).filter((one) => one.includes(old))).toEqual([]);
  });

  test.each([
    ['the new one cannot be made', 'certutil-import-fails'],
    ['the worker does not start', 'sc-start-fails'],
  ])('stays contained if %s; the card says who is cut off, and what to do', async (_what, fault) => {
    await start();
    const outcome = await run('rotate-worker sqlw02 compromised', () => lab.break('sqlw02', fault));
    expect(outcome).toBe('contained');
    const old = ownOf('sqlw02');
    expect(certificatesOf(MASTER)).not.toContain(`Root ${old}`);
    expect(certificatesOf(MASTER)).toEqual(before[MASTER]?.certificates.filter((one) => one !== `Root ${old}`));
    await rig.until(() => closedCard() !== undefined);
    const card = closedCard();
    expect(card).toMatchObject({ outcome: 'contained', askAgain: true, wish: { compromised: true } });
    expect(card?.evidence.map(({ what }) => what.id)).toEqual(
      expect.arrayContaining(['proof.contained', 'proof.cut-off']),
    );
    expect(card?.next[0]).toEqual({ id: 'next.contained', data: { hosts: ['sqlw02'] } });
    expect(card?.stillThere).toMatchObject([{ id: 'compromised.used', data: { hosts: ['sqlw02'] } }]);
    // A second request brings it back.
    expect(await run('rotate-worker sqlw02 compromised')).toBe('proved');
    expect(await connectedOn(lab)).toEqual(workersOn(lab, presented()));
  });

  test('is replaced even if the .cer file of the worker does not keep what is written, and a person is asked about the file', async () => {
    await start();
    await rig.type('mei', '/ssis rotate-worker sqlw02 compromised because The key was on a lost backup');
    await rig.until(() => rig.state().order.length > 0 && (rig.rotation().plan ?? rig.rotation().closed) !== null);
    await lab.break('sqlw02', 'cer-undone');
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person' || rig.rotation().closed !== null);
    expect([rig.rotation().closed, rig.rotation().turned]).toEqual([null, null]);
    const asks = rig.chat.cards().findLast((view): view is NeedsPersonView => view.kind === 'needs-person');
    expect(asks?.unknown).toEqual(['sqlw02']);
    expect(asks?.against).toMatchObject([
      {
        id: 'proof.against',
        data: { host: 'sqlw02', fact: 'SSISScaleOutWorker.cer', wanted: madeFor('sqlw02').toUpperCase() },
      },
    ]);
    expect(asks?.rows.map(({ cutOff }) => cutOff)).toEqual([false, false]);
    expect(await connectedOn(lab)).toEqual(workersOn(lab, presented()));
    expect(certificatesOf(MASTER)).toContain(`Root ${madeFor('sqlw02')}`);
  });

  test('is replaced on a machine that is both master and worker: one Root serves both', async () => {
    await start({ onebox: true, workers: 1 });
    expect(await run(`rotate-worker ${MASTER} compromised`)).toBe('proved');
    const old = ownOf(MASTER);
    expect(certificatesOf(MASTER)).not.toContain(`Root ${old}`);
    expect(certificatesOf(MASTER)).toEqual(
      expect.arrayContaining([`Root ${madeFor(MASTER)}`, `My ${madeFor(MASTER)} key`]),
    );
    expect(await connectedOn(lab)).toEqual(workersOn(lab, presented()));
    expect(await run('retire prod')).toBe('proved');
    expect(certificatesOf(MASTER).filter((one) => one.includes(old))).toEqual([]);
  });

  test('stays contained if the master does not come back by itself: it is started again, and nobody is trusted again', async () => {
    await start();
    const outcome = await run('rotate-worker sqlw02 compromised', () => lab.break(MASTER, 'sc-start-fails'));
    expect(outcome).toBe('contained');
    expect(certificatesOf(MASTER)).not.toContain(`Root ${ownOf('sqlw02')}`);
    expect(rig.state().latest[MASTER]?.master?.service.state).toBe('running');
  });

  test('cuts nobody off, as far as is known, while the master cannot be restarted: a person is asked until it was', async () => {
    await start();
    await rig.type('mei', '/ssis rotate-worker sqlw02 compromised because The key was on a lost backup');
    await rig.until(() => rig.state().order.length > 0 && (rig.rotation().plan ?? rig.rotation().closed) !== null);
    await lab.break(MASTER, 'sc-stop-fails-always');
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person' || rig.rotation().closed !== null);
    expect(rig.rotation().closed).toBeNull();
    // It runs as before: whoever has the key may still be connected.
    const asks = rig.chat.cards().findLast((view): view is NeedsPersonView => view.kind === 'needs-person');
    expect(asks?.rows.map(({ host, state, what, ms, cutOff }) => ({ host, state, what: what.id, ms, cutOff }))).toEqual(
      [
        { host: MASTER, state: 'unknown', what: 'row.unknown', ms: [], cutOff: false },
        { host: 'sqlw02', state: 'waiting', what: 'row.waiting', ms: [], cutOff: false },
      ],
    );
    const looked = () => rig.rotation().orders.filter(({ kind, status }) => kind === 'look' && status === 'finished');
    const earlier = looked().length;
    await rig.click('mei', 'look', { rotation: rig.rotation().id });
    await rig.until(() => looked().length >= earlier + 2);
    await rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person' || rig.rotation().closed !== null);
    expect(rig.rotation().closed).toBeNull();
    // Somebody restarts it by hand.
    await lab.clear();
    const { host, scm } = lab.machine(MASTER);
    const service = host.state.services.find(({ role }) => role === 'master');
    if (service === undefined) throw new Error('no master');
    scm.die(service);
    await scm.start(service);
    await rig.until(() => scm.query(service).state === 4);
    await rig.click('mei', 'look', { rotation: rig.rotation().id });
    await rig.until(() => rig.rotation().closed !== null);
    expect(rig.rotation().closed?.outcome).toBe('contained');
  });

  test('leaves its worker cut off, from the stop on, where the master was stopped and cannot be started', async () => {
    await start();
    await rig.type('mei', '/ssis rotate-worker sqlw02 compromised because The key was on a lost backup');
    await rig.until(() => rig.state().order.length > 0 && (rig.rotation().plan ?? rig.rotation().closed) !== null);
    await lab.break(MASTER, 'sc-start-fails-always');
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person' || rig.rotation().closed !== null);
    const asks = rig.chat.cards().findLast((view): view is NeedsPersonView => view.kind === 'needs-person');
    expect(asks?.rows.map(({ host, what, ms, cutOff }) => ({ host, what: what.id, ms, cutOff }))).toEqual([
      { host: MASTER, what: 'row.unknown', ms: [], cutOff: false },
      { host: 'sqlw02', what: 'row.waiting', ms: [expect.any(Number)], cutOff: true },
    ]);
  });
});
