import { outcomeOf, type Rig, rigBefore } from './rig.ts';

const MASTER = 'sqlm01';

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

/** The master's machine; `asked`: how often a key is looked for that an import has left. */
function machineOf(rig: Rig) {
  const inner = rig.windowsHost(MASTER);
  const asked: string[] = [];
  const host: typeof inner = { ...inner, endHalfImport: async () => void asked.push('once') };
  return { host, asked };
}

async function started(rig: Rig, wrap: Parameters<Rig['runner']>[1]) {
  const runner = rig.runner(MASTER, wrap);
  stop = runner.stop;
  await runner.start();
  return runner;
}

describe('A key that an import left behind', () => {
  test('is looked for when the runner starts', async () => {
    const { rig } = await rigBefore('create');
    const { host, asked } = machineOf(rig);
    await started(rig, { host });
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['is paused', async () => true],
    ['cannot tell whether it is paused', () => Promise.reject(new Error('EIO'))],
  ])('is left alone if the runner %s', async (_, paused) => {
    const { rig } = await rigBefore('create');
    const { host, asked } = machineOf(rig);
    await started(rig, { host, paused });
    expect(asked).toEqual([]);
  });

  test('is left alone if the bot knows more of the journal than there is', async () => {
    const { rig, plan } = await rigBefore('master');
    const before = await started(rig, {});
    await before.receive(rig.seal(rig.order(plan, MASTER, 'apply', 'master')));
    await before.idle();
    await before.stop();
    rig.clock.set(rig.clock.now() + 7 * 86_400_000);
    const { host, asked } = machineOf(rig);
    const runner = await started(rig, { host });
    expect(runner.waits()).toBe(true);
    await rig.clock.sleep(100);
    const { boot } = JSON.parse(rig.letters.at(-1)?.body ?? '{}');
    const upTo = rig.diskOf(MASTER).lines.length + 5;
    await runner.receive(rig.bot.sign('ack', JSON.stringify({ v: 1, farm: 'prod', host: MASTER, boot, upTo })));
    await runner.idle();
    expect(runner.waits()).toBe(false);
    expect(asked).toEqual([]);
  });

  test('is looked for again if the order ran out of its time meanwhile', async () => {
    const { rig, plan } = await rigBefore('create');
    const { host, asked } = machineOf(rig);
    const hanging: typeof host = {
      ...host,
      perform: (change, signal) =>
        change.type === 'certificate.import'
          ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))))
          : host.perform(change, signal),
    };
    const runner = await started(rig, { host: hanging });
    asked.length = 0;
    const order = rig.order(plan, MASTER, 'apply', 'create');
    await runner.receive(rig.seal(order));
    await runner.idle();
    expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('put-back');
    expect(asked).toHaveLength(1);
  });
});
