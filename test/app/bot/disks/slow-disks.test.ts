import { type BotRig, createBotRig } from '../rig.ts';

const [MASTER, ...WORKERS] = ['sqlm01', 'sqlw01', 'sqlw02'] as const;
const RUNNERS = [MASTER, ...WORKERS];

let rig: BotRig;
afterEach(() => rig.stop());

/** From now on, each write to their journals takes this long to be on the disk. */
function slow(names: readonly string[], ms: number): void {
  for (const name of names) {
    const disk = name === 'bot' ? rig.disk : rig.runnerDisks.get(name);
    if (disk === undefined) throw new Error(`${name} has no disk`);
    disk.slow = () => rig.clock.sleep(ms);
  }
}

/** Steps that were begun more than once there, on the way to the new certificate. */
function begunTwice(name: string): readonly string[] {
  const begun = (rig.runnerDisks.get(name)?.lines ?? []).flatMap(({ line: { entry } }) =>
    entry.type === 'started' && entry.direction === 'forth' ? [entry.step] : [],
  );
  return begun.filter((step, at) => begun.indexOf(step) !== at);
}

const settingsOf = (name: string) => rig.world.machines.get(name)?.settings;

test.each<[string, readonly string[], number, 'proved' | 'put-back']>([
  ['the bot', ['bot'], 1_000, 'proved'],
  ['the master', [MASTER], 5_000, 'proved'],
  ['a worker', ['sqlw02'], 2_000, 'proved'],
  ['everybody', ['bot', ...RUNNERS], 500, 'proved'],
  // Slower than the limit of the gap allows.
  ['the bot', ['bot'], 20_000, 'put-back'],
  ['the canary', ['sqlw01'], 40_000, 'put-back'],
  ['everybody', ['bot', ...RUNNERS], 5_000, 'put-back'],
])(
  'where each write of %s (%j) takes %i ms, a rotation ends as %s, all are on one certificate, and nothing is begun twice',
  async (_who, names, ms, outcome) => {
    rig = await createBotRig();
    await rig.start();
    slow(names, ms);
    await rig.approved();
    await rig.closed('prod-1', 2 * 3_600_000);
    expect(rig.rotation().closed?.outcome).toBe(outcome);
    const presented = settingsOf(MASTER)?.master?.SSLCertThumbprint;
    expect(presented === rig.world.old.thumbprint).toBe(outcome === 'put-back');
    expect(WORKERS.map((name) => settingsOf(name)?.worker?.MasterHttpsCertThumbprint)).toEqual([presented, presented]);
    expect(RUNNERS.flatMap(begunTwice)).toEqual([]);
  },
);
