import { OWN_APP_ID } from '../../../../src/domain/plan/own-binding.ts';
import type { ClosedView, NeedsPersonView, PlanView, RunningView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const master = () => {
  const machine = rig.world.machines.get('sqlm01');
  if (machine === undefined) throw new Error('no master');
  return machine;
};
const newest = <V extends { kind: string }>(kind: V['kind']): V => {
  const view = rig.chat.cards().findLast((one) => one.kind === kind);
  if (view === undefined) throw new Error(`no ${kind}`);
  return view as unknown as V;
};
const pins = () =>
  ['sqlw01', 'sqlw02'].map((name) => rig.world.machines.get(name)?.settings.worker?.MasterHttpsCertThumbprint);
const made = () => rig.rotation().made.new?.certificate.thumbprint;

/** The binding is gone, and somebody has deleted the certificate that the settings name from the master's store. */
async function asked(): Promise<PlanView> {
  rig = await createBotRig();
  await rig.start();
  master().bindings = [];
  master().stores.Root.delete(rig.world.old.thumbprint);
  await rig.type('mei', '/ssis rotate-master because Binding and certificate are gone');
  await rig.planned();
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'plan');
  return newest<PlanView>('plan');
}

const vote = async () => {
  for (const who of ['ana', 'tom']) await rig.vote(who);
};

describe('A master with nothing bound, and nothing that could be bound again,', () => {
  test('gets both a certificate and a binding from one request, and every worker is proved on them', async () => {
    const { old, warnings } = await asked();
    expect(old).toEqual({ thumbprint: rig.world.old.thumbprint, notAfter: null, daysLeft: null });
    expect(warnings.map(({ id }) => id)).toContain('warning.old-gone');
    await vote();
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('proved');
    expect(master().bindings).toMatchObject([{ thumbprint: made(), appId: OWN_APP_ID }]);
    expect([master().settings.master?.SSLCertThumbprint, ...pins()]).toEqual([made(), made(), made()]);
    await rig.until(() => rig.chat.cards().at(-1)?.kind === 'closed');
    const closed = newest<ClosedView>('closed');
    expect([closed.next, closed.rollBack]).toEqual([[], undefined]);
  });

  test('is as it was if it was stopped before the switch', async () => {
    await asked();
    await vote();
    await rig.until(() => rig.rotation().made.new !== undefined);
    await rig.click('mei', 'stop', { rotation: 'prod-1' });
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('stopped');
    expect(master().bindings).toEqual([]);
    expect([master().settings.master?.SSLCertThumbprint, ...pins()]).toEqual(Array(3).fill(rig.world.old.thumbprint));
  });

  test('stays on the new certificate once it has switched; a person is asked, and all can be left as it is', async () => {
    await asked();
    await vote();
    await rig.until(() => rig.rotation().orders.some((one) => one.stage === 'master' && one.switchedAt !== null));
    expect(newest<RunningView>('running').stop).toEqual({ id: 'stop.old-gone', data: {} });
    await rig.click('mei', 'stop', { rotation: 'prod-1' });
    await rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person');
    expect(master().settings.master?.SSLCertThumbprint).toBe(made());
    expect(newest<NeedsPersonView>('needs-person')).toMatchObject({ leave: 'all-as-it-is', back: 'unbound-imported' });
    const card = () => newest<NeedsPersonView>('needs-person');
    await rig.click('mei', 'leave', { rotation: 'prod-1', digest: card().digest });
    await rig.until(() => card().asked !== null);
    for (const who of ['ana', 'tom']) await rig.click(who, 'approve', { rotation: 'prod-1', digest: card().digest });
    await rig.closed();
    expect(rig.rotation().closed?.outcome).toBe('left-behind');
    const off = ['sqlw01', 'sqlw02'].filter((_, at) => pins()[at] !== made());
    await rig.type('mei', `/ssis reconnect ${off.join(' ')} because Anew`);
    await rig.planned('prod-2');
    for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
    await rig.closed('prod-2');
    expect(rig.rotation('prod-2').closed?.outcome).toBe('proved');
    expect(pins()).toEqual([made(), made()]);
  });
});
