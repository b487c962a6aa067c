import type { Lab } from '../../infra/lab/index.ts';
import { type E2e, openLab, saidOf, startE2e } from './rig.ts';
import { pidsOf, worldOf } from './world.ts';

const DAY = 86_400_000;

let opened: Awaited<ReturnType<typeof openLab>>;
let lab: Lab;
let rig: E2e;

beforeAll(async () => {
  opened = await openLab();
  lab = opened.lab;
});
afterAll(() => opened.end());
afterEach(() => rig.stop());

/** Does it, and checks that nothing changes on any machine. */
async function changingNothing(what: () => Promise<void>): Promise<void> {
  const before = [worldOf(lab), pidsOf(lab)];
  await what();
  expect([worldOf(lab), pidsOf(lab)]).toEqual(before);
}

const orders = (): readonly string[] =>
  rig
    .rotation()
    .orders.map(({ kind }) => kind)
    .filter((kind) => kind !== 'look');

test('the requester may not approve, under any of their names', async () => {
  rig = await startE2e(lab, {
    farm: { approval: { quorum: 2, approvers: ['mei', 'ana', 'tom'], groups: [], lapsesAfterMs: DAY } },
  });
  await changingNothing(async () => {
    await rig.type('mei', '/ssis rotate-master');
    await rig.planned();
    expect(saidOf(await rig.vote('mei'))).toContain('refused.own-request');
    expect(saidOf(await rig.vote('mei', 'approve', 'prod-1', 'slack'))).toContain('refused.own-request');
    await rig.vote('ana');
    expect(rig.rotation().gate).toBeNull();
    expect(orders()).toEqual([]);
  });
});

test('one person votes once, from whichever platform', async () => {
  rig = await startE2e(lab);
  await changingNothing(async () => {
    await rig.type('mei', '/ssis rotate-master');
    await rig.planned();
    expect(saidOf(await rig.vote('ana'))).toContain('approved');
    expect(saidOf(await rig.vote('ana'))).toContain('refused.already-voted');
    expect(saidOf(await rig.vote('ana', 'approve', 'prod-1', 'slack'))).toContain('refused.already-voted');
    expect(rig.rotation().gate).toBeNull();
    expect(orders()).toEqual([]);
  });
});

test('people who are no approvers, or not known, decide nothing', async () => {
  rig = await startE2e(lab, { farm: { approval: { quorum: 1, approvers: ['ana'], groups: [], lapsesAfterMs: DAY } } });
  await changingNothing(async () => {
    await rig.type('mei', '/ssis rotate-master');
    await rig.planned();
    expect(saidOf(await rig.vote('tom'))).toContain('refused.not-an-approver');
    expect(saidOf(await rig.vote('eve'))).toContain('refused.unknown-person');
    expect(rig.rotation().votes).toEqual([]);
  });
});

test('a vote for another plan does not count', async () => {
  rig = await startE2e(lab);
  await changingNothing(async () => {
    await rig.type('mei', '/ssis rotate-master');
    const { plan: old } = await rig.planned();
    await rig.type('mei', '/ssis stop prod-1');
    await rig.until(() => rig.rotation('prod-1').closed !== null);
    await rig.type('mei', '/ssis rotate-master');
    await rig.until(() => rig.state().rotations['prod-2']?.plan != null);
    const stale = { rotation: 'prod-2', digest: old?.digest ?? '' };
    expect(saidOf(await rig.click('ana', 'approve', stale))).toContain('refused.stale-plan');
    expect(saidOf(await rig.vote('ana', 'approve', 'prod-1'))).toContain('refused.closed');
    expect(rig.rotation('prod-2').votes).toEqual([]);
  });
});

test('a request that nobody decided on lapses, and a late vote changes nothing', async () => {
  rig = await startE2e(lab);
  await changingNothing(async () => {
    await rig.type('mei', '/ssis rotate-master');
    await rig.planned();
    await rig.vote('ana');
    await rig.pass(DAY + 1000);
    expect(saidOf(await rig.vote('tom'))).toContain('refused.closed');
    await rig.until(() => rig.rotation().closed !== null);
    expect(rig.rotation().closed?.outcome).toBe('lapsed');
    expect(orders()).toEqual([]);
    await rig.until(() => rig.chat.cards().at(-1)?.kind === 'closed');
  });
});

test('a quorum that cannot be reached without the requester is refused at the request, naming who could approve', async () => {
  rig = await startE2e(lab, {
    farm: { approval: { quorum: 2, approvers: ['mei', 'ana'], groups: [], lapsesAfterMs: DAY } },
  });
  await changingNothing(async () => {
    const reply = await rig.type('mei', '/ssis rotate-master');
    expect(saidOf(reply)).toContain('refused.quorum-unreachable');
    expect(JSON.stringify(reply)).toContain('Ana Ruiz');
    expect(rig.state().order).toEqual([]);
  });
});

test('one denial ends the request', async () => {
  rig = await startE2e(lab);
  await changingNothing(async () => {
    await rig.type('mei', '/ssis rotate-master');
    await rig.planned();
    await rig.vote('ana');
    await rig.vote('tom', 'deny');
    await rig.until(() => rig.rotation().closed !== null);
    expect(rig.rotation().closed?.outcome).toBe('denied');
    expect(orders()).toEqual([]);
  });
});
