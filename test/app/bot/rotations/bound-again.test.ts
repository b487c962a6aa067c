import { OWN_APP_ID } from '../../../../src/domain/plan/own-binding.ts';
import type { ClosedView, PlanView, RunningView } from '../../../../src/domain/views/view.ts';
import { closedCard } from '../closed-card.ts';
import { type BotRig, type BotRigOptions, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const master = () => {
  const machine = rig.world.machines.get('sqlm01');
  if (machine === undefined) throw new Error('no master');
  return machine;
};
const newest = (): { readonly kind: string; readonly id?: string } | undefined => rig.chat.cards().at(-1);
const closed = (): ClosedView => rig.chat.cards().at(-1) as ClosedView;

/** The port has lost its binding since the last look, and somebody asks for the certificate that the settings name. */
async function asked(options: BotRigOptions = {}): Promise<PlanView> {
  rig = await createBotRig(options);
  await rig.start();
  await rig.type('mei', '/ssis plan rotate-master');
  await rig.until(() => rig.rotation().closed !== null);
  master().bindings = [];
  await rig.type('mei', `/ssis rotate-master use ${rig.world.old.thumbprint} because the binding is gone`);
  await rig.planned('prod-2');
  await rig.until(() => newest()?.id === 'prod-2' && newest()?.kind === 'plan');
  return rig.chat.cards().at(-1) as PlanView;
}

describe('A port without a binding that is given the certificate its settings name', () => {
  test('is on the card with the same certificate before and after, and with every worker already cut off', async () => {
    const { old, next, cutOffAlready, existing } = await asked();
    expect([old?.thumbprint, next.thumbprint]).toEqual([rig.world.old.thumbprint, rig.world.old.thumbprint]);
    expect([cutOffAlready, existing?.at(-1)?.what.id]).toEqual([true, 'existing.kept']);
  });

  test('is bound and proved, with nothing left to ask about later and nothing to roll back', async () => {
    await asked();
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
    await rig.closed('prod-2');
    expect(rig.rotation('prod-2').closed).toMatchObject({ outcome: 'proved' });
    expect(master().bindings).toMatchObject([{ thumbprint: rig.world.old.thumbprint, appId: OWN_APP_ID }]);
    await rig.until(() => closed().kind === 'closed');
    expect(closed().next).toEqual([]);
    const said = await rig.type('mei', '/ssis rollback prod-2 because I wonder');
    expect(saidOf(said)).toEqual(['refused.rollback-nothing']);
  });

  test('has no binding again if the master does not come back', async () => {
    await asked();
    master().faults.set('service.restart', { kind: 'fail', times: 1 });
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
    await rig.closed('prod-2');
    expect(rig.rotation('prod-2').closed).toMatchObject({ outcome: 'put-back', data: { host: 'sqlm01' } });
    expect(master().bindings).toEqual([]);
  });
});

describe('When nothing was bound, the channel is told', () => {
  const said = (id: string) =>
    rig.chat.notes.flatMap(({ notice }) => notice.messages.filter((one) => one.id === id).map(({ data }) => data));
  const running = () => rig.chat.cards().find((view): view is RunningView => view.kind === 'running');

  test('that every worker is cut off already, what a stop would do, and on how many machines it was proved', async () => {
    await asked();
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
    await rig.until(() => running() !== undefined);
    expect(running()).toMatchObject({ cutBefore: 2, stop: { id: 'stop.unbound', data: { port: 8391 } } });
    await rig.until(() => said('note.proved').length > 0);
    expect(said('note.started')).toMatchObject([{ cutOffAlready: true }]);
    expect(said('note.proved')).toMatchObject([{ machines: 3 }]);
  });

  test('that all is as before once it has been put back', async () => {
    await asked();
    master().faults.set('service.restart', { kind: 'fail', times: 1 });
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
    await rig.until(() => said('note.put-back').length > 0);
    expect(said('note.put-back')).toMatchObject([{ unbound: { seen: true } }]);
    await rig.until(() => closed().kind === 'closed');
    expect(closed()).toMatchObject({ unbound: { port: 8391, seen: true }, presented: null });
  });

  test('nothing about workers in a farm that has none, while it runs and when a person is needed', async () => {
    await asked({ hosts: { sqlm01: ['master'] } });
    master().faults.set('service.restart', { kind: 'fail', times: 50 });
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
    await rig.until(() => running() !== undefined);
    expect(running()?.stop).toEqual({ id: 'stop.unbound', data: { port: 8391, workers: 0 } });
    await rig.until(() => newest()?.kind === 'needs-person');
    expect(newest()).toMatchObject({ back: 'unbound-alone' });
    expect(newest()).not.toHaveProperty('cutOffAlready');
  });

  test('nothing about workers in a farm that has none, once it has been put back', async () => {
    await asked({ hosts: { sqlm01: ['master'] } });
    master().faults.set('service.restart', { kind: 'fail', times: 1 });
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
    await rig.until(() => said('note.put-back').length > 0);
    expect(said('note.put-back')).toMatchObject([{ unbound: { seen: true, workers: 0 } }]);
  });

  test('nothing about the port after a withdrawal, for somebody may have bound it by hand meanwhile', async () => {
    await asked();
    await rig.click('mei', 'withdraw', { rotation: 'prod-2' });
    await rig.closed('prod-2');
    await rig.until(() => closed().kind === 'closed');
    expect(closed()).toMatchObject({ outcome: 'withdrawn', presented: null });
    expect(closed()).not.toHaveProperty('unbound');
  });

  test('that it is not proved when no look at the end shows the port', async () => {
    await asked();
    master().faults.set('service.restart', { kind: 'fail', times: 1 });
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
    await rig.closed('prod-2');
    const unseen = closedCard(rig.farm, { ...rig.rotation('prod-2'), proofs: {} }, rig.clock.now());
    expect(unseen).toMatchObject({ unbound: { port: 8391, seen: false }, presented: null });
  });
});
