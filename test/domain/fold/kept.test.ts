import type { RunnerEntry } from '../../../src/domain/journal/entries.ts';
import type { Envelope } from '../../../src/domain/letters/protocol.ts';
import type { HostLook } from '../../../src/domain/machine/host-facts.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { farmOf, ID, planOf, Sim } from '../sim.ts';

const WORKER = 'sqlw01' as HostName;
const PIN = 'A'.repeat(40);

const letter = (n: number): Envelope => ({ type: 'order', key: 'k', sig: 's', body: JSON.stringify({ n }) });

function asked(...numbers: readonly number[]): Sim {
  const sim = new Sim(farmOf());
  sim.request();
  const startBy = new Date(sim.now + 60_000).toISOString();
  for (const n of numbers)
    sim.put({
      ...{ type: 'ordered', id: ID, host: WORKER, n, kind: 'look', stage: null },
      ...{ startBy, timeLimitMs: 60_000, order: letter(n) },
    });
  return sim;
}

const take = (sim: Sim, n: number): void =>
  sim.speak(WORKER, {
    ...{ type: 'accepted', n, rotation: ID, kind: 'look', stage: null, digest: null, order: letter(n) },
  });

/** A look at a machine as its runner reports it, parsed anew each time. */
function seen(n: number, at: string): RunnerEntry {
  const connection = { handshake: { thumbprint: PIN, error: null }, log: null, tcp: true };
  const worker = { masterThumbprint: PIN, trustsPinned: true, service: { state: 'running', pid: 7 }, connection };
  const look = JSON.parse(JSON.stringify({ at, master: null, worker })) as HostLook;
  return { type: 'finished', n, rotation: ID, outcome: 'looked', facts: {}, look };
}

describe('What is kept of a rotation for years', () => {
  test('includes an order to send again only until its machine has accepted it', () => {
    const sim = asked(1, 2);
    take(sim, 1);
    expect(sim.rotation().orders.map(({ n, envelope }) => [n, envelope])).toEqual([
      [1, null],
      [2, letter(2)],
    ]);
  });

  test('holds only once what two looks show alike', () => {
    const sim = asked(1, 2);
    take(sim, 1);
    sim.speak(WORKER, seen(1, '2026-11-29T10:00:00.000Z'));
    const { worker } = sim.rotation().looks[WORKER] ?? {};
    take(sim, 2);
    sim.speak(WORKER, seen(2, '2026-11-29T10:05:00.000Z'));
    const again = sim.rotation().looks[WORKER];
    expect(again?.at).toBe('2026-11-29T10:05:00.000Z');
    expect(again?.worker).toBe(worker);
    expect(sim.state.latest[WORKER]).toBe(again);
  });

  test('holds only once what two plans say alike', () => {
    const sim = asked();
    sim.plan();
    const [header = '', ...others] = planOf(sim.farm).lines;
    const lines = [header.replace('Yearly', 'Monthly'), ...others];
    const next = { type: 'requested', kind: 'rotate-master', dry: true, by: { id: 'mei', name: 'Mei Lin' } } as const;
    const origin = { platform: 'web', channel: 'sql-ops' };
    sim.put({ ...next, id: 'prod-2', reason: 'Monthly', origin });
    sim.put({ type: 'planned', id: 'prod-2', lines: JSON.parse(JSON.stringify(lines)), digest: 'd', replaces: null });
    const plan = sim.state.rotations['prod-2']?.plan;
    expect(plan?.lines).toEqual(lines);
    expect(plan?.header.reason).toBe('Monthly');
    expect(plan?.digest).not.toBe(sim.rotation().plan?.digest);
    expect(plan?.slices).toBe(sim.rotation().plan?.slices);
  });
});
