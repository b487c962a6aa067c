import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { Lab } from '../../infra/lab/index.ts';
import { connectedOn, workersOn } from './ends.ts';
import { distrust, type E2e, type E2eOptions, MASTER, openLab, sleep, startE2e } from './rig.ts';
import { type World, worldOf } from './world.ts';

jest.setTimeout(300_000);

const FOLDER = 'C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn';

let opened: Awaited<ReturnType<typeof openLab>>;
let lab: Lab;
let rig: E2e;
let before: World;

afterEach(async () => {
  await rig.stop();
  await opened.end();
});

/** One worker may fail, and is then left behind. */
const lenient = (over: Partial<E2eOptions> = {}): E2eOptions => ({
  farm: { gap: { limitMs: 60_000, leaveBehind: 1, canary: 1, concurrency: 50 } },
  ...over,
});

/** A rotation of the master that leaves sqlw02 on the previous certificate, because its service would not stop. */
async function leaveBehind(options: E2eOptions = lenient(), of: Parameters<typeof openLab>[0] = {}): Promise<void> {
  opened = await openLab(of);
  lab = opened.lab;
  await lab.connected();
  rig = await startE2e(lab, options);
  await rig.type('mei', '/ssis rotate-master because Yearly renewal');
  await rig.planned();
  await lab.break('sqlw02', 'sc-stop-fails');
  await rig.vote('ana');
  await rig.vote('tom');
  const closed = await rig.closed();
  expect([closed.outcome, closed.data.left]).toEqual(['left-behind', ['sqlw02']]);
  before = worldOf(lab);
}

async function ask(line: string): Promise<void> {
  // After a leap of the clock a runner is trusted again at its next hello, and silent machines get no request.
  await rig.until(() => rig.heard());
  await rig.type('mei', `/ssis ${line} because It is back`);
  const asked = await rig.planned();
  if (asked.plan === null) throw new Error(`no plan: ${JSON.stringify(asked.closed)}`);
}

async function approve(): Promise<void> {
  await rig.vote('ana');
  await rig.vote('tom');
}

/** Of the current rotation, not of the one before. */
const ended = async (): Promise<string | undefined> => {
  await rig.until(() => rig.rotation().closed !== null);
  return rig.rotation().closed?.outcome;
};

const made = (): string => rig.rotation('prod-1').made.new?.certificate.thumbprint ?? '';

describe('A worker that a rotation has left behind', () => {
  test('is brought in line with the master by a reconnect and proved, and nothing else is touched', async () => {
    await leaveBehind();
    await ask('reconnect sqlw02');
    await approve();
    expect(await ended()).toBe('proved');
    expect(await connectedOn(lab)).toEqual(workersOn(lab, made()));
    const after = worldOf(lab);
    for (const name of [MASTER, 'sqlw01']) expect([name, after[name]]).toEqual([name, before[name]]);
    expect(after.sqlw02?.certificates).toEqual(before.sqlw02?.certificates);
    expect(rig.rotation().wish.of).toBeNull();
    expect(rig.rotation().plan?.header.wish.of).toBe('prod-1');
  });
});

describe('A worker that its master never lets in', () => {
  test('is left behind at the gap limit, nobody is cut off a second time for it, and a reconnect is offered', async () => {
    opened = await openLab({ workers: 3 });
    lab = opened.lab;
    rig = await startE2e(lab, lenient());
    await rig.type('mei', '/ssis rotate-master because Yearly renewal');
    await rig.planned();
    const trustAgain = distrust(lab, 'sqlw02');
    await approve();
    const cut = (): number =>
      Date.parse(rig.rotation().steps[MASTER]?.[`${MASTER}/master/restart-service`]?.startedAt ?? '');
    const hasSwitched = (name: string): boolean => rig.journalOf(name).some(({ type }) => type === 'switched');
    await rig.until(() => ['sqlw01', 'sqlw03'].every(hasSwitched));
    const master = () => rig.rotation().orders.find(({ host, stage }) => host === MASTER && stage === 'master');
    expect(master()?.status).toBe('accepted');
    await passUntil(cut() + 52_000);
    await rig.until(() => master()?.outcome === 'applied', 20_000);
    expect(rig.rotation().closed).toBeNull();

    await passUntil(cut() + 150_000);
    const closed = await rig.closed();
    expect([rig.rotation().turned, closed.outcome, closed.data.left]).toEqual([null, 'left-behind', ['sqlw02']]);
    expect(rig.chat.cards().findLast(({ kind }) => kind === 'closed')).toMatchObject({
      next: expect.arrayContaining([{ id: 'next.left-behind', data: { hosts: ['sqlw02'] } }]),
    });
    const { workers } = await lab.measure();
    for (const name of ['sqlw01', 'sqlw03'])
      expect([name, workers[name]?.thumbprint, workers[name]?.gaps.length]).toEqual([name, made(), 1]);
    expect(workers.sqlw02?.connected).toBe(false);

    trustAgain();
    await ask('reconnect sqlw02');
    await approve();
    expect(await ended()).toBe('proved');
    expect(await connectedOn(lab)).toEqual(workersOn(lab, made()));
  });
});

/** In steps, so that everybody is heard on the way. */
async function passUntil(at: number): Promise<void> {
  while (rig.now() < at) {
    await rig.pass(Math.max(0, Math.min(10_000, at - rig.now())));
    await sleep(500);
  }
}

/** What the reconnect of sqlw02 runs into, and how it ends: put back, or proved all the same. */
const ROWS: readonly (readonly [what: string, fault: string, outcome: string])[] = [
  ['the restart', 'sc-stop-fails', 'put-back'],
  ['the restart', 'start-1053', 'put-back'],
  ['the setting', 'settings-undone', 'put-back'],
  ['the restart', 'start-1053-then-running', 'proved'],
];

describe('The reconnect of a worker, when', () => {
  test.each(ROWS)(
    '%s meets %s, ends %s; if it is put back, all is as before, byte for byte',
    async (_, fault, outcome) => {
      await leaveBehind();
      await ask('reconnect sqlw02');
      await lab.break('sqlw02', fault);
      await approve();
      expect(await ended()).toBe(outcome);
      if (outcome === 'proved') expect(await connectedOn(lab)).toEqual(workersOn(lab, made()));
      else expect(worldOf(lab)).toEqual(before);
    },
  );

  test('trust cannot be given, changes nothing, and is done by the same request afterwards', async () => {
    await leaveBehind();
    untrust('sqlw02');
    before = worldOf(lab);
    await ask('reconnect sqlw02');
    await lab.break('sqlw02', 'certutil-addstore-fails');
    await approve();
    expect(await ended()).toBe('put-back');
    expect(rig.rotation().turned).toMatchObject({ host: 'sqlw02', step: 'sqlw02/reconnect/trust-certificate' });
    expect(worldOf(lab)).toEqual(before);
    await ask('reconnect sqlw02');
    await approve();
    expect(await ended()).toBe('proved');
    expect(await connectedOn(lab)).toEqual(workersOn(lab, made()));
  });

  test("the master does not trust the worker's own certificate, brings it in line, and rotate-worker does the rest", async () => {
    await leaveBehind();
    const own = lab.machine('sqlw02').host.state.certificates.find(({ store }) => store === 'My')?.thumbprint ?? '';
    const { host } = lab.machine(MASTER);
    host.state.certificates = host.state.certificates.filter(({ thumbprint }) => thumbprint !== own);
    host.save();
    await ask('reconnect sqlw02');
    await approve();
    expect(await ended()).toBe('proved');
    await rig.until(() => rig.chat.cards().some((view) => view.kind === 'closed' && view.id === 'prod-2'));
    expect(rig.chat.cards().findLast(({ kind }) => kind === 'closed')).toMatchObject({
      evidence: expect.arrayContaining([
        { state: 'unknown', what: { id: 'proof.not-connecting', data: { hosts: ['sqlw02'] } } },
      ]),
      next: [{ id: 'next.rotate-own', data: { hosts: ['sqlw02'] } }],
    });
    await ask('rotate-worker sqlw02');
    await approve();
    expect(await ended()).toBe('proved');
    expect(await connectedOn(lab)).toEqual(workersOn(lab, made()));
  });

  test('its runner dies in the middle of the restart, continues once the runner is started again', async () => {
    await leaveBehind();
    await ask('reconnect sqlw02');
    await approve();
    await rig.until(() =>
      rig
        .journalOf('sqlw02')
        .some((entry) => entry.type === 'started' && entry.step === 'sqlw02/reconnect/restart-service'),
    );
    await rig.stopRunner('sqlw02');
    await rig.startRunner('sqlw02');
    expect(await ended()).toBe('proved');
    expect(await connectedOn(lab)).toEqual(workersOn(lab, made()));
  });

  test('its service is off, leaves it off, and the worker connects when somebody starts it', async () => {
    await leaveBehind();
    const { host, scm } = lab.machine('sqlw02');
    const [service] = host.state.services;
    if (service === undefined) throw new Error('no service');
    scm.stop(service);
    host.save();
    await rig.until(() => scm.query(service).state === 1);
    await ask('reconnect sqlw02');
    await approve();
    expect(await ended()).toBe('proved');
    expect(scm.query(service).state).toBe(1);
    await scm.start(service);
    expect(await connectedOn(lab)).toEqual(workersOn(lab, made()));
  });
});

describe('Before anybody is asked to reconnect', () => {
  const said = async (line: string): Promise<readonly string[]> => {
    const reply = await rig.type('mei', `/ssis ${line}`);
    return reply.type === 'notice' ? reply.notice.messages.map(({ id }) => id) : [reply.type];
  };

  test('a worker that is in line, unknown or silent, and a host that is no worker, are refused', async () => {
    await leaveBehind();
    expect(await said('reconnect sqlw99')).toEqual(['refused.unknown-worker']);
    expect(await said(`reconnect ${MASTER}`)).toEqual(['refused.not-a-worker']);
    expect(await said('reconnect')).toEqual(['wrong.reconnect-whom']);
    expect(await said('reconnect all')).toEqual(['wrong.reconnect-whom']);
    await rig.type('mei', '/ssis reconnect sqlw01 because It looks odd');
    expect((await rig.planned()).closed).toMatchObject({
      outcome: 'refused',
      data: { code: 'AlreadyConnected', host: 'sqlw01' },
    });
    await rig.stopRunner('sqlw02');
    await rig.pass(60_000);
    await rig.until(() => rig.heard() === false);
    expect(await said('reconnect sqlw02')).toEqual(['refused.no-runner']);
    expect(worldOf(lab)).toEqual(before);
  });

  test('on a machine that is master and worker, only the worker is corrected', async () => {
    opened = await openLab({ onebox: true, workers: 1 });
    lab = opened.lab;
    await lab.connected();
    rig = await startE2e(lab);
    await rig.approved();
    expect((await rig.closed()).outcome).toBe('proved');
    const old = rig.rotation().plan?.header.old?.thumbprint ?? '';
    pin(MASTER, made(), old);
    const { host, scm } = lab.machine(MASTER);
    const service = host.state.services.find(({ name }) => name.includes('Worker'));
    if (service === undefined) throw new Error('no worker');
    scm.stop(service);
    await rig.until(() => scm.query(service).state === 1);
    await scm.start(service);
    await ask(`reconnect ${MASTER}`);
    const pid = scm.query(host.state.services.find(({ name }) => name.includes('Master')) ?? service).pid;
    await approve();
    expect(await ended()).toBe('proved');
    expect(await connectedOn(lab)).toEqual(workersOn(lab, made()));
    expect(scm.query(host.state.services.find(({ name }) => name.includes('Master')) ?? service).pid).toBe(pid);
  });
});

describe('The channel', () => {
  /** As it was first posted: a message about something that is over is edited in place. */
  const told = (id: string) =>
    rig.chat.messages
      .flatMap(({ views }) => views.slice(0, 1))
      .filter((view) => view.kind === 'notice' && view.messages[0]?.id === id);

  test('is told of the worker once, even if the bot restarts, with a request to send; and once that it is over', async () => {
    await leaveBehind();
    await rig.until(() => told('told.out-of-line').length === 1);
    expect(told('told.out-of-line')).toMatchObject([
      {
        messages: [{ data: { host: 'sqlw02', presented: made() } }],
        actions: [{ verb: 'ask', data: { farm: 'prod', request: 'reconnect sqlw02' } }],
      },
    ]);
    await rig.stopBot();
    await rig.startBot();
    await rig.until(() => rig.heard());
    await rig.click('mei', 'request', { request: 'reconnect sqlw02', farm: 'prod' }, { reason: 'It is back' });
    await rig.until(() => rig.rotation().id === 'prod-2' && rig.rotation().plan !== null);
    await approve();
    expect(await ended()).toBe('proved');
    await rig.until(() => told('told.in-line').length === 1);
    expect(told('told.out-of-line')).toHaveLength(1);
    await rig.until(() =>
      rig.chat.cards().some((view) => view.kind === 'notice' && view.messages[0]?.id === 'told.offer-done'),
    );
  });

  test('is told of a worker that went silent in the cutover and came back re-imaged: no journal, no trust, the old pin', async () => {
    opened = await openLab();
    lab = opened.lab;
    await lab.connected();
    rig = await startE2e(lab, { farm: { gap: { limitMs: 600_000, leaveBehind: 1, canary: 1, concurrency: 50 } } });
    await rig.type('mei', '/ssis rotate-master because Yearly renewal');
    await rig.planned();
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.until(() => rig.rotation().orders.some((order) => order.host === 'sqlw02' && order.armedAt !== null));
    await rig.stopRunner('sqlw02');
    await rig.until(() => rig.journalOf('sqlw01').some(({ type }) => type === 'switched'), 30_000);
    await rig.pass(50_000);
    await rig.until(() => rig.rotation().closed !== null, 30_000);
    expect(rig.rotation().closed?.outcome).toBe('left-behind');
    expect(told('told.out-of-line')).toEqual([]);
    reimage('sqlw02');
    await rig.startRunner('sqlw02');
    await rig.until(() => told('told.out-of-line').length === 1, 30_000);
    await ask('reconnect sqlw02');
    await approve();
    expect(await ended()).toBe('proved');
    expect(await connectedOn(lab)).toEqual(workersOn(lab, made()));
  });
});

/**
 * What a machine that was set up anew has forgotten: its runner's journal, and the certificates that it was told to
 * trust.
 */
function reimage(name: string): void {
  rmSync(path.join(rig.folder, name, 'runner.journal'));
  untrust(name);
}

function untrust(name: string): void {
  const { host } = lab.machine(name);
  const thumbprint = made().toLowerCase();
  host.state.certificates = host.state.certificates.filter((one) => one.thumbprint !== thumbprint);
  host.save();
}

/** Somebody edits the settings of its worker by hand. */
function pin(name: string, from: string, to: string): void {
  const file = lab.machine(name).host.real(`${FOLDER}\\WorkerSettings.config`) ?? '';
  const text = readFileSync(file, 'utf8');
  if (!text.toUpperCase().includes(from)) throw new Error(`${file} does not pin ${from}`);
  writeFileSync(file, text.replace(new RegExp(from, 'iu'), to));
}
