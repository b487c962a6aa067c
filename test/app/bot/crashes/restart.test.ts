import type { RotationState } from '../../../../src/domain/rotation/rotation.ts';
import type { ClosedView } from '../../../../src/domain/views/view.ts';
import { type BotRig, createBotRig, saidOf } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const ordered = (stage: string, status: string) => (rotation: RotationState) =>
  rotation.orders.some((order) => order.stage === stage && order.status === status);

describe('A bot that is killed and started again', () => {
  test.each<[string, (rotation: RotationState) => boolean]>([
    ['while it waits for looks', (rotation) => rotation.orders.length > 0],
    ['when the plan was made', (rotation) => rotation.plan !== null],
    ['after one of two approvals', (rotation) => rotation.votes.length === 1],
    ['right after approval', (rotation) => rotation.gate !== null],
    ['while the certificate is made', ordered('create', 'sent')],
    ['when trust was ordered', ordered('trust', 'sent')],
    ['while the master switches', ordered('master', 'sent')],
    ['when the canary was ordered', ordered('workers', 'sent')],
    ['during the final looks', (rotation) => rotation.orders.filter((order) => order.kind === 'look').length > 3],
  ])('%s goes on and proves the rotation, with every order numbered once', async (_when, isThere) => {
    rig = await createBotRig();
    await rig.start();
    let isDone = false;
    const people = (async () => {
      await rig.type('mei', '/ssis rotate-master because Yearly');
      await rig.until(() => rig.state().rotations['prod-1']?.plan != null);
      for (const who of ['ana', 'tom']) {
        await rig.until(() => rig.isUp());
        await rig.vote(who);
        await rig.clock.sleep(300);
      }
      isDone = true;
    })();
    await rig.until(() => rig.state().order.length === 1 && isThere(rig.rotation()));
    await rig.stopBot();
    rig.post.wipe();
    await rig.clock.sleep(10_000);
    await rig.startBot();
    await people;
    await rig.closed();
    expect(isDone).toBe(true);
    expect(rig.rotation().closed).toMatchObject({ outcome: 'proved' });
    const numbers = rig.rotation().orders.map(({ host, n }) => `${host} ${n}`);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe('A rotation that is stopped', () => {
  test.each(['create', 'trust', 'master', 'workers'])(
    'in stage %s is put back, proved and closed as stopped',
    async (stage) => {
      rig = await createBotRig();
      await rig.start();
      await rig.approved();
      await rig.until(() => ordered(stage, 'sent')(rig.rotation()));
      await rig.click('mei', 'stop', { rotation: 'prod-1' });
      await rig.closed();
      expect(rig.rotation().closed).toMatchObject({ outcome: 'stopped' });
      const looks = await rig.world.looks();
      expect(looks.sqlm01?.master?.sslCertThumbprint).toBe(rig.world.old.thumbprint);
      for (const name of ['sqlw01', 'sqlw02']) {
        expect(looks[name]?.worker?.masterThumbprint).toBe(rig.world.old.thumbprint);
        expect(looks[name]?.worker?.connection.log?.state).toBe('connected');
      }
    },
  );
});

test('facts that moved after the plan end the rotation untouched, and it is requested again without its votes', async () => {
  rig = await createBotRig();
  await rig.start();
  await rig.type('mei', '/ssis rotate-master because Yearly');
  await rig.planned();
  const machine = rig.world.machines.get('sqlm01');
  if (machine !== undefined)
    machine.bindings = machine.bindings.map((one) => ({ ...one, appId: '{00000000-0000-0000-0000-000000000001}' }));
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.closed();
  await rig.planned('prod-2');
  expect(rig.summary().rotations.map(({ turned, closed }) => [turned?.code, closed?.outcome])).toEqual([
    ['FactsMoved', 'put-back'],
    [undefined, undefined],
  ]);
  expect(rig.rotation('prod-2')).toMatchObject({ replaces: 'prod-1', votes: [], gate: null });
});

test('a machine with both roles is rotated and proved', async () => {
  rig = await createBotRig({ hosts: { sqlm01: ['master', 'worker'] } });
  await rig.start();
  await rig.approved();
  await rig.closed();
  expect(rig.rotation().closed).toMatchObject({ outcome: 'proved' });
});

test('a master that goes silent in the cutover is followed by nobody, and a person is asked', async () => {
  rig = await createBotRig();
  await rig.start();
  rig.world.machines.get('sqlm01')?.faults.set('service.restart', { kind: 'hang', times: 1 });
  await rig.approved();
  await rig.until(() => ordered('master', 'sent')(rig.rotation()));
  rig.silence('sqlm01', true);
  await rig.pass(3 * 60_000);
  // Its restart hung, and it went back by itself; those who were armed saw that it did.
  expect(rig.world.machines.get('sqlm01')?.bindings[0]?.thumbprint).toBe(rig.rotation().plan?.header.old?.thumbprint);
  expect(rig.rotation().trail.some(({ code }) => code === 'runner.switched')).toBe(false);
  expect(rig.chat.cards().map((view) => view.kind)).toContain('needs-person');
  rig.silence('sqlm01', false);
  await rig.closed();
  expect(rig.rotation().turned?.code).toBe('MasterWentBack');
  expect(rig.rotation().closed).toMatchObject({
    outcome: 'put-back',
    data: { host: 'sqlm01', code: 'ToolTimedOut' },
  });
  // By then the master has said why it went back.
  const why = { id: 'why.host', data: { host: 'sqlm01', code: 'ToolTimedOut' } };
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'closed');
  expect(rig.chat.cards().at(-1)).toMatchObject({ why });
});

describe('A bot that was away while its farm was cut off', () => {
  /** Letters of a machine as they lie in Redis until the bot is there again. */
  const backlog = (host: string, ages: readonly number[]): unknown[] =>
    ages.map((ageMs) => {
      const clock = new Date(rig.clock.now() - ageMs).toISOString();
      const head = { v: 1, farm: 'prod', host, boot: 'z', version: '0.0.0', clock, lastN: 0, from: 1 };
      return rig.world.signerOf(host).sign('report', JSON.stringify({ ...head, entries: [], notes: [] }));
    });

  test('does not mistake the time that letters lay in Redis for a clock that is off', async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.stopRunner('sqlw01');
    await rig.stopBot();
    await rig.startBot();
    for (const letter of backlog('sqlw01', [120_000, 105_000, 90_000])) await rig.receiveReport(letter);
    const reply = await rig.type('mei', '/ssis rotate-master because Yearly');
    expect(saidOf(reply)).not.toContain('refused.clock-off');
    expect(rig.state().order).toEqual(['prod-1']);
  });

  test('still knows how the machines’ clocks stand, and measures each gap at the length that the machines recorded', async () => {
    rig = await createBotRig();
    await rig.start();
    await rig.approved();
    await rig.until(() => ordered('master', 'accepted')(rig.rotation()));
    const was = rig.state().hosts;
    await rig.stopBot();
    await rig.clock.sleep(120_000);
    await rig.startBot();
    await rig.closed();
    for (const { name } of rig.farm.hosts)
      expect(Math.abs((rig.state().hosts[name]?.skew?.ms ?? 999_999) - (was[name]?.skew?.ms ?? 0))).toBeLessThan(1000);
    expect(rig.rotation().closed?.data).toMatchObject({ host: 'sqlm01', code: 'NotConfirmed' });
    /** When that machine's runner wrote such a line of its own journal, by its own clock. */
    const wrote = (host: string, type: string, step: string): readonly number[] =>
      (rig.runnerDisks.get(host)?.lines ?? []).flatMap(({ line: { entry, at } }) =>
        entry.type === type && 'step' in entry && entry.step === `${host}/${step}` ? [Date.parse(at)] : [],
      );
    const cut = wrote('sqlm01', 'started', 'master/restart-service');
    const lengths = ['sqlw01', 'sqlw02'].map((host) => {
      const ends = wrote(host, 'proved', 'workers/worker-connected');
      return { host, ms: cut.map((from, at) => (ends[at] ?? 0) - from) };
    });
    const closed = (): ClosedView | undefined => rig.chat.cards().find((view) => view.kind === 'closed');
    await rig.until(() => closed() !== undefined);
    expect(closed()?.gaps.map(({ host, ms }) => ({ host, ms }))).toEqual(lengths);
    // Forth, and back again because nobody confirmed the master.
    expect(lengths.map(({ ms }) => ms.map((one) => one > 0))).toEqual([
      [true, true],
      [true, true],
    ]);
  });
});
