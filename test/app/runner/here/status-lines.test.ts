import { statusLines } from '../../../../src/app/runner/here/status-lines.ts';
import { initialRunnerState } from '../../../../src/domain/fold/runner-fold.ts';
import type { HostName, Thumbprint } from '../../../../src/domain/values.ts';
import { armedWorker, WORKER } from '../cutover.ts';

const firstLine = (holder: { readonly pid: number; readonly since: string } | null): string | undefined =>
  statusLines({
    own: { farm: 'prod', host: 'sqlm01' as HostName },
    version: '0',
    state: initialRunnerState,
    seen: { master: null, own: [] },
    isPaused: false,
    holder,
    now: Date.parse('2026-11-28T20:52:15Z'),
    time: (at) => new Date(at).toISOString(),
  })[0];

test('A runner that runs is shown with its process, and since when', () => {
  const said = firstLine({ pid: 500, since: '2026-11-28T20:52:15Z' });
  expect(said).toBe('sqlm01 (farm prod): its runner runs, process 500, since 2026-11-28T20:52:15.000Z.');
});

test('A runner that holds its lock and is too busy to answer is shown as running, without a made-up process', () => {
  const said = firstLine({ pid: 0, since: '' });
  expect(said).toBe('sqlm01 (farm prod): its runner runs, and is too busy to say since when.');
});

test('If nobody holds the lock, no runner is said to run', () => {
  expect(firstLine(null)).toContain('NO RUNNER RUNS HERE');
});

test('What an armed worker will do is said in ASCII, whole thumbprints included, as a pipe on Windows may be read in any code page', async () => {
  const { rig, runner } = await armedWorker();
  const thumbprint = rig.old.thumbprint as Thumbprint;
  const said = statusLines({
    own: rig.config(WORKER),
    version: '0',
    state: rig.journalOf(WORKER).state(),
    seen: { master: { endpoint: 'https://sqlm01:8391', thumbprint }, own: [] },
    isPaused: false,
    holder: null,
    now: rig.clock.now(),
    time: String,
  }).join('\n');
  await runner.stop();
  expect(said).toMatch(/alone once the master has presented [0-9A-F]{40} for/u);
  expect(said).toMatch(/^[\n -~]+$/u);
});
