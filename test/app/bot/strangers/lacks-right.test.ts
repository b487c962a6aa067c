import { type BotRig, createBotRig, saidOf } from '../rig.ts';

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

test('status names the farm for which Redis does not hand out what another bot took, and the rest goes on', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.post.faults.refusesBoxOf = 'prod';
  const status = await rig.type('mei', '/ssis status');
  const line = status.type === 'notice' ? status.notice.messages.find(({ id }) => id === 'status.box-refused') : null;
  expect(line?.data).toEqual({ farm: 'prod', refuses: 'NOPERM' });
  expect(saidOf(status)).toContain('status.runners');
  expect(saidOf(await rig.type('mei', '/ssis rotate-master because Yearly'))).toEqual(['looking']);
});

test('the console shows what a runner says of itself in the words of /ssis runners, and is drawn anew as that changes', async () => {
  rig = await createBotRig();
  await rig.start();
  const told = () => rig.feed()?.runners?.map(({ id, data }) => `${id} ${data.host} ${data.codes}`);
  await rig.pass(60_000);
  const drawn = rig.changes();
  await rig.pass(60_000);
  expect([told(), drawn.length]).toEqual([[], 0]);
  await lacks(true);
  expect([told(), drawn.length]).toEqual([[`runners.noted ${WORKER} orders-refused`], 1]);
  await lacks(false);
  expect([told(), drawn.length]).toEqual([[], 2]);
  rig.silence(WORKER, true);
  await rig.pass(60_000);
  expect([told(), drawn.length]).toEqual([[`runners.silent ${WORKER} `], 3]);
});

describe('A runner that loses that right in the midst of a rotation', () => {
  const card = () => rig.chat.cards().at(-1);
  const codes = () => {
    const view = card();
    return view?.kind === 'needs-person' ? view.why.map(({ data }) => `${data.host} ${data.code}`) : view?.kind;
  };
  async function planned(): Promise<void> {
    rig = await createBotRig();
    await rig.start();
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.planned();
  }
  async function approve(): Promise<void> {
    await rig.vote('ana');
    await rig.vote('tom');
  }
  /** It does as soon as this is so. */
  async function lost(host: string, isTime: () => boolean): Promise<void> {
    await rig.until(isTime);
    rig.lack(host, true);
  }
  const latest = (host: string, kind: string, stage: string | null) =>
    rig.rotation().orders.findLast((order) => order.host === host && order.kind === kind && order.stage === stage);

  test('is named on the card at once, as the cause of the end once its order has lapsed, and is asked about until it has it again', async () => {
    await planned();
    rig.lack(WORKER, true);
    await approve();
    await rig.until(() => rig.rotation().orders.some(({ host, kind }) => host === WORKER && kind === 'apply'));
    await rig.pass(20_000);
    const view = card();
    expect(view?.kind === 'running' ? view.waiting : view?.kind).toEqual({
      id: 'waiting.orders-refused',
      data: { hosts: [WORKER] },
    });
    await rig.until(() => rig.rotation().turned !== null, 4 * 60_000);
    expect(rig.rotation().turned).toMatchObject({ host: WORKER, code: 'OrdersRefused' });
    await rig.pass(60_000);
    expect(codes()).toEqual([`${WORKER} OrdersRefused`]);
    const orders = rig.rotation().orders.length;
    await rig.pass(5 * 60_000);
    expect([codes(), rig.rotation().orders.length]).toEqual([[`${WORKER} OrdersRefused`], orders]);
    rig.lack(WORKER, false);
    await rig.closed('prod-1', 60_000);
    expect(rig.rotation().closed).toMatchObject({ outcome: 'put-back', data: { host: WORKER, code: 'OrdersRefused' } });
  });

  test('turns all back before the outage, if it is armed by then', async () => {
    await planned();
    await approve();
    await rig.until(() => latest('sqlw02', 'apply', 'workers') !== undefined);
    rig.silence('sqlw02', true);
    await lost(WORKER, () => latest(WORKER, 'apply', 'workers')?.armedAt != null);
    await rig.until(() => rig.rotation().turned !== null, 30_000);
    expect(rig.rotation().turned).toMatchObject({ host: WORKER, code: 'OrdersRefused' });
    expect(latest('sqlm01', 'apply', 'master')).toBeUndefined();
  });

  test('is named as why its master went back, which was never told that all have followed', async () => {
    await planned();
    await approve();
    await lost('sqlm01', () => latest('sqlm01', 'apply', 'master')?.status === 'accepted');
    await rig.until(() => rig.rotation().turned !== null);
    expect(rig.rotation().turned).toMatchObject({ host: 'sqlm01', code: 'OrdersRefused' });
  });

  test('is asked about at once if it cannot be looked at in the end, and closes as proved once it has it again', async () => {
    await planned();
    await approve();
    await lost(WORKER, () => latest('sqlm01', 'apply', 'master')?.outcome === 'applied');
    await rig.pass(40_000);
    expect(codes()).toEqual([`${WORKER} OrdersRefused`]);
    rig.lack(WORKER, false);
    await rig.closed('prod-1', 4 * 60_000);
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });
});

describe('A machine whose orders Redis does not let the bot write', () => {
  const refuse = (host: string): void => {
    rig.post.faults.refusesOrdersOf = host;
  };

  test('has a request refused within seconds, with the right that is lacking as the reason', async () => {
    rig = await createBotRig();
    await rig.start();
    refuse(WORKER);
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.closed('prod-1', 10_000);
    expect(rig.rotation().closed).toMatchObject({
      outcome: 'refused',
      data: { code: 'OrdersNotWritable', host: WORKER },
    });
  });

  test('is named on the card at once, and as the cause of the end once its order has lapsed', async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.planned();
    refuse(WORKER);
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.until(() => rig.rotation().orders.some(({ host, kind }) => host === WORKER && kind === 'apply'));
    await rig.pass(5_000);
    const view = rig.chat.cards().at(-1);
    expect(view?.kind === 'running' ? view.waiting : view?.kind).toEqual({
      id: 'waiting.orders-not-writable',
      data: { hosts: [WORKER] },
    });
    // It is not given again to lapse twice more.
    await rig.pass(4 * 60_000);
    expect(rig.rotation().turned).toMatchObject({ host: WORKER, code: 'OrdersNotWritable' });
    delete rig.post.faults.refusesOrdersOf;
    await rig.closed('prod-1', 60_000);
    expect(rig.rotation().closed).toMatchObject({
      outcome: 'put-back',
      data: { host: WORKER, code: 'OrdersNotWritable' },
    });
  });

  test('goes on by itself once the bot has that right, with nothing said against it', async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.type('mei', '/ssis rotate-master because Yearly');
    await rig.planned();
    refuse(WORKER);
    await rig.vote('ana');
    await rig.vote('tom');
    await rig.pass(20_000);
    delete rig.post.faults.refusesOrdersOf;
    await rig.closed('prod-1');
    expect(rig.rotation().closed?.outcome).toBe('proved');
  });
});
