import { createUntilRecorded } from '../../../src/app/runner/until-recorded.ts';
import { MASTER, made, pinned, WORKER } from './cutover.ts';
import { outcomeOf, type Rig, rigBefore } from './rig.ts';

const boundTo = (rig: Rig): readonly string[] => rig.machines.get(MASTER)?.bindings.map((one) => one.thumbprint) ?? [];
/** The thumbprint that the service's process has read. */
const runsWith = (rig: Rig, name: string, role: 'master' | 'worker'): string | undefined => {
  const { SSLCertThumbprint, MasterHttpsCertThumbprint } = rig.machines.get(name)?.services[role]?.read ?? {};
  return role === 'master' ? SSLCertThumbprint : MasterHttpsCertThumbprint;
};

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

/** A runner that ends with its test, whatever becomes of that. */
function run(rig: Rig, name: string) {
  const runner = rig.runner(name);
  stop = async () => {
    rig.diskOf(name).full = false;
    await runner.stop();
  };
  return runner;
}

/** The disk of that machine is full as soon as an order of that number has an entry of this type. */
function fillAt(rig: Rig, name: string, n: () => number, type: string, times: number): void {
  const disk = rig.diskOf(name);
  const push = disk.lines.push.bind(disk.lines);
  let left = times;
  disk.lines.push = (...lines) => {
    const length = push(...lines);
    for (const { line } of lines) {
      if (line.entry.type !== type || line.entry.n !== n()) continue;
      left -= 1;
      if (left === 0) disk.full = true;
    }
    return length;
  };
}

test('A runner whose disk is full takes no order and says so, until there is room again', async () => {
  const { rig, plan } = await rigBefore('master');
  const runner = run(rig, WORKER);
  await runner.start();
  const says = (): readonly { readonly code: string }[] => JSON.parse(rig.letters.at(-1)?.body ?? '{}').notes;
  const order = rig.order(plan, WORKER, 'apply', 'workers');
  rig.diskOf(WORKER).full = true;
  await runner.receive(rig.seal(order));
  await rig.clock.sleep(30_000);
  expect(rig.entries(WORKER).filter(({ n }) => n === order.n)).toEqual([]);
  expect(says().map(({ code }) => code)).toContain('journal-full');
  rig.diskOf(WORKER).full = false;
  await runner.receive(rig.seal(order));
  await rig.clock.sleep(30_000);
  expect(rig.entries(WORKER).flatMap(({ n, type }) => (n === order.n ? [type] : []))).toEqual(['accepted', 'armed']);
  expect(says()).toEqual([]);
});

test('A runner that cannot record its letters logs the first of them, and not each one that is sent again', async () => {
  const { rig, plan } = await rigBefore('master');
  const said: string[] = [];
  const warn = (data: object, sentence: string): void => void said.push(`${sentence} ${JSON.stringify(data)}`);
  const runner = rig.runner(WORKER, { log: { info() {}, warn } });
  await runner.start();
  rig.diskOf(WORKER).full = true;
  const order = rig.order(plan, WORKER, 'apply', 'workers');
  for (let time = 0; time < 5; time += 1) await runner.receive(rig.seal(order));
  rig.diskOf(WORKER).full = false;
  await runner.stop();
  expect(said.filter((line) => line.startsWith('a letter could not be taken'))).toEqual([
    'a letter could not be taken {"code":"JournalNotWritable"}',
  ]);
});

test('A runner whose journal cannot be written says so at once, and how its order ended, and tries it by itself', async () => {
  const { rig, plan } = await rigBefore('workers');
  const runner = run(rig, WORKER);
  const order = rig.order(plan, WORKER, 'apply', 'workers');
  fillAt(rig, WORKER, () => order.n, 'started', 1);
  await runner.start();
  await runner.receive(rig.seal(order));
  const says = () => JSON.parse(rig.letters.at(-1)?.body ?? '{}').notes;
  await runner.receive(rig.said(order, 'go'));
  await rig.clock.sleep(2_000);
  const note = { reason: 'ENOSPC', ended: [{ n: order.n, outcome: 'put-back' }] };
  expect(says()).toEqual([{ code: 'journal-full', data: note }]);
  rig.diskOf(WORKER).full = false;
  await rig.clock.sleep(3_000);
  expect(says()).toEqual([]);
  // Nothing is to be recorded: only somebody else's letter shows that the disk is full, and nothing that it is not.
  rig.diskOf(WORKER).full = true;
  await runner.receive(rig.seal({ ...order, n: order.n + 1, farm: 'another' }));
  await rig.clock.sleep(1_000);
  expect(says()).toEqual([{ code: 'journal-full', data: { reason: 'ENOSPC', ended: [] } }]);
  const before = rig.entries(WORKER).length;
  rig.diskOf(WORKER).full = false;
  await rig.clock.sleep(6_000);
  expect([says(), rig.entries(WORKER).length]).toEqual([[], before]);
});

describe('A disk that fills up after the last proof of an armed order', () => {
  test('has the master put back at once, and the end is recorded once there is room again', async () => {
    const { rig, plan } = await rigBefore('master');
    const runner = run(rig, MASTER);
    const order = rig.order(plan, MASTER, 'apply', 'master');
    const checks = JSON.parse(order.slice ?? '').stages.master.checks.length;
    fillAt(rig, MASTER, () => order.n, 'proved', checks);
    await runner.start();
    await runner.receive(rig.seal(order));
    await rig.clock.sleep(30_000);
    expect(rig.diskOf(MASTER).full).toBe(true);
    expect(boundTo(rig)).toEqual([rig.old.thumbprint]);
    expect(runsWith(rig, MASTER, 'master')).toBe(rig.old.thumbprint);
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('nothing');
    rig.diskOf(MASTER).full = false;
    await rig.clock.sleep(10_000);
    await runner.idle();
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('put-back');
    expect(rig.entries(MASTER).find((entry) => entry.type === 'failed')).toMatchObject({
      n: order.n,
      step: null,
      code: 'JournalNotWritable',
    });
    expect(boundTo(rig)).toEqual([rig.old.thumbprint]);
  });

  test('has a worker put back at once, and the end is recorded once there is room again', async () => {
    const { rig, plan } = await rigBefore('workers');
    const runner = run(rig, WORKER);
    const order = rig.order(plan, WORKER, 'apply', 'workers');
    const checks = JSON.parse(order.slice ?? '').stages.workers.checks.length;
    fillAt(rig, WORKER, () => order.n, 'proved', checks);
    await runner.start();
    await runner.receive(rig.seal(order));
    await runner.receive(rig.said(order, 'go'));
    await rig.clock.sleep(30_000);
    expect(rig.diskOf(WORKER).full).toBe(true);
    expect(pinned(rig, WORKER)).toBe(rig.old.thumbprint);
    expect(runsWith(rig, WORKER, 'worker')).toBe(rig.old.thumbprint);
    // There may be no room for a copy of the file either.
    const written = rig.machines.get(WORKER)?.performed.findLast(({ type }) => type === 'setting.write');
    expect(written).toMatchObject({ to: rig.old.thumbprint, isWayBack: true });
    rig.diskOf(WORKER).full = false;
    await rig.clock.sleep(10_000);
    await runner.idle();
    expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('put-back');
    expect(rig.entries(WORKER).find((entry) => entry.type === 'failed')).toMatchObject({ code: 'JournalNotWritable' });
  });
});

test('What could not be put back while the disk was full is named before its end, once there is room', async () => {
  const { rig, plan } = await rigBefore('nothing: all is applied');
  const runner = run(rig, WORKER);
  // Its master presents the new certificate still: it cannot be connected on the old one.
  const order = rig.order(plan, WORKER, 'undo', 'workers');
  fillAt(rig, WORKER, () => order.n, 'accepted', 1);
  await runner.start();
  await runner.receive(rig.seal(order));
  await rig.clock.sleep(200_000);
  expect(outcomeOf(rig.entries(WORKER), order.n)).toBe('nothing');
  rig.diskOf(WORKER).full = false;
  await rig.clock.sleep(10_000);
  await runner.idle();
  const own = rig.entries(WORKER).filter(({ n }) => n === order.n);
  expect(own.slice(-2)).toMatchObject([
    { type: 'failed', code: 'EndpointPresentsAnother' },
    { type: 'finished', outcome: 'unknown' },
  ]);
});

test('A runner that dies after an unrecorded put-back restarts the service again after what it writes again', async () => {
  const { rig, plan } = await rigBefore('workers');
  const first = rig.runner(WORKER);
  const order = rig.order(plan, WORKER, 'apply', 'workers');
  const checks = JSON.parse(order.slice ?? '').stages.workers.checks.length;
  fillAt(rig, WORKER, () => order.n, 'proved', checks);
  await first.start();
  await first.receive(rig.seal(order));
  await first.receive(rig.said(order, 'go'));
  await rig.clock.sleep(30_000);
  await first.stop();
  expect(runsWith(rig, WORKER, 'worker')).toBe(rig.old.thumbprint);
  rig.diskOf(WORKER).full = false;
  const second = run(rig, WORKER);
  await second.start();
  await rig.clock.sleep(30_000);
  expect(pinned(rig, WORKER)).toBe(made(rig));
  expect(runsWith(rig, WORKER, 'worker')).toBe(made(rig));
});

test('A master that nobody confirms goes back even if an end on the same machine waits for room', async () => {
  const { rig, plan } = await rigBefore('master', {
    hosts: { sqlm01: ['master', 'worker'], sqlw01: ['worker'], sqlw02: ['worker'] },
  });
  const runner = run(rig, MASTER);
  const [follow, lead] = (['workers', 'master'] as const).map((stage) => rig.order(plan, MASTER, 'apply', stage));
  await runner.start();
  for (const order of [follow, lead]) if (order !== undefined) await runner.receive(rig.seal(order));
  await runner.idle();
  expect(boundTo(rig)).toEqual([made(rig)]);
  rig.diskOf(MASTER).full = true;
  // It follows alone, falls over the full disk, and its end cannot be written.
  await rig.clock.sleep(600_000);
  expect(boundTo(rig)).toEqual([rig.old.thumbprint]);
  expect(pinned(rig, MASTER)).toBe(rig.old.thumbprint);
  rig.diskOf(MASTER).full = false;
  await rig.clock.sleep(10_000);
  await runner.idle();
  expect([follow, lead].map((order) => outcomeOf(rig.entries(MASTER), order?.n ?? 0))).toEqual([
    'put-back',
    'put-back',
  ]);
});

describe('A master that is confirmed while its disk is full', () => {
  /** `busy`: how often the room cannot be given, since a scanner has its file open. */
  async function confirmed(hasRoom: boolean, busy = 0) {
    const { rig, plan } = await rigBefore('master');
    const disk = rig.diskOf(MASTER);
    const kept: string[] = [];
    const room = {
      async keep() {
        kept.push('kept');
      },
      async give() {
        kept.push('given');
        if (kept.length > busy) disk.full = false;
      },
    };
    const runner = rig.runner(MASTER, hasRoom ? { room } : {});
    stop = async () => {
      disk.full = false;
      await runner.stop();
    };
    await runner.start();
    const order = rig.order(plan, MASTER, 'apply', 'master');
    await runner.receive(rig.seal(order));
    await runner.idle();
    disk.full = true;
    await runner.receive(rig.said(order, 'confirm'));
    await rig.clock.sleep(10_000);
    return { rig, order, kept };
  }

  test('writes its end into the room that was kept for that, and keeps room again', async () => {
    const { rig, order, kept } = await confirmed(true);
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('applied');
    expect(kept).toEqual(['given', 'kept']);
  });

  test('asks for that room again if it could not be given at once', async () => {
    const { rig, order, kept } = await confirmed(true, 2);
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('applied');
    expect(kept).toEqual(['given', 'given', 'given', 'kept']);
  });

  test('keeps that room at each end, for none was kept the last time if the disk was still full', async () => {
    const kept: string[] = [];
    const room = { keep: async () => void kept.push('kept'), give: async () => void kept.push('given') };
    const { clock } = (await rigBefore('master')).rig;
    const record = createUntilRecorded(
      async () => {},
      { clock, room },
      new AbortController().signal,
      () => {},
    );
    await record();
    await record();
    expect(kept).toEqual(['kept', 'kept']);
  });

  test('stays, and waits for room, if none was kept', async () => {
    const { rig, order } = await confirmed(false);
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('nothing');
    expect(boundTo(rig)).toEqual([made(rig)]);
  });
});
