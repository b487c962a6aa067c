import { rmSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import type { Lab } from '../../infra/lab/index.ts';
import { connectedOn, workersOn } from './ends.ts';
import { type E2e, type E2eOptions, MASTER, openLab, startE2e } from './rig.ts';
import { type World, worldOf } from './world.ts';

jest.setTimeout(90_000);

let opened: Awaited<ReturnType<typeof openLab>>;
let lab: Lab;
let rig: E2e;
let before: World;

afterEach(async () => {
  await rig.stop();
  await opened.end();
});

/** One worker may fail, and is then left where it is. */
const lenient = (over: Partial<E2eOptions> = {}): E2eOptions => ({
  farm: { gap: { limitMs: 60_000, leaveBehind: 1, canary: 1, concurrency: 50 } },
  ...over,
});

/** A rotation of the master that leaves sqlw02 on the certificate of before: its service would not stop. */
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
  await rig.type('mei', `/ssis ${line} because It is back`);
  const asked = await rig.planned();
  if (asked.plan === null) throw new Error(`no plan: ${JSON.stringify(asked.closed)}`);
}

async function approve(): Promise<void> {
  await rig.vote('ana');
  await rig.vote('tom');
}

/** Of the rotation in hand, not of the one before. */
const ended = async (): Promise<string | undefined> => {
  await rig.until(() => rig.rotation().closed !== null);
  return rig.rotation().closed?.outcome;
};

const made = (): string => rig.rotation('prod-1').made.new?.certificate.thumbprint ?? '';

describe('A worker that a rotation has left behind', () => {
  test('is brought in line with the master by a reconnect, proved, and nothing else is touched', async () => {
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

describe('The channel', () => {
  const told = (id: string) => rig.chat.cards().filter((view) => view.kind === 'notice' && view.messages[0]?.id === id);

  test('is told once of the worker, across a restart of the bot, with a request to send; and once that it is over', async () => {
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
  });

  test('is told of a worker that went silent in the cutover and comes back re-imaged: no journal, no trust, the old pin', async () => {
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
    rig.pass(50_000);
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

/** What a machine has forgotten that was set up anew: its runner's journal, and the certificates that it was told to trust. */
function reimage(name: string): void {
  rmSync(path.join(rig.folder, name, 'runner.journal'));
  const { host } = lab.machine(name);
  const thumbprint = made().toLowerCase();
  host.state.certificates = host.state.certificates.filter((one) => one.thumbprint !== thumbprint);
  host.save();
}
