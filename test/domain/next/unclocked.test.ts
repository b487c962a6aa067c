import { gapOf } from '../../../src/app/bot/views/evidence/gaps.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { approve, farmOf, Sim } from '../sim.ts';

const WORKERS = ['sqlw01', 'sqlw02'] as HostName[];

/** A rotation in which the offsets of these clocks are unknown while the farm is cut off. */
function measured(unknown: readonly string[]): readonly (readonly number[])[] {
  const sim = new Sim(farmOf(2));
  const put = sim.put.bind(sim);
  sim.put = (...entries) =>
    put(
      ...entries.map((entry) =>
        entry.type === 'heard' && unknown.includes(entry.host) ? { ...entry, skewMs: null } : entry,
      ),
    );
  approve(sim);
  return WORKERS.map((host) => gapOf(sim.rotation(), host, sim.now).ms);
}

test.each([
  ['nobody', [], [1, 1]],
  ['one worker', ['sqlw02'], [1, 0]],
  ['the master', ['sqlm01'], [0, 0]],
])('a gap is measured only where both clocks are known: that of %s is not', (_who, unknown, wanted) => {
  expect(measured(unknown).map(({ length }) => length)).toEqual(wanted);
});
