import { jest } from '@jest/globals';
import type { Lab } from '../../infra/lab/index.ts';
import { expectConnected, expectOld } from './ends.ts';
import { type E2e, MASTER, openLab, saidOf, startE2e } from './rig.ts';
import { strangersIn, type World, worldOf } from './world.ts';

jest.setTimeout(300_000);

let opened: Awaited<ReturnType<typeof openLab>>;
let lab: Lab;
let rig: E2e;
let before: World;

beforeEach(async () => {
  opened = await openLab();
  lab = opened.lab;
  before = worldOf(lab);
  rig = await startE2e(lab, { hasty: true });
});
afterEach(async () => {
  await rig.stop();
  await opened.end();
});

const card = () => rig.chat.cards().at(-1);

async function rotateUntilAsked(...faults: readonly (readonly [host: string, fault: string])[]): Promise<void> {
  await rig.type('mei', '/ssis rotate-master');
  await rig.planned();
  for (const [host, fault] of faults) await lab.break(host, fault);
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.until(() => card()?.kind === 'needs-person');
}

/** Acts as the button on the newest card does. */
function decide(who: string, verb: string) {
  const view = card();
  if (view?.kind !== 'needs-person') throw new Error(`the card is ${view?.kind}`);
  return rig.click(who, verb, { rotation: view.id, digest: view.digest });
}

/** The card shows the question, which votes have to name. */
const asked = () =>
  rig.until(() => {
    const view = card();
    return view?.kind === 'needs-person' && view.asked !== null;
  });

describe('A machine that can go neither forward nor back', () => {
  test('is named, and is put back once it can be and two others have agreed', async () => {
    await rotateUntilAsked([MASTER, 'sc-start-fails-always']);
    expect(card()).toMatchObject({ kind: 'needs-person', unknown: [MASTER] });
    expect(saidOf(await rig.type('mei', '/ssis rotate-master'))).toContain('refused.open-rotation');
    await lab.clear();
    expect(saidOf(await decide('mei', 'put-back'))).toContain('resolve.put-all-back');
    await asked();
    expect(saidOf(await decide('mei', 'approve'))).toContain('refused.own-request');
    await decide('ana', 'approve');
    expect(rig.rotation().closed).toBeNull();
    await decide('tom', 'approve');
    expect((await rig.closed()).outcome).toBe('put-back');
    await expectOld(lab, rig, before);
  });

  test('is looked at again once somebody has repaired it by hand', async () => {
    await rotateUntilAsked(['sqlw01', 'sc-start-fails-always']);
    expect(card()).toMatchObject({ kind: 'needs-person', unknown: ['sqlw01'] });
    await lab.clear();
    const { host, scm } = lab.machine('sqlw01');
    for (const service of host.state.services) await scm.start(service);
    await lab.connected();
    await decide('mei', 'look');
    expect((await rig.closed()).outcome).toBe('put-back');
    await expectConnected(lab, rig, rig.rotation().plan?.header.old?.thumbprint);
    expect(worldOf(lab)).toEqual(before);
  });

  test('is left behind if two others agree, and what stayed on it is named', async () => {
    await rotateUntilAsked(['sqlw02', 'certutil-delstore-fails-always'], ['sqlw01', 'sc-start-fails']);
    expect(card()).toMatchObject({ kind: 'needs-person', unknown: ['sqlw02'] });
    await decide('mei', 'leave');
    await asked();
    await decide('ana', 'approve');
    await decide('tom', 'approve');
    const closed = await rig.closed();
    expect([closed.outcome, closed.data.left]).toEqual(['put-back', ['sqlw02']]);
    await expectConnected(lab, rig, rig.rotation().plan?.header.old?.thumbprint);
    expect(strangersIn(before, worldOf(lab))).toEqual([`sqlw02 Root ${rig.thumbprint()?.toLowerCase()}`]);
    const leftOver = { id: 'proof.left-over', data: expect.objectContaining({ host: 'sqlw02' }) };
    expect(card()).toMatchObject({
      kind: 'closed',
      outcome: 'put-back',
      evidence: expect.arrayContaining([{ state: 'bad', what: leftOver }]),
    });
  });
});

test('Of two that cannot be put back, one is left behind, and the other is put back once it can be', async () => {
  const stays = 'certutil-delstore-fails-always';
  await rotateUntilAsked(['sqlw01', stays], ['sqlw02', stays], [MASTER, 'sc-start-fails']);
  expect(card()).toMatchObject({ unknown: ['sqlw01', 'sqlw02'], leaveOne: ['sqlw01', 'sqlw02'] });
  const offered = await rig.type('mei', '/ssis resolve prod-1 leave sqlw02');
  const [button] = offered.type === 'notice' ? offered.notice.actions : [];
  if (button === undefined) throw new Error('it cannot be left alone');
  await rig.click('mei', button.verb, button.data);
  await asked();
  expect(card()).toMatchObject({ asked: { choice: 'leave-behind', hosts: ['sqlw02'] } });
  await decide('ana', 'approve');
  await decide('tom', 'approve');
  await rig.until(() => {
    const view = card();
    return view?.kind === 'needs-person' && view.asked === null && !view.unknown.includes('sqlw02' as never);
  });
  expect(card()).toMatchObject({ unknown: ['sqlw01'] });
  await lab.clear();
  await decide('mei', 'put-back');
  await asked();
  await decide('ana', 'approve');
  await decide('tom', 'approve');
  const closed = await rig.closed();
  expect([closed.outcome, closed.data.left]).toEqual(['put-back', ['sqlw02']]);
  expect(strangersIn(before, worldOf(lab))).toEqual([`sqlw02 Root ${rig.thumbprint()?.toLowerCase()}`]);
});

/** Either fault may be found at once, in the step's own look, or only in the last one. */
async function rotateUntilFound(fault: string): Promise<void> {
  await rig.type('mei', '/ssis rotate-master');
  await rig.planned();
  await lab.break(MASTER, fault);
  await rig.vote('ana');
  await rig.vote('tom');
  const looked = () => rig.rotation().orders.filter(({ kind, host }) => kind === 'look' && host === MASTER).length;
  await rig.until(() => rig.rotation().closed !== null || looked() > 2);
  if (rig.rotation().closed === null) {
    await rig.pass(30_000);
    await rig.until(() => rig.rotation().closed !== null || card()?.kind === 'needs-person');
  }
  if (rig.rotation().closed === null) {
    // A service that crashes by itself may have crashed again during the start that puts it back.
    await lab.clear();
    await decide('mei', 'put-back');
    await asked();
    await decide('ana', 'approve');
    await decide('tom', 'approve');
  }
  expect((await rig.closed()).outcome).toBe('put-back');
  await expectOld(lab, rig, before);
}

test('a master that crashes again and again is not proved, though it looks well half of the time', () =>
  rotateUntilFound('crash-loop'));

test('a .cer file that turns back into what it was a moment later is not proved', () => rotateUntilFound('cer-undone'));

test('A master whose old certificate is lost in the outage is left as it is, and its workers are reconnected to it', async () => {
  await rig.type('mei', '/ssis rotate-master');
  await rig.planned();
  await lab.break('sqlw01', 'sc-start-hangs');
  await rig.vote('ana');
  await rig.vote('tom');
  const hasSwitched = () =>
    rig.rotation().orders.some(({ stage, switchedAt }) => stage === 'master' && switchedAt !== null);
  await rig.until(hasSwitched);
  const { state } = lab.machine(MASTER).host;
  const old = rig.rotation().plan?.header.old?.thumbprint.toLowerCase();
  state.certificates = state.certificates.filter(({ thumbprint }) => thumbprint !== old);
  const isLost = () => {
    const view = card();
    return view?.kind === 'needs-person' && view.leave === 'all-as-it-is';
  };
  await rig.until(isLost);
  expect(card()).toMatchObject({ unknown: [MASTER], back: 'once-imported' });
  const made = rig.thumbprint();
  const bound = () => state.bindings.map(({ thumbprint }) => thumbprint.toUpperCase());
  expect(bound()).toEqual([made]);
  await decide('mei', 'leave');
  await asked();
  await decide('ana', 'approve');
  expect(rig.rotation().closed).toBeNull();
  await decide('tom', 'approve');
  expect(await rig.closed()).toMatchObject({ outcome: 'left-behind', data: { left: ['sqlw01', 'sqlw02'] } });

  await rig.type('mei', '/ssis reconnect sqlw01 sqlw02 because Their master has no other certificate');
  await rig.until(() => rig.rotation().wish.kind === 'reconnect' && rig.rotation().plan !== null);
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.until(() => rig.rotation().closed !== null);
  expect(rig.rotation().closed?.outcome).toBe('proved');
  await expectConnected(lab, rig, made);
  expect(bound()).toEqual([made]);
});

test('A master whose runner dies in the outage is left as it is, and its workers follow if it comes back after all', async () => {
  await rig.type('mei', '/ssis rotate-master');
  await rig.planned();
  await lab.break('sqlw02', 'sc-start-hangs');
  await rig.vote('ana');
  await rig.vote('tom');
  const hasFollowed = () =>
    rig
      .rotation()
      .orders.some(({ host, stage, switchedAt }) => host === 'sqlw01' && stage === 'workers' && switchedAt !== null);
  await rig.until(hasFollowed);
  await rig.stopRunner(MASTER);
  await rig.until(() => rig.rotation().turned !== null);
  await lab.clear();
  // Whatever is under way when the clock leaps has no time left.
  const isAtRest = () =>
    rig.journalOf('sqlw02').some((entry) => entry.type === 'undone' && entry.step.endsWith('restart-service')) ||
    rig.rotation().orders.some(({ host, kind, stage, status, switchedAt }) => {
      const isOwn = host === 'sqlw02' && kind === 'apply' && stage === 'workers';
      return isOwn && (status === 'finished' || switchedAt !== null);
    });
  await rig.until(isAtRest);
  const old = rig.rotation().plan?.header.old?.thumbprint;
  const isOffered = () => {
    const view = card();
    return view?.kind === 'needs-person' && view.leave === 'all-as-it-is';
  };
  const isSilent = () => rig.rotation().orders.some(({ host, silentSince }) => host === MASTER && silentSince !== null);
  await rig.pass(50_000);
  await rig.until(() => isSilent() && card()?.kind === 'needs-person');
  expect(card()).toMatchObject({ unknown: [MASTER], leave: null });
  await rig.pass(20 * 60_000);
  // A bot that stood still for so long listens first.
  await rig.pass(50_000);
  await rig.until(isOffered);
  expect(card()).toMatchObject({ unknown: [MASTER], returns: { host: MASTER, how: 'goes-back' } });
  await decide('mei', 'leave');
  await asked();
  await decide('ana', 'approve');
  expect(rig.rotation().closed).toBeNull();
  await decide('tom', 'approve');
  await rig.until(() => rig.rotation().resolved[MASTER] !== undefined);
  const from = rig.rotation().resolved[MASTER]?.orders ?? 0;
  const looked = (name: string) =>
    rig
      .rotation()
      .orders.slice(from)
      .some(({ host, kind, outcome }) => host === name && kind === 'look' && outcome === 'looked');
  await rig.until(() => looked('sqlw01') && looked('sqlw02'));
  // The silent one is waited for too, before it is named.
  await rig.pass(50_000);
  const closed = await rig.closed();
  expect(closed).toMatchObject({ outcome: 'left-behind', data: { left: expect.arrayContaining([MASTER]) } });
  expect(closed.data.left).not.toContain('sqlw01');

  await rig.startRunner(MASTER);
  await rig.until(() =>
    lab.machine(MASTER).host.state.bindings.every(({ thumbprint }) => thumbprint.toUpperCase() === old),
  );
  // Each of them sees it go back, and follows.
  await rig.until(() => rig.rotation().orders.every(({ kind, status }) => kind !== 'apply' || status !== 'accepted'));
  await expectConnected(lab, rig, old);
  expect(rig.rotation().closed).toEqual(closed);
  // The farm accepts the next request.
  await rig.type('mei', '/ssis plan rotate-master');
  await rig.until(() => rig.rotation().id !== 'prod-1' && rig.rotation().closed !== null);
  expect(rig.rotation().closed?.outcome).toBe('planned');
});
