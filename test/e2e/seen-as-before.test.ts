import { jest } from '@jest/globals';
import type { Lab } from '../../infra/lab/index.ts';
import { connectedOn } from './ends.ts';
import { expectOwn } from './own-ends.ts';
import { type E2e, openLab, startE2e } from './rig.ts';
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

async function start(leaveBehind = 0): Promise<void> {
  opened = await openLab();
  lab = opened.lab;
  before = worldOf(lab);
  rig = await startE2e(lab, { farm: { gap: { limitMs: 60_000, leaveBehind, canary: 1, concurrency: 1 } } });
}

const card = () => rig.chat.cards().at(-1);
const pidOf = (name: string): readonly number[] => {
  const { host, scm } = lab.machine(name);
  return host.state.services.map((service) => scm.query(service).pid);
};

/** Its service does not start, neither on the new certificate nor on the old one. */
async function untilAsked(line: string, host: string): Promise<void> {
  await rig.until(() => rig.heard());
  await rig.type('mei', `/ssis ${line} because Yearly renewal`);
  const asked = await rig.planned();
  if (asked.plan === null) throw new Error(`no plan: ${JSON.stringify(asked.closed)}`);
  await lab.break(host, 'sc-start-fails-always');
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.until(() => card()?.kind === 'needs-person' || rig.rotation().closed !== null);
  expect(card()).toMatchObject({ kind: 'needs-person', unknown: [host] });
}

async function startByHand(name: string): Promise<void> {
  await lab.clear();
  const { host, scm } = lab.machine(name);
  for (const service of host.state.services) await scm.start(service);
}

async function lookAgain(): Promise<void> {
  const view = card();
  if (view?.kind !== 'needs-person') throw new Error(`the card is ${view?.kind}`);
  await rig.click('mei', 'look', { rotation: view.id, digest: view.digest });
}

const ended = async (): Promise<string | undefined> => {
  await rig.until(() => rig.rotation().closed !== null);
  return rig.rotation().closed?.outcome;
};

describe('A worker that was put back, and whose service somebody started by hand', () => {
  test('counts as put back after a second look, and one that was proved is not cut off again', async () => {
    await start();
    await untilAsked('rotate-worker all', 'sqlw02');
    const proved = pidOf('sqlw01');
    await startByHand('sqlw02');
    await lab.connected();
    await lookAgain();
    expect(await ended()).toBe('partly');
    await expectOwn(lab, rig, before, ['sqlw01']);
    expect(pidOf('sqlw01')).toEqual(proved);
    await rig.until(() => card()?.kind === 'closed');
    const gaps = [expect.objectContaining({ host: 'sqlw02', ms: [], unmeasured: 'seen-later' })];
    expect(card()).toMatchObject({ kind: 'closed', outcome: 'partly', gaps: expect.arrayContaining(gaps) });
  });

  test('counts as put back although the bot was started again before, during and after that look', async () => {
    await start();
    await untilAsked('rotate-worker all', 'sqlw01');
    await rig.stopBot();
    await startByHand('sqlw01');
    await lab.connected();
    await rig.startBot();
    await rig.until(() => rig.heard());
    await lookAgain();
    await rig.stopBot();
    await rig.startBot();
    await rig.until(() => rig.rotation().turned !== null);
    await rig.stopBot();
    await rig.startBot();
    expect(await ended()).toBe('put-back');
    await expectOwn(lab, rig, before, []);
  });

  test('stays in question while its service does not run', async () => {
    await start();
    await untilAsked('rotate-worker all', 'sqlw02');
    await lookAgain();
    await rig.until(() => rig.rotation().resolve?.look != null);
    await rig.pass(60_000);
    await rig.until(() => rig.rotation().lookedAgain?.at != null);
    expect(rig.rotation()).toMatchObject({ closed: null, turned: null });
    await startByHand('sqlw02');
    await lab.connected();
    await lookAgain();
    expect(await ended()).toBe('partly');
    await expectOwn(lab, rig, before, ['sqlw01']);
  });

  test('is cut off as before a reconnect that could not finish', async () => {
    await start(1);
    await rig.type('mei', '/ssis rotate-master because Yearly renewal');
    await rig.planned();
    await lab.break('sqlw02', 'sc-stop-fails');
    await rig.vote('ana');
    await rig.vote('tom');
    expect(await ended()).toBe('left-behind');
    await lab.clear();
    const left = worldOf(lab);
    await untilAsked('reconnect sqlw02', 'sqlw02');
    await startByHand('sqlw02');
    await lookAgain();
    expect(await ended()).toBe('put-back');
    expect(worldOf(lab)).toEqual(left);
    expect((await connectedOn(lab)).filter((one) => one !== null)).toHaveLength(1);
  });
});
