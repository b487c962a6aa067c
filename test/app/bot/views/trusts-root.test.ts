import { hostRow } from '../../../../src/app/bot/views/running/host-row.ts';
import { AUTHORITY } from '../../../../src/domain/plan/plan.ts';
import type { HostName, Thumbprint } from '../../../../src/domain/values.ts';
import { approve, farmOf, Sim } from '../../../domain/sim.ts';

test('a worker that trusts the root above an issued certificate is not said to trust that certificate itself', () => {
  const sim = approve(
    new Sim(farmOf(2), ({ host, stage }) => (stage === 'trust' && host === 'sqlw02' ? 'stuck' : 'ok')),
  );
  const rotation = sim.rotation();
  const { plan } = rotation;
  const slice = plan?.slices.find(({ host }) => host === 'sqlw01');
  if (plan === null || slice === undefined) throw new Error('it is in no plan');
  const root = { thumbprint: 'AB'.repeat(20) as Thumbprint, host: 'sqlm01' as HostName, store: 'Root' as const };
  const issued = { ...rotation, plan: { ...plan, header: { ...plan.header, existing: { [AUTHORITY]: root } } } };
  const dataOf = (of: typeof rotation) => {
    const { what } = hostRow(of, slice, 'forth', sim.now);
    expect(what.id).toBe('row.trusts');
    return what.data;
  };
  expect(dataOf(rotation)).not.toHaveProperty('issued');
  expect(dataOf(issued)).toHaveProperty('issued', true);
});
