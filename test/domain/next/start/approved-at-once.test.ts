import type { Farm } from '../../../../src/domain/farm/farm.ts';
import { asksAnew } from '../../../../src/domain/rotation/rotation.ts';
import { farmOf, Sim } from '../../sim.ts';

/** It was approved to begin at once, and the bot died before it could order anything. */
function diedApproved(farm: Farm = farmOf(2)): Sim {
  const sim = new Sim(farm);
  sim.request({ by: 'now' });
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.put({ type: 'gate-closed', id: sim.rotation().id, how: 'approved', counted: ['ana', 'tom'] });
  return sim;
}

function startedWith(sim: Sim, farm: Farm): Sim {
  Object.assign(sim, { farm });
  sim.restart();
  for (const { name } of farm.hosts) sim.hello(name);
  sim.settle();
  return sim;
}

const hasBegun = ({ orders }: Sim): boolean => orders.some(({ kind }) => kind === 'apply');

describe('A bot that died between an approval and the first order', () => {
  test('begins it after its start', () => {
    const sim = startedWith(diedApproved(), farmOf(2));
    expect(sim.rotation()).toMatchObject({ start: null, closed: { outcome: 'proved' } });
  });

  test.each<[string, Farm, string]>([
    ['another quorum', farmOf(2, { approval: { ...farmOf().approval, quorum: 3 } }), 'PolicyChanged'],
    ['another machine', farmOf(3), 'MachinesChanged'],
    ['another endpoint', farmOf(2, { endpoint: { host: 'ssis.example', port: 8391 } }), 'FarmFileChanged'],
  ])('asks again where the farm file has %s by then', (_what, farm, code) => {
    const sim = startedWith(diedApproved(), farm);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'refused', data: { code } });
    expect(asksAnew(sim.rotation())).toBe(true);
    expect(hasBegun(sim)).toBe(false);
  });

  /** A chat's own group names Tom. */
  const grouped = (approvers: readonly string[]): Farm => {
    const farm = farmOf(2);
    const group = { id: 'dba', slack: 'S1' };
    return {
      ...farm,
      groups: [group],
      approval: { ...farm.approval, approvers, groups: ['dba'], fed: approvers.filter((id) => id === 'tom') },
    };
  };

  test('waits until a chat has told who is in the group that an approver is from', () => {
    const sim = startedWith(diedApproved(grouped(['ana', 'wei', 'tom'])), grouped(['ana', 'wei']));
    expect(sim.rotation()).toMatchObject({ start: { held: null }, begunAt: null, closed: null });
    expect(hasBegun(sim)).toBe(false);
    Object.assign(sim, { farm: grouped(['ana', 'wei', 'tom']) });
    sim.pass(10_000);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('asks again where the approver is in no such group any more', () => {
    const told = { ...grouped(['ana', 'wei']), told: ['dba'] };
    const sim = startedWith(diedApproved(grouped(['ana', 'wei', 'tom'])), told);
    expect(sim.rotation().closed).toMatchObject({ outcome: 'refused', data: { code: 'ApproverGone', names: ['tom'] } });
  });
});
