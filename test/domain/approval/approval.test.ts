import {
  approvalsMissing,
  decideVote,
  isPolicyChanged,
  openGate,
  policyDigest,
  quorumReachable,
  votesAt,
  votesShown,
} from '../../../src/domain/approval/approval.ts';
import { membersAmong, resolvePerson, withGroups } from '../../../src/domain/approval/people.ts';
import type { CompromisedPolicy, Farm } from '../../../src/domain/farm/farm.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { plainWish } from '../../../src/domain/plan/wish.ts';
import type { ChangeWindow } from '../../../src/domain/when/windows.ts';
import { farmOf, ID, Sim } from '../sim.ts';

const asked = (farm = farmOf()): Sim => {
  const sim = new Sim(farm);
  sim.request();
  sim.settle();
  return sim;
};
const decide = (sim: Sim, account: string, vote: 'approve' | 'deny' = 'approve', digest?: string) =>
  decideVote(
    sim.farm,
    sim.rotation(),
    resolvePerson(sim.farm, 'web', account),
    { vote, digest: digest ?? sim.rotation().plan?.digest ?? '' },
    sim.now,
  );

describe('A vote', () => {
  test.each([
    ['of the requester', 'mei', 'own-request'],
    ['of a stranger', 'sam', 'unknown-person'],
  ])('%s is refused', (_who, account, code) => {
    expect(decide(asked(), account)).toMatchObject({ refused: true, code });
  });

  test('of somebody who is no approver is refused, naming those who are', () => {
    const farm = farmOf(3, { approval: { ...farmOf().approval, approvers: ['ana', 'tom'] } });
    expect(decide(asked(farm), 'wei')).toMatchObject({
      code: 'not-an-approver',
      data: { others: ['Ana Ruiz', 'Tom Becker'] },
    });
  });

  test('of the requester is refused without listing them, or who has voted, among those who may still vote', () => {
    const farm = farmOf(3, { approval: { ...farmOf().approval, approvers: ['mei', 'ana', 'tom'] } });
    const sim = asked(farm);
    expect(decide(sim, 'mei')).toMatchObject({ code: 'own-request', data: { otherIds: ['ana', 'tom'] } });
    sim.vote('ana');
    expect(decide(sim, 'mei')).toMatchObject({ code: 'own-request', data: { otherIds: ['tom'] } });
  });

  test('after the decision is refused, saying what was decided', () => {
    const sim = asked();
    sim.vote('ana');
    sim.vote('tom');
    sim.behaviour = () => null;
    sim.settle();
    const { at } = sim.rotation().gate ?? {};
    expect(decide(sim, 'wei')).toMatchObject({ code: 'closed', data: { id: ID, outcome: 'approved', at } });
  });

  test('on a rotation that ended before anybody decided is refused as closed', () => {
    const sim = asked();
    sim.put({ type: 'closed', id: ID, outcome: 'refused', data: { code: 'PolicyChanged' } });
    expect(decide(sim, 'ana')).toMatchObject({ code: 'closed', data: { id: ID, outcome: 'refused' } });
  });

  test('on a rotation that has no plan yet is refused as closed', () => {
    const sim = new Sim(farmOf());
    sim.request();
    expect(sim.rotation().plan).toBeNull();
    expect(decide(sim, 'ana', 'approve', 'f'.repeat(64))).toMatchObject({
      code: 'closed',
      data: { outcome: 'not-open' },
    });
  });

  test('counts once for each person', () => {
    const sim = asked();
    sim.vote('ana');
    expect(decide(sim, 'ana')).toMatchObject({ code: 'already-voted' });
  });

  test('on another plan is refused as stale', () => {
    expect(decide(asked(), 'ana', 'approve', 'f'.repeat(64))).toMatchObject({ code: 'stale-plan' });
    expect(decide(asked(), 'ana', 'approve', '')).toMatchObject({ code: 'stale-plan' });
  });

  test('is refused as stale when the farm’s policy or people changed since the plan', () => {
    const sim = asked();
    const farm = { ...sim.farm, approval: { ...sim.farm.approval, quorum: 1 } };
    const digest = sim.rotation().plan?.digest ?? '';
    expect(
      decideVote(farm, sim.rotation(), resolvePerson(farm, 'web', 'ana'), { vote: 'approve', digest }, sim.now),
    ).toMatchObject({
      code: 'stale-plan',
    });
  });

  test('after the request has lapsed is refused as closed', () => {
    const sim = asked();
    sim.now += 86_400_000;
    expect(decide(sim, 'ana')).toMatchObject({ code: 'closed' });
  });

  test('that denies is accepted from somebody who had approved, and their approval no longer counts', () => {
    const sim = asked();
    sim.vote('ana');
    expect(decide(sim, 'ana', 'deny')).toMatchObject({ person: { id: 'ana' } });
    sim.vote('ana', 'deny');
    const gate = openGate(sim.farm, sim.rotation());
    expect(gate && votesAt(sim.rotation(), gate).map((vote) => vote.vote)).toEqual(['deny']);
    sim.settle();
    expect(sim.rotation().closed?.outcome).toBe('denied');
  });

  test('that denies leaves the approvals of others as they are', () => {
    const sim = asked();
    sim.vote('ana');
    sim.vote('wei', 'deny');
    const gate = openGate(sim.farm, sim.rotation());
    expect(gate && votesAt(sim.rotation(), gate).map(({ by, vote }) => [by.id, vote])).toEqual([
      ['ana', 'approve'],
      ['wei', 'deny'],
    ]);
  });

  test.each(['approve', 'deny'] as const)('to %s an unknown rotation is refused', (vote) => {
    const farm = farmOf();
    expect(decideVote(farm, undefined, resolvePerson(farm, 'web', 'ana'), { vote, digest: 'a' }, 0)).toMatchObject({
      code: 'closed',
    });
  });

  test('belongs to the same person in whatever case the platform and the farm file write the account', () => {
    const people = farmOf().people.map((one) => (one.id === 'tom' ? { ...one, accounts: { slack: 'u02tOm' } } : one));
    expect(resolvePerson(farmOf(3, { people }), 'slack', 'U02ToM')).toMatchObject({ id: 'tom' });
  });

  test('of an account that two people claim is refused', () => {
    const people = farmOf().people.map((one) => (one.id === 'tom' ? { ...one, accounts: { web: 'ana' } } : one));
    expect(resolvePerson(farmOf(3, { people }), 'web', 'ana')).toMatchObject({ code: 'ambiguous-person' });
  });
});

describe('A quorum', () => {
  test('that cannot be reached without the requester is refused, saying how many are missing', () => {
    const approval = { ...farmOf().approval, quorum: 3 };
    expect(quorumReachable(farmOf(3, { approval }), ['ana'], plainWish('rotate-master'))).toMatchObject({
      code: 'quorum-unreachable',
      data: { missing: 1, able: ['Tom Becker', 'Wei Zhang'], asker: ['Ana Ruiz'] },
    });
  });

  test('that can be reached is no obstacle', () => {
    expect(quorumReachable(farmOf(), ['mei'], plainWish('rotate-master'))).toBeNull();
    expect(quorumReachable(farmOf(), ['ana'], plainWish('rotate-master'))).toBeNull();
  });
});

const digestOf = (farm: ReturnType<typeof farmOf>, wish = plainWish('rotate-master')) => policyDigest(farm, wish);

test('the policy digest changes with the grace period only for a removal that waits for it', () => {
  const farm = farmOf();
  const longer = { ...farm, retire: { graceMs: farm.retire.graceMs * 2 } };
  const retire = plainWish('retire');
  expect(digestOf(longer, retire)).not.toBe(digestOf(farm, retire));
  for (const wish of [plainWish('rotate-master'), { ...retire, compromised: true }])
    expect(digestOf(longer, wish)).toBe(digestOf(farm, wish));
});

describe('A plan is stale once the farm file has a different', () => {
  const compromised = { quorum: 1, approvers: ['mei'], groups: ['dba'] };
  const farm = farmOf(3, { approval: { ...farmOf().approval, groups: ['dba'], compromised } });
  const { approval, people } = farm;
  const one = (over: Partial<Farm['people'][number]>) =>
    people.map((who, at) => (at === 0 ? { ...who, ...over } : who));
  const window: ChangeWindow = { cron: '0 22 * * 6', lengthMs: 3_600_000, zone: 'UTC' };
  const stolen = (over: Partial<CompromisedPolicy>): Partial<Farm> => ({
    approval: { ...approval, compromised: { ...compromised, ...over } },
  });

  test.each<readonly [string, Partial<Farm>]>([
    ['number of approvals', { approval: { ...approval, quorum: 1 } }],
    ['list of approvers', { approval: { ...approval, approvers: ['ana', 'tom'] } }],
    ['group of approvers', { approval: { ...approval, groups: ['dba', 'own'] } }],
    ['time after which a request lapses', { approval: { ...approval, lapsesAfterMs: 1 } }],
    ['number of approvals for a stolen key', stolen({ quorum: 2 })],
    ['list of approvers for a stolen key', stolen({ approvers: ['mei', 'tom'] })],
    ['group of approvers for a stolen key', stolen({ groups: [] })],
    [
      'rule for a stolen key, namely none',
      { approval: farmOf(3, { approval: { ...farmOf().approval, groups: ['dba'] } }).approval },
    ],
    ['gap limit', { gap: { ...farm.gap, limitMs: 1 } }],
    ['certificate', { certificate: { ...farm.certificate, keyBits: 4096 } }],
    ['set of people', { people: people.slice(1) }],
    ['person behind the same account', { people: one({ id: 'mey' }) }],
    ['account of the same person', { people: one({ accounts: { web: 'eve' } }) }],
    ['change window', { windows: [window] }],
  ])('%s', (_what, over) => {
    expect(digestOf({ ...farm, ...over })).not.toBe(digestOf(farm));
  });

  test('hour for the same window', () => {
    const at = (cron: string) => digestOf({ ...farm, windows: [{ ...window, cron }] });
    expect(at('0 23 * * 6')).not.toBe(at(window.cron));
  });

  test('number of machines at a time, but not when all go at once and a machine was added', () => {
    const at = (workers: number, concurrency: number) =>
      digestOf(farmOf(workers, { gap: { ...farm.gap, concurrency } }));
    expect(at(3, 2)).not.toBe(at(3, 1));
    expect(at(3, 2)).not.toBe(at(3, 4));
    expect(at(4, 5)).toBe(at(3, 4));
    expect(at(4, 2)).toBe(at(3, 2));
  });

  test('number of machines at a time, but not when that was at least all of them, and a machine was added', () => {
    const with4 = (workers: number): Farm => farmOf(workers, { gap: { ...farm.gap, concurrency: 4 } });
    const made = { header: { policyDigest: digestOf(with4(3)), gap: with4(3).gap } } as Plan;
    const isChanged = (now: Farm): boolean => isPolicyChanged(now, made, plainWish('rotate-worker'));
    expect(isChanged(with4(9))).toBe(false);
    expect(isChanged(farmOf(9, { gap: { ...farm.gap, concurrency: 3 } }))).toBe(true);
  });

  test('policy, but not when an earlier version made the plan, which counted all machines that go at once', () => {
    const gap = { ...farm.gap, concurrency: 4 };
    const counted = { header: { policyDigest: digestOf(farmOf(9, { gap })), gap } } as Plan;
    expect(isPolicyChanged(farmOf(3, { gap }), counted, plainWish('rotate-master'))).toBe(false);
    expect(isPolicyChanged(farmOf(3, { gap: { ...gap, limitMs: 1 } }), counted, plainWish('rotate-master'))).toBe(true);
  });

  test('policy, but not when a chat group only brings in an approver for a stolen key', () => {
    const fed = { ...compromised, approvers: ['mei', 'tom'], fed: ['tom'] };
    expect(digestOf({ ...farm, approval: { ...approval, compromised: fed } })).toBe(digestOf(farm));
  });
});

describe('A group that a chat feeds', () => {
  const farm = farmOf(3, {
    approval: { ...farmOf().approval, approvers: ['ana'], groups: ['dba'] },
    groups: [
      { id: 'dba', slack: 'S0DBA' },
      { id: 'own', slack: null },
    ],
  });

  test('adds approvers, each once, and removes nobody', () => {
    const once = withGroups(farm, { dba: ['tom', 'ana', 'nobody'] });
    expect(once.approval.approvers).toEqual(['ana', 'tom']);
    expect(withGroups(farm, { dba: [] })).toMatchObject({ approval: { approvers: ['ana'] }, people: farm.people });
  });

  test('counts only where the farm file opens it to a chat', () => {
    expect(withGroups(farm, { own: ['tom'], constructor: ['tom'], nothing: ['tom'] }).approval.approvers).toEqual([
      'ana',
    ]);
  });

  test('does not make a plan stale, as a change of the farm file does', () => {
    expect(digestOf(withGroups(farm, { dba: ['tom'] }))).toBe(digestOf(farm));
    expect(digestOf({ ...farm, approval: { ...farm.approval, approvers: ['ana', 'tom'] } })).not.toBe(digestOf(farm));
  });

  test('is resolved by accounts, leaving out those of nobody and of more than one person', () => {
    const two = {
      ...farm,
      people: farm.people.map((one) => ({ ...one, accounts: { slack: one.id === 'ana' ? 'U1' : 'U2' } })),
    };
    expect(membersAmong(two, 'slack', ['u1', 'U2', 'U3'])).toEqual({ people: ['ana'], unknown: ['U2', 'U3'] });
  });
});

describe('The approval of somebody who may no longer approve', () => {
  const policy = { quorum: 2, approvers: ['wei'], groups: ['dba'] };
  const file = (compromised = false) =>
    farmOf(3, {
      groups: [{ id: 'dba', slack: 'S0DBA' }],
      approval: {
        ...(compromised ? { ...policy, approvers: ['mei'], groups: [] } : policy),
        lapsesAfterMs: 86_400_000,
        ...(compromised ? { compromised: policy } : {}),
      },
    });
  const regroup = (sim: Sim, members: readonly string[], farm = file()): void => {
    Object.assign(sim, { farm: withGroups(farm, { dba: members }) });
    sim.settle();
  };
  const gateOf = (sim: Sim) => {
    const gate = openGate(sim.farm, sim.rotation());
    if (gate === null) throw new Error('no gate is open');
    return gate;
  };
  const shown = (sim: Sim) =>
    votesShown(sim.rotation(), openGate(sim.farm, sim.rotation())).map(({ by, gone = false }) => [by.id, gone]);

  test('starts nothing: the plan’s gate stays open until enough people who still may have approved', () => {
    const sim = asked(withGroups(file(), { dba: ['ana', 'tom'] }));
    sim.vote('ana');
    regroup(sim, ['tom']);
    expect(shown(sim)).toEqual([['ana', true]]);
    expect(approvalsMissing(sim.rotation(), gateOf(sim))).toBe(2);
    sim.vote('tom');
    sim.settle();
    expect(sim.rotation().gate).toBeNull();
    expect(sim.orders.some(({ kind }) => kind === 'apply')).toBe(false);
    sim.vote('wei');
    sim.settle();
    expect(sim.rotation().gate).toMatchObject({ how: 'approved', counted: ['tom', 'wei'] });
    expect(shown(sim)).toEqual([
      ['ana', true],
      ['tom', false],
      ['wei', false],
    ]);
  });

  test('is all that is dropped: their denial ends the rotation', () => {
    const sim = asked(withGroups(file(), { dba: ['ana', 'tom'] }));
    sim.vote('ana', 'deny');
    regroup(sim, ['tom']);
    expect(sim.rotation().closed?.outcome).toBe('denied');
  });

  test('counts again if they may approve again before the gate closes', () => {
    const sim = asked(withGroups(file(), { dba: ['ana', 'tom'] }));
    sim.vote('ana');
    regroup(sim, []);
    sim.vote('wei');
    regroup(sim, []);
    expect(sim.rotation().gate).toBeNull();
    regroup(sim, ['ana']);
    expect(sim.rotation().gate).toMatchObject({ how: 'approved', counted: ['ana', 'wei'] });
  });

  test('decides nothing about a machine in an unknown state', () => {
    const sim = asked(withGroups(file(), { dba: ['ana', 'tom'] }));
    sim.behaviour = ({ stage }) => (stage === 'master' ? 'unknown' : 'ok');
    for (const who of ['ana', 'tom']) sim.vote(who);
    sim.settle();
    const digest = sim.ask('put-all-back');
    sim.vote('ana', 'approve', digest);
    regroup(sim, ['tom']);
    sim.vote('tom', 'approve', digest);
    sim.settle();
    expect(sim.rotation().resolved).toEqual({});
    expect(shown(sim)).toEqual([
      ['ana', true],
      ['tom', false],
    ]);
    sim.vote('wei', 'approve', digest);
    sim.settle();
    expect(sim.rotation().resolved).toMatchObject({ sqlm01: { choice: 'put-all-back' } });
  });

  test('no longer counts either where a stolen key has approvers of its own', () => {
    const farm = withGroups(file(true), { dba: ['ana', 'tom'] });
    const sim = asked(withGroups(file(), { dba: ['ana', 'tom'] }));
    sim.vote('ana');
    const rotation = { ...sim.rotation(), wish: { ...plainWish('rotate-master'), compromised: true } };
    const missing = (by: typeof farm) => {
      const gate = openGate(by, rotation);
      return gate && [gate.approvers, approvalsMissing(rotation, gate)];
    };
    expect(missing(farm)).toEqual([['wei', 'ana', 'tom'], 1]);
    expect(missing(withGroups(file(true), { dba: ['tom'] }))).toEqual([['wei', 'tom'], 2]);
  });

  test('stands when an older journal says that the gate was closed with it', () => {
    const sim = asked(withGroups(file(), { dba: ['ana', 'tom'] }));
    for (const who of ['ana', 'tom']) sim.vote(who);
    sim.put({ type: 'gate-closed', id: ID, how: 'approved' });
    // What has not begun by then is judged by today's people: see approved-at-once.
    sim.settle();
    regroup(sim, ['tom']);
    expect(sim.rotation()).toMatchObject({ gate: { how: 'approved' }, closed: { outcome: 'proved' } });
    expect(shown(sim)).toEqual([
      ['ana', false],
      ['tom', false],
    ]);
  });
});

describe('What becomes of a machine in an unknown state', () => {
  const everybody = farmOf(3, { approval: { ...farmOf().approval, approvers: ['mei', 'ana', 'tom', 'wei'] } });
  /** Asked for by Mei, and then by Ana. */
  function question(): { readonly sim: Sim; readonly digest: string } {
    const sim = asked(everybody);
    sim.behaviour = ({ stage }) => (stage === 'master' ? 'unknown' : 'ok');
    for (const who of ['tom', 'wei']) sim.vote(who);
    sim.settle();
    return { sim, digest: sim.ask('put-all-back', { id: 'ana', name: 'Ana Ruiz' }) };
  }

  test('is decided neither by who asks for the decision nor by who asked for the rotation', () => {
    const { sim, digest } = question();
    for (const who of ['mei', 'ana'])
      expect(decide(sim, who, 'approve', digest)).toMatchObject({
        code: 'own-request',
        data: { otherIds: ['tom', 'wei'] },
      });
    // The rotation is not Ana's.
    expect(decide(sim, 'ana', 'approve', digest)).toMatchObject({ data: { asked: true } });
    expect(decide(sim, 'mei', 'approve', digest)).not.toMatchObject({ data: { asked: true } });
    expect(decide(sim, 'tom', 'approve', digest)).toMatchObject({ person: { id: 'tom' } });
  });

  test('is not decided by votes of those who asked, should the journal have any', () => {
    const { sim, digest } = question();
    for (const who of ['mei', 'ana']) sim.vote(who, 'approve', digest);
    const gate = openGate(sim.farm, sim.rotation());
    expect(gate && approvalsMissing(sim.rotation(), gate)).toBe(2);
    sim.settle();
    expect(sim.rotation().resolved).toEqual({});
  });

  test('is not decided by votes for the plan, which can no longer be voted on', () => {
    const { sim, digest } = question();
    const gate = openGate(sim.farm, sim.rotation());
    expect(gate && votesAt(sim.rotation(), gate)).toEqual([]);
    expect(decide(sim, 'tom')).toMatchObject({ code: 'stale-plan' });
    sim.vote('tom', 'approve', digest);
    expect(decide(sim, 'tom', 'approve', digest)).toMatchObject({ code: 'already-voted' });
  });

  test('can no longer be decided once the question is as old as a request may get', () => {
    const { sim, digest } = question();
    sim.now += 86_400_000 - 1;
    expect(decide(sim, 'tom', 'approve', digest)).toMatchObject({ person: { id: 'tom' } });
    sim.now += 1;
    expect(decide(sim, 'tom', 'approve', digest)).toMatchObject({ code: 'closed' });
  });
});

describe('A request', () => {
  test('lapses by the time since its plan, however long the looks before it took', () => {
    const sim = new Sim(farmOf());
    sim.request();
    sim.now += 3_600_000;
    sim.settle();
    const { plannedAt } = sim.rotation();
    expect(openGate(sim.farm, sim.rotation())?.lapsesAt).toBe(Date.parse(plannedAt ?? '') + 86_400_000);
    expect(Date.parse(plannedAt ?? '')).toBe(sim.now);
  });

  test('for a set time can no longer be approved once it is too late to begin', () => {
    const sim = new Sim(farmOf());
    sim.request({ by: 'time', at: new Date(sim.now + 3_600_000).toISOString() });
    sim.settle();
    sim.now += 2 * 3_600_000 - 1;
    expect(decide(sim, 'ana')).toMatchObject({ person: { id: 'ana' } });
    sim.now += 1;
    expect(decide(sim, 'ana')).toMatchObject({ code: 'closed' });
  });

  test('that was withdrawn can no longer be voted on, and neither can a dry run', () => {
    const sim = asked();
    const dry = { ...sim.rotation(), dry: true };
    expect(openGate(sim.farm, dry)).toBeNull();
    sim.put({ type: 'stop-asked', id: ID, by: { id: 'mei', name: 'Mei Lin' } });
    sim.settle();
    expect(sim.rotation().closed?.outcome).toBe('withdrawn');
    for (const vote of ['approve', 'deny'] as const)
      expect(decide(sim, 'ana', vote)).toMatchObject({ code: 'closed', data: { id: ID, outcome: 'withdrawn' } });
  });

  test('that is approved and waits for its window can still be denied, but not approved again', () => {
    const window: ChangeWindow = { cron: '0 22 * * 6', lengthMs: 3_600_000, zone: 'UTC' };
    const sim = asked(farmOf(3, { windows: [window] }));
    for (const who of ['ana', 'tom']) sim.vote(who);
    sim.settle();
    // Longer than a request may stay undecided.
    sim.now += 2 * 86_400_000;
    expect(decide(sim, 'ana')).toMatchObject({ code: 'closed', data: { outcome: 'approved' } });
    expect(decide(sim, 'wei')).toMatchObject({ code: 'closed', data: { outcome: 'approved' } });
    expect(decide(sim, 'mei', 'deny')).toMatchObject({ code: 'own-request', data: { vote: 'deny', withdraw: true } });
    for (const who of ['ana', 'wei']) expect(decide(sim, who, 'deny')).toMatchObject({ person: { id: who } });
    // Once it runs, only a stop ends it.
    expect(
      decideVote(
        sim.farm,
        { ...sim.rotation(), begunAt: '2026-11-28T22:00:00.000Z' },
        sim.farm.people[1] as never,
        { vote: 'deny', digest: sim.rotation().plan?.digest ?? '' },
        sim.now,
      ),
    ).toMatchObject({ code: 'closed' });
  });

  test('can be denied once by a person, who can then no longer approve it', () => {
    const sim = asked();
    sim.vote('ana', 'deny');
    for (const vote of ['approve', 'deny'] as const)
      expect(decide(sim, 'ana', vote)).toMatchObject({
        code: 'already-voted',
        data: { id: ID, vote: 'deny', platform: 'web' },
      });
    const gate = openGate(sim.farm, sim.rotation());
    expect(gate && approvalsMissing(sim.rotation(), gate)).toBe(2);
  });

  test('is approved by a button with the first eight digits of its plan, but not with fewer or others', () => {
    const sim = asked();
    const digest = sim.rotation().plan?.digest ?? '';
    expect(decide(sim, 'ana', 'approve', digest.slice(0, 8))).toMatchObject({ person: { id: 'ana' } });
    for (const other of [digest.slice(0, 7), digest.slice(1, 20)])
      expect(decide(sim, 'ana', 'approve', other)).toMatchObject({ code: 'stale-plan' });
  });
});
