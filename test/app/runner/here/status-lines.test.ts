import { statusLines } from '../../../../src/app/runner/here/status-lines.ts';
import { initialRunnerState } from '../../../../src/domain/fold/runner-fold.ts';
import type { HostName, Thumbprint } from '../../../../src/domain/values.ts';
import { armedWorker, MASTER, made, present, switchedMaster, WORKER } from '../cutover.ts';
import type { Rig } from '../rig.ts';

const NOTHING = {
  own: { farm: 'prod', host: 'sqlm01' as HostName },
  version: '0',
  state: initialRunnerState,
  seen: { master: null, own: [] },
  isPaused: false,
  holder: null,
  now: Date.parse('2026-11-28T20:52:15Z'),
  time: (at: number) => new Date(at).toISOString(),
};

const firstLine = (holder: Parameters<typeof statusLines>[0]['holder']): string | undefined =>
  statusLines({ ...NOTHING, holder })[0];

test('A runner that runs is shown with its process, and since when', () => {
  const said = firstLine({ pid: 500, since: '2026-11-28T20:52:15Z' });
  expect(said).toBe('sqlm01 (farm prod): its runner runs, process 500, since 2026-11-28T20:52:15.000Z.');
});

test('A runner that holds its lock and is too busy to answer is shown as running, without a made-up process', () => {
  const said = firstLine({ pid: 0, since: '' });
  expect(said).toBe('sqlm01 (farm prod): its runner runs, and is too busy to say since when.');
});

test('A manual command that holds the lock is not taken for a runner', () => {
  const byHand = 'the command runner undo on sqlm01';
  const said = firstLine({ pid: 500, since: '2026-11-28T20:52:15Z', byHand });
  expect(said).toBe(
    'sqlm01 (farm prod): NO RUNNER RUNS HERE: the command runner undo on sqlm01 is at work, process 500. Nothing below happens by itself until a runner is started.',
  );
});

test('If nobody holds the lock, no runner is said to run', () => {
  expect(firstLine(null)).toContain('NO RUNNER RUNS HERE');
});

test('What a master presents at one address is told name by name, so that no address seems to be named twice', () => {
  const target = '127.0.0.1:8391';
  const [one, other] = ['AB', 'CD'].map((byte) => byte.repeat(20) as Thumbprint);
  const own = [
    { target, servername: null, thumbprint: one ?? null },
    { target, servername: 'sqlm01.corp', thumbprint: other ?? null },
  ];
  const said = statusLines({ ...NOTHING, seen: { master: null, own } });
  expect(said).toContain(`This master presents ${one} at ${target} now.`);
  expect(said).toContain(`This master presents ${other} at ${target} to whoever asks for sqlm01.corp now.`);
});

test('A stop that waits for what it stops is not said to be at work', async () => {
  const { rig, runner, order } = await armedWorker();
  await runner.stop();
  const held = rig.journalOf(WORKER).state();
  const stop = {
    ...held,
    orders: held.orders.map((one) => (one.n === order.n ? { ...one, kind: 'stop' as const } : one)),
  };
  const said = statusLines({ ...NOTHING, own: rig.config(WORKER), state: stop }).join('\n');
  expect(said).toContain('(stop workers, taken at');
  expect(said).toContain('changes nothing itself, and ends once what it stops has ended.');
  expect(said).not.toContain('at work');
});

test('What an armed worker will do is said in ASCII, whole thumbprints included, as a pipe on Windows may be read in any code page', async () => {
  const { rig, runner } = await armedWorker();
  const thumbprint = rig.old.thumbprint as Thumbprint;
  const said = statusLines({
    own: rig.config(WORKER),
    version: '0',
    state: rig.journalOf(WORKER).state(),
    seen: { master: { endpoint: 'https://sqlm01:8391', thumbprint, accepts: thumbprint }, own: [] },
    isPaused: false,
    holder: null,
    now: rig.clock.now(),
    time: String,
  }).join('\n');
  await runner.stop();
  expect(said).toMatch(/alone once the master has presented [0-9A-F]{40} for/u);
  expect(said).toMatch(/^[\n -~]+$/u);
});

/** What the runner's status says of this worker while its master presents that certificate. */
const saidOf = (rig: Rig, thumbprint: string | null, accepts: string, isPaused = false): string =>
  statusLines({
    own: rig.config(WORKER),
    version: '0',
    state: rig.journalOf(WORKER).state(),
    seen: {
      master: {
        endpoint: 'https://sqlm01:8391',
        thumbprint: thumbprint as Thumbprint | null,
        accepts: accepts as Thumbprint,
      },
      own: [],
    },
    isPaused,
    holder: null,
    now: rig.clock.now(),
    time: String,
  }).join('\n');

test('What an armed worker will do depends on which of the two certificates its master presents, and on whether it is paused', async () => {
  const { rig, runner } = await armedWorker();
  await runner.stop();
  const [old, next, other] = [rig.old.thumbprint, made(rig), 'CD'.repeat(20)];
  expect(saidOf(rig, old, old)).toContain('The master presents the old one: nothing happens now.');
  expect(saidOf(rig, next, old)).toContain('The master presents it now.');
  expect(saidOf(rig, other, old)).toContain('The master presents neither of the two certificates');
  expect(saidOf(rig, old, old, true)).toContain('is cut off once the master has switched.');
  expect(saidOf(rig, next, old, true)).toContain('it is cut off while the master presents the new one.');
  for (const paused of [true, false])
    for (const shown of [old, next]) expect(saidOf(rig, shown, old, paused)).not.toContain('neither');
});

test('While nothing can be read from its master, as while that restarts, an armed worker is said to follow later', async () => {
  const { rig, runner } = await armedWorker();
  await runner.stop();
  const said = saidOf(rig, null, rig.old.thumbprint);
  expect(said).toContain('Nothing could be read from the master, as while it restarts: nothing new begins here.');
  expect(said).not.toContain('neither');
  for (const shown of [null, 'CD'.repeat(20)]) {
    expect(saidOf(rig, shown, rig.old.thumbprint)).toContain('  It follows when the bot says so, or alone');
    expect(saidOf(rig, shown, rig.old.thumbprint, true)).toContain('It is paused, so it does not follow');
  }
});

test('A master whose time is over by its clock is said to go back now, or to count on if that clock was set forward', async () => {
  const { rig, runner } = await switchedMaster();
  const since = new Date(rig.clock.now()).toISOString();
  const state = rig.journalOf(MASTER).state();
  await runner.stop();
  const saidAt = (now: number, from: string): string =>
    statusLines({
      own: rig.config(MASTER),
      version: '0',
      state,
      seen: { master: null, own: [] },
      isPaused: false,
      holder: { pid: 1, since: from },
      now,
      time: String,
    }).join('\n');
  const later = rig.clock.now() + 600_000;
  expect(saidAt(rig.clock.now(), since)).not.toContain('clock');
  expect(saidAt(later, since)).toContain('It does so now; or this clock was set forward since');
  expect(saidAt(later, new Date(later).toISOString())).toContain('Its runner was started after that');
});

test('A worker that has begun is said to follow its master now, not to wait for a word', async () => {
  const { rig, plan, runner, order } = await armedWorker();
  await runner.stop();
  const step = plan.slices.find(({ host }) => host === WORKER)?.stages.workers?.steps[0];
  const { digest, rotation } = order;
  if (step === undefined || digest === null || rotation === null) throw new Error('nothing to begin');
  const begun = {
    type: 'started',
    n: order.n,
    rotation,
    digest,
    step: step.id,
    made: null,
    direction: 'forth',
  } as const;
  const entry = { ...begun, before: { value: rig.old.thumbprint }, goal: { value: made(rig) } };
  await rig.journalOf(WORKER).append(() => ({ entries: [entry], answer: undefined }));
  const said = saidOf(rig, made(rig), rig.old.thumbprint);
  expect(said).toContain(': is following the master now.');
  expect(said).not.toContain('It follows when');
  expect(said).not.toContain('ARMED');
  for (const shown of [null, 'CD'.repeat(20)])
    expect(saidOf(rig, shown, made(rig))).not.toMatch(/nothing happens|does nothing/u);
});

describe('A worker that has followed', () => {
  async function followed() {
    const held = await armedWorker();
    present(held.rig, made(held.rig));
    await held.runner.receive(held.rig.said(held.order, 'go'));
    await held.runner.idle();
    return held;
  }

  test('is said to go back now while its master presents the old certificate, and if it does so again while not', async () => {
    const { rig, runner } = await followed();
    await runner.stop();
    const [old, next] = [rig.old.thumbprint, made(rig)];
    expect(saidOf(rig, next, next)).toContain(`If the master presents the old ${old} again`);
    const back = saidOf(rig, old, next);
    expect(back).toContain(`The master presents the old ${old}: this machine goes back with it now`);
    expect(back).not.toContain('again');
    expect(back).not.toContain('It stays');
    expect([saidOf(rig, next, next), back].map((text) => text.includes('CUT OFF'))).toEqual([false, true]);
    expect(back).toContain(`accepts only ${next}`);
    expect(saidOf(rig, null, next)).toContain(`If the master presents the old ${old} again`);
  });

  test('and goes back is not said to have failed to follow', async () => {
    const { rig, runner, order } = await followed();
    await runner.stop();
    const failed = {
      type: 'failed',
      n: order.n,
      rotation: 'prod-17',
      step: null,
      code: 'MasterWentBack',
      data: {},
    } as const;
    await rig.journalOf(WORKER).append(() => ({ entries: [failed], answer: undefined }));
    const text = saidOf(rig, rig.old.thumbprint, made(rig));
    expect(text).toContain('is going back with its master.');
    expect(text).not.toContain('could not follow');
  });
});
