import { withGroups } from '../../../../src/domain/approval/people.ts';
import type { Farm } from '../../../../src/domain/farm/farm.ts';
import { ableVotes, approvedVotes, votersUnseen } from '../../../../src/domain/next/start/voters.ts';
import type { RotationState, Vote } from '../../../../src/domain/rotation/rotation.ts';
import { peopleOf } from '../../../fixtures/farm.ts';
import { atWork } from '../../at-work.ts';
import { farmOf, Sim } from '../../sim.ts';

/** Ana is an approver by the file; those in the group are known once the chat has named them. */
const people = peopleOf(() => ({}));
const farmWith = (quorum: number): Farm =>
  farmOf(2, {
    people,
    groups: [{ id: 'dba', slack: 'S0DBA' }],
    approval: { quorum, approvers: ['ana'], groups: ['dba'], lapsesAfterMs: 86_400_000 },
  });
const FARM = farmWith(2);
const named = (farm: Farm, ...members: readonly string[]): Farm => withGroups(farm, { dba: members });
const rotationOf = atWork(new Sim(FARM));

function voted(...who: readonly string[]): RotationState {
  const rotation = rotationOf([]);
  const votes = who.map((id): Vote => {
    const by = { id, name: people.find((one) => one.id === id)?.name ?? id };
    return { by, vote: 'approve', reason: '', digest: rotation.plan.digest, at: rotation.at, platform: 'web' };
  });
  return { ...rotation, votes };
}
const namesOf = (votes: readonly Vote[]): readonly string[] => votes.map(({ by }) => by.id);

test('Approvals of the plan as it stands count, and neither a no nor what was said to an earlier plan', () => {
  const { votes, ...rotation } = voted('ana', 'tom', 'wei');
  const [ana, tom, wei] = votes as readonly [Vote, Vote, Vote];
  const all = [ana, { ...tom, vote: 'deny' }, { ...wei, digest: 'earlier' }] as unknown as readonly Vote[];
  expect(namesOf(approvedVotes({ ...rotation, votes: all }))).toEqual(['ana']);
  expect(approvedVotes({ ...rotation, votes: all, plan: null })).toEqual([]);
});

test('Of these, those count whose voters are approvers still, and did not ask for it themselves', () => {
  expect(namesOf(ableVotes(voted('ana', 'tom'), FARM))).toEqual(['ana']);
  expect(namesOf(ableVotes(voted('ana', 'tom'), named(FARM, 'tom')))).toEqual(['ana', 'tom']);
  const own = voted('ana', 'mei');
  expect(own.by.id).toBe('mei');
  expect(namesOf(ableVotes(own, named(FARM, 'mei')))).toEqual(['ana']);
});

describe('Voters whom a chat has not named yet are waited for', () => {
  const seen = (rotation: RotationState, farm = FARM) => votersUnseen(rotation, farm).map((one) => one.split(' ')[0]);

  test('if they are needed for the quorum, and would be enough', () => {
    expect(seen(voted('ana', 'tom'))).toEqual(['Tom']);
    expect(seen(voted('tom', 'wei'))).toEqual(['Tom', 'Wei']);
  });

  test.each<readonly [string, RotationState, Farm]>([
    ['the others are enough', voted('ana', 'tom'), farmWith(1)],
    ['all of them would not be enough', voted('tom'), FARM],
    ['the chat has named its group, without them', voted('ana', 'tom'), named(FARM, 'wei')],
    ['the farm file knows them no more', voted('ana', 'stranger'), FARM],
    ['they asked for it themselves', voted('ana', 'mei'), FARM],
    ['nothing is planned', { ...voted('ana', 'tom'), plan: null }, FARM],
  ])('but not if %s', (_, rotation, farm) => {
    // The quorum is that of the plan.
    const { plan } = rotation;
    const approval = plan === null ? null : { ...plan.header.approval, quorum: farm.approval.quorum };
    const asked = plan === null || approval === null ? null : { ...plan, header: { ...plan.header, approval } };
    expect(seen({ ...rotation, plan: asked }, farm)).toEqual([]);
  });
});
