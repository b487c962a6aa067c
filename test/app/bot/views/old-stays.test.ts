import type { CertificateUser, HostLook, Leftover } from '../../../../src/domain/machine/host-facts.ts';
import type { HostName, Thumbprint } from '../../../../src/domain/values.ts';
import { farmOf, OLD, OWN, Sim } from '../../../domain/sim.ts';
import { WorkerSim } from '../../../domain/worker-sim.ts';
import { closedCard } from '../closed-card.ts';

const LAST_USED = '2026-11-24T13:59:00.000Z';
const left = (thumbprint: Thumbprint, users: readonly CertificateUser[] = []): Leftover => ({
  thumbprint,
  subject: 'CN=sqlm01',
  notAfter: '2026-12-08T09:14:00.000Z',
  mark: null,
  lastUsed: LAST_USED,
  stores: ['My'],
  keys: [],
  users,
});

/** What the closed card says about the previous certificate, of which each machine shows this. */
function toldOf(sim: Sim, leftover: Leftover): unknown {
  const look = sim.look.bind(sim);
  sim.look = (host: HostName): HostLook => ({ ...look(host), leftovers: [leftover] });
  sim.request();
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  sim.pass(60_000);
  expect(sim.rotation().closed?.outcome).toBe('proved');
  return closedCard(sim.farm, sim.rotation(), sim.now)?.next;
}
const asked = (at: string | null, several = false) => [
  { id: 'next.old-stays', data: { at, ended: false, of: null, several } },
];
const graceOver = (sim: Sim): string => new Date(Date.parse(LAST_USED) + sim.farm.retire.graceMs).toISOString();

describe('The closed card says when people will be asked whether the old certificate may go:', () => {
  test('as soon as the grace period after its last use is over', () => {
    const sim = new Sim(farmOf(2));
    expect(toldOf(sim, left(OLD))).toEqual(asked(graceOver(sim)));
  });

  test('never, if something else uses it', () => {
    const users = [{ kind: 'binding', where: '0.0.0.0:443' }] as const;
    expect(toldOf(new Sim(farmOf(2)), left(OLD, users))).toEqual(asked(null));
  });

  test('never, if a worker that was not looked at may name the same one', () => {
    const sim = new WorkerSim(farmOf(2));
    Object.assign(sim.wish, { workers: ['sqlw01'] });
    expect(toldOf(sim, left(OWN))).toEqual(asked(null));
  });

  test('and, once it has expired, that nobody can go back to it, with no button for that', () => {
    for (const sim of [new Sim(farmOf(2)), new WorkerSim(farmOf(2))]) {
      sim.now = Date.parse('2026-12-09T00:00:00.000Z');
      expect(toldOf(sim, left(sim instanceof WorkerSim ? OWN : OLD))).toMatchObject([{ data: { ended: true } }]);
      expect(closedCard(sim.farm, sim.rotation(), sim.now)).not.toHaveProperty('rollBack');
    }
  });

  test('also for workers’ own certificates', () => {
    const sim = new WorkerSim(farmOf(2));
    expect(toldOf(sim, left(OWN))).toEqual(asked(graceOver(sim), true));
  });
});
