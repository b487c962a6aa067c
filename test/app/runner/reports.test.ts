import { createMemorySigner } from '../../../adapters/memory/signer.ts';
import { bootOf } from '../../../src/domain/journal/bot-head.ts';
import type { RunnerEntry } from '../../../src/domain/journal/entries.ts';
import type { Envelope, Report } from '../../../src/domain/letters/protocol.ts';
import type { WindowsHost } from '../../../src/ports/windows-host.ts';
import { createRig, type Rig, rigBefore } from './rig.ts';

const reportsOf = (rig: Rig): readonly Report[] => rig.letters.map(({ body }) => JSON.parse(body) as Report);

describe('reports', () => {
  const ack = (rig: Rig, boot: string, upTo: number, host = 'sqlm01'): Envelope =>
    rig.bot.sign('ack', JSON.stringify({ v: 1, farm: 'prod', host, boot: bootOf(boot), upTo }));

  const said = (how: object): string => JSON.stringify({ v: 1, farm: 'prod', host: 'sqlm01', upTo: 2, ...how });

  test('carry the journal until it is acknowledged, and then only a hello', async () => {
    const rig = await createRig();
    const runner = rig.runner('sqlm01');
    await runner.start();
    await runner.receive(rig.seal(rig.order(null, 'sqlm01', 'look', null)));
    await runner.idle();
    await rig.clock.sleep(25_000);
    const before = reportsOf(rig).filter(({ entries }) => entries.length === 2);
    expect(before.length).toBeGreaterThanOrEqual(3);
    expect(before[0]).toMatchObject({ from: 1, lastN: 1, boot: bootOf('boot-0') });
    await runner.receive(ack(rig, 'boot-0', 2));
    const sent = rig.letters.length;
    await rig.clock.sleep(40_000);
    await runner.stop();
    const after = reportsOf(rig).slice(sent);
    expect(after.length).toBeGreaterThanOrEqual(2);
    for (const report of after) expect(report).toMatchObject({ from: 3, entries: [] });
  });

  test('tell at once, and not with the next hello, that somebody has paused the runner or resumed it', async () => {
    const rig = await createRig();
    let isPaused = true;
    const runner = rig.runner('sqlm01', { paused: async () => isPaused });
    await runner.start();
    await rig.clock.sleep(1_000);
    expect(reportsOf(rig).at(-1)?.notes).toEqual([{ code: 'paused', data: {} }]);
    isPaused = false;
    runner.sayHello();
    await rig.clock.sleep(1_000);
    await runner.stop();
    expect(reportsOf(rig).at(-1)?.notes).toEqual([]);
  });

  test('begin again where the bot says, and ignore an answer meant for an earlier start', async () => {
    const rig = await createRig();
    await rig.run(null, 'sqlm01', 'look', null);
    const runner = rig.runner('sqlm01');
    await runner.start();
    await rig.clock.sleep(100);
    expect(reportsOf(rig).at(-1)).toMatchObject({ from: 2, entries: [expect.anything()], boot: bootOf('boot-2') });
    await runner.receive(ack(rig, 'boot-0', 2));
    await runner.receive(ack(rig, 'boot-2', 0));
    await rig.clock.sleep(100);
    await runner.stop();
    expect(reportsOf(rig).at(-1)).toMatchObject({ from: 1, entries: [expect.anything(), expect.anything()] });
  });

  test.each<[string, (rig: Rig, boot: string) => unknown]>([
    ['a stranger signed', (_, boot) => createMemorySigner().sign('ack', said({ boot }))],
    ['nobody signed', (rig, boot) => ({ ...rig.bot.sign('ack', said({ boot, upTo: 0 })), body: said({ boot }) })],
    ['is about another machine', (rig, boot) => rig.bot.sign('ack', said({ boot, host: 'sqlw01' }))],
    ['is about another farm', (rig, boot) => rig.bot.sign('ack', said({ boot, farm: 'test' }))],
    ['is about an earlier start', (rig) => rig.bot.sign('ack', said({ boot: bootOf('boot-8') }))],
    ['is no acknowledgement', (rig) => rig.bot.sign('ack', '{"v":1}')],
  ])('go on as before when an answer comes that %s', async (_, forged) => {
    const rig = await createRig();
    const runner = rig.runner('sqlm01');
    await runner.start();
    await runner.receive(rig.seal(rig.order(null, 'sqlm01', 'look', null)));
    await runner.idle();
    await runner.receive(forged(rig, bootOf('boot-0')));
    const sent = rig.letters.length;
    await rig.clock.sleep(25_000);
    await runner.stop();
    expect(reportsOf(rig).slice(sent).at(-1)).toMatchObject({ from: 1, entries: { length: 2 } });
  });

  test('are not sent again at once on an answer to an earlier one, and are sent again by themselves if they got lost', async () => {
    const rig = await createRig();
    const runner = rig.runner('sqlm01');
    await runner.start();
    await runner.receive(rig.seal(rig.order(null, 'sqlm01', 'look', null)));
    await runner.idle();
    await rig.clock.sleep(300);
    const sent = rig.letters.length;
    expect(reportsOf(rig).at(-1)).toMatchObject({ from: 1, entries: { length: 2 } });
    await runner.receive(ack(rig, 'boot-0', 1));
    await runner.receive(ack(rig, 'boot-0', 1));
    await rig.clock.sleep(5_000);
    expect(rig.letters).toHaveLength(sent);
    await rig.clock.sleep(6_000);
    await runner.stop();
    expect(reportsOf(rig).slice(sent)).toMatchObject([{ from: 2, entries: { length: 1 } }]);
  });

  test('say where the journal ends if the bot knows more of it, though it sends an order again and again', async () => {
    const rig = await createRig();
    const runner = rig.runner('sqlm01');
    await runner.start();
    const order = rig.seal(rig.order(null, 'sqlm01', 'look', null));
    await runner.receive(order);
    await runner.idle();
    // The folder was put back from a copy, and the bot has heard more lines than there are.
    for (let times = 0; times < 4; times += 1) {
      await rig.clock.sleep(6_000);
      await runner.receive(order);
      await rig.clock.sleep(100);
      await runner.receive(ack(rig, 'boot-0', 4));
    }
    await runner.stop();
    expect(reportsOf(rig).at(-1)).toMatchObject({ from: 3, entries: [] });
    expect(reportsOf(rig).some(({ entries }) => entries.length > 0)).toBe(true);
  });

  test('that had no room for everything go on as soon as they are answered', async () => {
    const rig = await createRig();
    const entries = Array.from({ length: 450 }, () => ({
      type: 'refused' as const,
      n: null,
      rotation: null,
      code: 'OrderExpired',
      data: {},
    }));
    await rig.journalOf('sqlm01').append(() => ({ entries, answer: undefined }));
    const runner = rig.runner('sqlm01');
    await runner.start();
    await rig.clock.sleep(100);
    await runner.receive(ack(rig, 'boot-450', 0));
    await rig.clock.sleep(100);
    await runner.receive(ack(rig, 'boot-450', 200));
    await rig.clock.sleep(100);
    await runner.receive(ack(rig, 'boot-450', 400));
    await rig.clock.sleep(100);
    await runner.stop();
    expect(reportsOf(rig).map(({ from, entries: { length } }) => [from, length])).toEqual([
      [450, 1],
      [1, 200],
      [201, 200],
      [401, 50],
    ]);
  });

  test('carry no more characters than a bot reads at a time, except for a single entry of any length', async () => {
    const rig = await createRig();
    const entries = [400_000, 400_000, 400_000, 1_200_000, 10, 10].map((length) => ({
      type: 'refused' as const,
      n: null,
      rotation: null,
      code: 'OrderExpired',
      data: { found: 'x'.repeat(length) },
    }));
    const journal = rig.journalOf('sqlm01');
    await journal.append(() => ({ entries, answer: undefined }));
    const runner = rig.runner('sqlm01');
    await runner.start();
    await rig.clock.sleep(100);
    for (const upTo of [0, 2, 3, 4]) {
      await runner.receive(ack(rig, 'boot-6', upTo));
      await rig.clock.sleep(100);
    }
    await runner.stop();
    expect(reportsOf(rig).map(({ from, entries: { length } }) => [from, length])).toEqual([
      [6, 1],
      [1, 2],
      [3, 1],
      [4, 1],
      [5, 2],
    ]);
  });

  test('read no more of a long journal than they carry, even for a bot that has lost everything', async () => {
    const rig = await createRig();
    const refused: RunnerEntry = { type: 'refused', n: null, rotation: null, code: 'OrderExpired', data: {} };
    const entries = Array.from({ length: 1_000 }, () => refused);
    const journal = rig.journalOf('sqlm01');
    await journal.append(() => ({ entries, answer: undefined }));
    const read: number[] = [];
    const runner = rig.runner('sqlm01', {
      journal: {
        ...journal,
        read(from, to) {
          const lines = journal.read(from, to);
          read.push(lines.length);
          return lines;
        },
      },
    });
    await runner.start();
    await rig.clock.sleep(100);
    await runner.receive(ack(rig, 'boot-1000', 0));
    await rig.clock.sleep(100);
    await runner.stop();
    expect(reportsOf(rig).at(-1)).toMatchObject({ from: 1, entries: { length: 200 } });
    expect(Math.max(...read)).toBe(200);
  });

  test('that waited while the bot was away, and are all answered at once when it is back, count as one answer', async () => {
    const rig = await createRig();
    const told: object[] = [];
    const log = { info() {}, warn: (data: object) => void told.push(data) };
    const runner = rig.runner('sqlm01', { log });
    await runner.start();
    await runner.receive(rig.seal(rig.order(null, 'sqlm01', 'look', null)));
    await runner.idle();
    await rig.clock.sleep(300_000);
    for (let times = 0; times < 20; times += 1) await runner.receive(ack(rig, 'boot-0', 0));
    await runner.receive(ack(rig, 'boot-0', 2));
    await runner.stop();
    expect(told).toEqual([]);
  });

  test('that the bot answers and never takes are mentioned in the log, once', async () => {
    const rig = await createRig();
    const told: object[] = [];
    const log = { info() {}, warn: (data: object) => void told.push(data) };
    const runner = rig.runner('sqlm01', { log });
    await runner.start();
    await runner.receive(rig.seal(rig.order(null, 'sqlm01', 'look', null)));
    await runner.idle();
    const answer = async (upTo: number): Promise<void> => {
      await rig.clock.sleep(10_000);
      await runner.receive(ack(rig, 'boot-0', upTo));
    };
    for (let times = 0; times < 5; times += 1) await answer(0);
    expect(told).toEqual([]);
    for (let times = 0; times < 10; times += 1) await answer(0);
    expect(told).toEqual([{ code: 'NotTakenByBot', seq: 1 }]);
    for (let times = 0; times < 10; times += 1) await answer(2);
    await runner.stop();
    expect(told).toHaveLength(1);
  });

  test('wait for a queue that is away, and go out soon after it is back', async () => {
    const rig = await createRig();
    let isAway = true;
    const office = {
      toHost: async () => {},
      up: () => !isAway,
      toBot: async (letter: Envelope) => {
        if (isAway) throw new Error('away');
        rig.letters.push(letter);
      },
    };
    const runner = rig.runner('sqlm01', { office });
    await runner.start();
    await runner.receive(rig.seal(rig.order(null, 'sqlm01', 'look', null)));
    await runner.idle();
    await rig.clock.sleep(30_000);
    isAway = false;
    await rig.clock.sleep(2_000);
    await runner.stop();
    expect(reportsOf(rig).map(({ entries }) => entries.length)).toContain(2);
  });

  test('do not tell how far a worker is while it follows its master, but tell all of it as soon as it is back', async () => {
    const { rig, plan } = await rigBefore('master');
    const order = rig.order(plan, 'sqlw01', 'apply', 'workers');
    const world = rig.windowsHost('sqlw01');
    const slow: WindowsHost = {
      ...world,
      async perform(change, signal) {
        await rig.clock.sleep(900);
        await world.perform(change, signal);
      },
    };
    const runner = rig.runner('sqlw01', { host: slow });
    await runner.start();
    await runner.receive(rig.seal(order));
    await runner.idle();
    await rig.clock.sleep(1_000);
    const boot = reportsOf(rig).at(-1)?.boot.replace(bootOf(''), '') ?? '';
    await runner.receive(ack(rig, boot, rig.entries('sqlw01').length, 'sqlw01'));
    // Longer ago than an unanswered report would be sent again, and not as long as until the next hello.
    await rig.clock.sleep(12_000);
    const master = rig.machines.get('sqlm01');
    const thumbprint = rig.refs().new?.thumbprint ?? ('' as never);
    if (master !== undefined) master.bindings = master.bindings.map((one) => ({ ...one, thumbprint }));
    const sent = rig.letters.length;
    await runner.receive(rig.said(order, 'go'));
    await runner.idle();
    await rig.clock.sleep(100);
    await runner.stop();
    const told = reportsOf(rig)
      .slice(sent)
      .flatMap(({ entries }) => (entries.length === 0 ? [] : [entries.map(typeOf)]));
    expect(told[0]).toEqual(expect.arrayContaining(['started', 'done', 'proved', 'switched']));
  });
});

const typeOf = ({ body }: Envelope): string => (JSON.parse(body) as { entry: RunnerEntry }).entry.type;
