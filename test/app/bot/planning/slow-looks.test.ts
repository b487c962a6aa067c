import { slowLooks } from '../../../../src/app/bot/views/plan/slow-looks.ts';
import type { OrderState, RotationState } from '../../../../src/domain/rotation/rotation.ts';
import type { PlanView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

/** With the look of `sqlw01` taking so many seconds. */
async function lookedFor(seconds: number): Promise<void> {
  rig = await createBotRig();
  await rig.start();
  await rig.pass(16_000);
  const machine = rig.world.machines.get('sqlw01');
  if (machine === undefined) throw new Error('no such machine');
  let left = seconds * 1000;
  const get = (): boolean => {
    rig.skewMs.sqlw01 = (rig.skewMs.sqlw01 ?? 0) + left;
    left = 0;
    return false;
  };
  Object.defineProperty(machine, 'clustered', { configurable: true, get });
  await rig.type('mei', '/ssis rotate-master because Yearly renewal');
  await rig.planned();
  await rig.until(() => rig.chat.cards().length > 0);
}

const warned = () => (rig.chat.cards().at(-1) as PlanView).warnings.filter(({ id }) => id === 'warning.slow');

describe('a machine whose tools are so slow that an outage of 60 s may be too short', () => {
  test('is named on the plan card, with the length of its look', async () => {
    await lookedFor(24);
    expect(warned()).toEqual([{ id: 'warning.slow', data: { hosts: ['sqlw01'], ms: 24_000, limitMs: 60_000 } }]);
  });

  test('is not named when its look took a third of the limit', async () => {
    await lookedFor(20);
    expect(warned()).toEqual([]);
  });

  const changed = (host: string, more: Partial<OrderState>): RotationState => {
    const rotation = rig.rotation();
    return { ...rotation, orders: rotation.orders.map((one) => (one.host === host ? { ...one, ...more } : one)) };
  };

  test('is judged by its newest look', async () => {
    await lookedFor(24);
    const { orders, plan } = rig.rotation();
    const quick = orders
      .filter(({ host }) => host === 'sqlw02')
      .map((one) => ({ ...one, host: orders.find(({ host }) => host === 'sqlw01')?.host ?? one.host }));
    expect(slowLooks({ plan, orders: [...orders, ...quick] })).toEqual([]);
  });

  test('is not guessed from a look that has not ended, or in which a clock was set', async () => {
    await lookedFor(24);
    expect(slowLooks(changed('sqlw01', { finishedAt: null }))).toEqual([]);
    expect(slowLooks(changed('sqlw01', { finishedAt: '2026-11-25T12:00:00.000Z' }))).toEqual([]);
  });
});
