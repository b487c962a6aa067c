import { stateOf } from '../../runner/rig.ts';
import { type BotRig, createBotRig } from '../rig.ts';

let rig: BotRig;
afterEach(() => rig.stop());

const MASTER = 'sqlm01';
const WORKER = 'sqlw01';

/** What a rotation may change, and what it made besides. */
const world = (): readonly object[] =>
  [...rig.world.machines.values()].map((machine) => ({
    ...stateOf(machine),
    own: [...machine.stores.My.keys()],
    publishedOwn: machine.publishedOwn ?? null,
  }));

/**
 * The processes of both runners count what they do to disk and machine: each line before and after it is written, each
 * change before and after it is made. The one that does the nth dies with it; until it is started again, nothing of it
 * has any effect.
 */
function dieAt(nth: number) {
  let deeds = 0;
  let dead: string | null = null;
  let isCounting = false;
  const step = (name: string): boolean => {
    if (dead === name || !isCounting) return dead === name;
    deeds += 1;
    if (deeds !== nth) return false;
    dead = name;
    rig.silence(name, true);
    return true;
  };
  const mustLive = (name: string): void => {
    if (step(name)) throw new Error('the process is dead');
  };
  const { windowsHost } = rig.world;
  rig.world.windowsHost = (name, skewMs) => {
    const inner = windowsHost(name, skewMs);
    return {
      ...inner,
      async perform(change, signal) {
        mustLive(name);
        await inner.perform(change, signal);
        mustLive(name);
      },
    };
  };
  for (const [name, disk] of rig.runnerDisks) {
    Object.defineProperty(disk, 'full', { get: () => step(name), set: () => {} });
    const push = disk.lines.push.bind(disk.lines);
    disk.lines.push = (...lines) => {
      const length = push(...lines);
      step(name);
      return length;
    };
  }
  return {
    begin: () => {
      isCounting = true;
    },
    deeds: () => deeds,
    dead: () => dead,
    rebirth: async (name: string): Promise<void> => {
      await rig.stopRunner(name);
      dead = null;
      rig.silence(name, false);
      await rig.startRunner(name);
    },
  };
}

/** A new certificate for the worker; whoever dies is started again after that time. */
async function story(nth: number, awayMs: number): Promise<number> {
  rig = await createBotRig({ hosts: { [MASTER]: ['master'], [WORKER]: ['worker'] } });
  const fate = dieAt(nth);
  await rig.start();
  await rig.type('mei', '/ssis rotate-worker sqlw01 because Yearly');
  await rig.planned();
  const before = world();
  fate.begin();
  await rig.vote('ana');
  await rig.vote('tom');
  await rig.until(() => fate.dead() !== null || rig.rotation().closed !== null);
  const died = fate.dead();
  if (died !== null) {
    await rig.pass(awayMs);
    await fate.rebirth(died);
  }
  await rig.closed();
  await rig.pass(60_000);
  const { outcome } = rig.rotation().closed ?? {};
  const isAsBefore = JSON.stringify(world()) === JSON.stringify(before);
  const { log } = await rig.world.windowsHost(WORKER).connectionWitness();
  const at = `died at ${nth}: ${died}, ${outcome}`;
  expect([at, isAsBefore, log?.state]).toEqual([at, outcome === 'put-back', 'connected']);
  expect([at, ['proved', 'put-back'].includes(outcome ?? '')]).toEqual([at, true]);
  return fate.deeds();
}

test.each([
  ['at once', 500],
  ['only when it has been given up as silent', 97_000],
])(
  'A runner that dies at any point, and is started again %s, leaves a worker that is on its new certificate or as before',
  async (_, awayMs) => {
    const whole = await story(0, awayMs);
    expect(whole).toBeGreaterThan(30);
    for (let nth = 1; nth <= whole; nth += 1) {
      await rig.stop();
      await story(nth, awayMs);
    }
  },
  300_000,
);
