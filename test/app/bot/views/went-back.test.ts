import { hostRow } from '../../../../src/app/bot/views/running/host-row.ts';
import { numberSteps } from '../../../../src/app/bot/views/running/step-rows.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import { approve, farmOf, ID, Sim } from '../../../domain/sim.ts';

test('a worker that goes back because its master did is shown as being put back, and not as one that failed', () => {
  const sim = approve(new Sim(farmOf(), (order) => (order.stage === 'master' ? 'stuck' : 'ok')));
  const host = 'sqlw02' as HostName;
  const order = sim.orders.find((one) => one.kind === 'apply' && one.stage === 'workers' && one.host === host);
  if (order === undefined) throw new Error('it was given no order');
  const row = () => {
    const slice = sim.rotation().plan?.slices.find((one) => one.host === host);
    if (slice === undefined) throw new Error('it is in no plan');
    return hostRow(sim.rotation(), slice, 'back', sim.now);
  };
  sim.speak(host, { type: 'failed', n: order.n, rotation: ID, step: null, code: 'MasterWentBack', data: {} });
  expect(row()).toMatchObject({ state: 'running', what: { id: 'row.doing', data: { back: true } } });
  sim.end(order, 'put-back');
  expect(row()).toMatchObject({ state: 'good', what: { id: 'row.put-back' } });
});

test('*Every step* tells once that the rehearsal is ended, though two stages of it are put back', () => {
  const sim = approve(
    new Sim(farmOf(), ({ kind, stage }) => (kind === 'apply' && stage === 'master' ? 'put-back' : 'ok')),
  );
  const rotation = sim.rotation();
  const back = rotation.orders.find(({ kind, stage }) => kind === 'undo' && stage === 'create');
  if (back === undefined) throw new Error('nothing was put back');
  const orders = ['rehearse-end', 'rehearse'].map((stage) => ({ ...back, stage }));
  const rows = numberSteps({ ...rotation, orders }, 'back', 0).rows.filter(({ number }) => number === '↩');
  expect(rows).toMatchObject([{ hosts: ['sqlm01'], state: 'good', what: { data: { stage: 'rehearse' } } }]);
});
