import { journalOf } from '../../../../src/app/bot/views/console/journal-lines.ts';
import type { Thumbprint } from '../../../../src/domain/values.ts';
import { closedCard } from '../closed-card.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

/** A farm after a rotation; then a worker lost its trust, but not what its settings name. */
async function withoutTrust(host: string): Promise<Thumbprint> {
  rig = await createBotRig();
  await rig.start();
  await rig.approved();
  await rig.closed();
  const machine = rig.world.machines.get(host);
  const made = machine?.settings.worker?.MasterHttpsCertThumbprint as Thumbprint;
  machine?.stores.Root.delete(made);
  machine?.faults.set('service.restart', { kind: 'fail', times: 1 });
  await rig.type('mei', `/ssis reconnect ${host} because It trusts nobody`);
  await rig.planned('prod-2');
  for (const who of ['ana', 'tom']) await rig.vote(who, 'approve', 'prod-2');
  await rig.closed('prod-2');
  return made;
}

test('trust that an earlier pin still needs is named on the card of what was put back, with the reason', async () => {
  const made = await withoutTrust('sqlw02');
  const rotation = rig.rotation('prod-2');
  expect(rotation.closed).toMatchObject({ outcome: 'put-back' });
  const evidence = closedCard(rig.farm, rotation, rig.clock.now())?.evidence ?? [];
  expect(evidence).toContainEqual({
    state: 'good',
    what: { id: 'proof.trust-stays', data: { hosts: ['sqlw02'], thumbprint: made } },
  });
  const lines = journalOf(rotation).lines.filter(({ host }) => host === 'sqlw02');
  expect(lines.map(({ what }) => what.id)).toContain('journal.trust-stays');
  expect(rig.world.machines.get('sqlw02')?.stores.Root.has(made)).toBe(true);
});
