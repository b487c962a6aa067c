import { type BotRig, createBotRig, saidOf } from './rig.ts';

const WORKER = 'sqlw01';

let rig: BotRig;
afterEach(() => rig.stop());

/** Redis has just begun to refuse it what it takes orders with, or gives it that again. */
async function lacks(is: boolean): Promise<void> {
  rig.lack(WORKER, is);
  await rig.pass(20_000);
}

test('a runner whose Redis user lacks the right to take orders is named by status and runners, and no request is begun', async () => {
  rig = await createBotRig();
  await rig.start();
  await lacks(true);
  expect(saidOf(await rig.type('mei', '/ssis status'))).toContain('status.unwell');
  const runners = await rig.type('mei', '/ssis runners');
  expect(JSON.stringify(runners)).toContain('"codes":["orders-refused"]');
  const refused = await rig.type('mei', '/ssis rotate-master because Yearly');
  expect(refused).toMatchObject({
    notice: {
      messages: [
        {
          id: 'refused.runner-not-ready',
          data: { host: WORKER, code: 'orders-refused', data: { reason: 'NOPERM' } },
        },
      ],
    },
  });
  await lacks(false);
  expect(saidOf(await rig.type('mei', '/ssis rotate-master because Yearly'))).toEqual(['looking']);
});

test('a request whose looks meet such a runner is refused within seconds, and names it', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.lack(WORKER, true);
  expect(saidOf(await rig.type('mei', '/ssis rotate-master because Yearly'))).toEqual(['looking']);
  await rig.closed('prod-1', 60_000);
  expect(rig.rotation().closed).toMatchObject({
    outcome: 'refused',
    data: { code: 'OrdersRefused', host: WORKER },
  });
});
