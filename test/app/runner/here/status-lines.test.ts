import { statusLines } from '../../../../src/app/runner/here/status-lines.ts';
import { initialRunnerState } from '../../../../src/domain/fold/runner-fold.ts';
import type { HostName } from '../../../../src/domain/values.ts';

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
