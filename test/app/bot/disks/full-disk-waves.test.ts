import type { RunnerEntry } from '../../../../src/domain/journal/entries.ts';
import { type BotRig, createBotRig } from '../rig.ts';

const MINUTE = 60_000;
const WORKERS = ['sqlw01', 'sqlw02', 'sqlw03'];

let rig: BotRig;
afterEach(() => rig.stop());

/** Once the journal of that machine has such an entry. */
function onceWritten(host: string, isThere: (entry: RunnerEntry) => boolean, then: () => void): void {
  const lines = rig.runnerDisks.get(host)?.lines ?? [];
  const push = lines.push.bind(lines);
  lines.push = (...more) => {
    const length = push(...more);
    if (more.some(({ line }) => isThere(line.entry))) {
      lines.push = push;
      then();
    }
    return length;
  };
}

function fill(host: string, is: boolean): void {
  const disk = rig.runnerDisks.get(host);
  if (disk === undefined) throw new Error(host);
  disk.full = is;
}

const begins =
  (step: string, direction = 'forth') =>
  (entry: RunnerEntry): boolean =>
    entry.type === 'started' && entry.direction === direction && entry.step.includes(step);
const isConnected = (entry: RunnerEntry): boolean =>
  entry.type === 'proved' && JSON.stringify(entry).includes('/worker-connected');

const codes = () => {
  const view = rig.chat.cards().at(-1);
  return view?.kind === 'needs-person' ? view.why.map(({ data }) => `${data.host} ${data.code}`) : view?.kind;
};
const certificateOf = (name: string) => rig.world.machines.get(name)?.settings.worker?.WorkerHttpsCertThumbprint;

const LATE = 'OutcomeNotWritten';
const FULL = 'JournalNotWritable';

test.each<[string, string, (entry: RunnerEntry) => boolean, string, string, readonly string[], string | null]>([
  ['a worker that makes its certificate', 'sqlw02', begins('/worker-create/'), FULL, 'put-back', [], null],
  ['the master that is told whom to trust', 'sqlm01', begins('/sqlw02'), FULL, 'put-back', [], null],
  ['the canary', 'sqlw01', begins('/worker-switch/write'), LATE, 'put-back', [], null],
  ['a worker of a later wave', 'sqlw02', begins('/worker-switch/restart'), LATE, 'partly', ['sqlw01', 'sqlw03'], null],
  ['a worker that is through', 'sqlw03', isConnected, LATE, 'proved', WORKERS, null],
  ['a worker that goes back', 'sqlw02', begins('/worker-switch/', 'back'), LATE, 'stopped', [], 'sqlw02'],
  ['a worker that had only prepared', 'sqlw03', begins('', 'back'), LATE, 'stopped', [], 'sqlw01'],
  ['the master that goes back', 'sqlm01', begins('', 'back'), LATE, 'stopped', [], 'sqlw01'],
])(
  'the disk of %s fills up in a rotation of workers: a person is asked at once, and with room it ends by itself',
  async (_, host, isThere, code, outcome, changed, stopsAt) => {
    rig = await createBotRig({
      hosts: { sqlm01: ['master'], ...Object.fromEntries(WORKERS.map((name) => [name, ['worker'] as const])) },
    });
    await rig.start();
    const before = WORKERS.map(certificateOf);
    await rig.type('mei', `/ssis rotate-worker ${WORKERS.join(' ')} because Yearly renewal`);
    await rig.planned();
    let at = 0;
    onceWritten(host, isThere, () => {
      fill(host, true);
      at = rig.clock.now();
    });
    const stop = () => void rig.click('mei', 'stop', { rotation: 'prod-1' });
    if (stopsAt !== null) onceWritten(stopsAt, begins('/worker-switch/restart'), stop);
    for (const who of ['ana', 'tom']) await rig.vote(who);
    await rig.until(() => rig.chat.cards().at(-1)?.kind === 'needs-person', 5 * MINUTE);
    expect(rig.clock.now() - at).toBeLessThan(15_000);
    expect(codes()).toEqual([`${host} ${code}`]);
    const orders = rig.rotation().orders.length;
    await rig.pass(10 * MINUTE);
    expect([codes(), rig.rotation().orders.length]).toEqual([[`${host} ${code}`], orders]);
    fill(host, false);
    await rig.closed('prod-1', MINUTE);
    expect(rig.rotation().closed?.outcome).toBe(outcome);
    expect(WORKERS.filter((name, n) => certificateOf(name) !== before[n])).toEqual(changed);
  },
);
