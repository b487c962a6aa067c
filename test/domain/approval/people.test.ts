import {
  mayApprove,
  mayBeApprover,
  policyFor,
  resolvePerson,
  unreadGroups,
  withGroups,
} from '../../../src/domain/approval/people.ts';
import type { Farm } from '../../../src/domain/farm/farm.ts';
import { isRefusal } from '../../../src/domain/values.ts';
import { farmWith, peopleOf } from '../../fixtures/farm.ts';

const PLAIN = { compromised: false };
const STOLEN = { compromised: true };

/** Slack feeds two of the groups; the third is only in the file. Tom is in one by the file. */
const farm: Farm = farmWith({
  people: peopleOf((id) => (id === 'tom' ? { groups: ['operators'] } : {})),
  groups: [
    { id: 'dba', slack: 'S0DBA' },
    { id: 'duty', slack: 'S0DUTY' },
    { id: 'operators', slack: null },
  ],
  approval: { quorum: 2, approvers: ['ana'], groups: ['dba', 'operators'], lapsesAfterMs: 86_400_000 },
});

const approversOf = (of: Farm): readonly string[] => policyFor(of, PLAIN).approvers;

describe('A group of approvers', () => {
  test('that a chat feeds adds those whom the chat names, and takes nobody away', () => {
    const fed = withGroups(farm, { dba: ['tom', 'ana'] });
    expect(approversOf(fed)).toEqual(['ana', 'tom']);
    expect(fed.people.find(({ id }) => id === 'tom')?.groups).toEqual(['operators', 'dba']);
    expect(approversOf(withGroups(farm, { dba: [] }))).toEqual(['ana']);
  });

  test('that the farm file opens to no chat gets nobody from one, and neither does a group that approves nothing', () => {
    for (const named of [{ operators: ['tom'] }, { duty: ['tom'] }, { strangers: ['tom'] }]) {
      const fed = withGroups(farm, named);
      expect(approversOf(fed)).toEqual(['ana']);
      expect(mayApprove(fed, 'tom')).toBe(false);
    }
    expect(withGroups(farm, { operators: ['wei'] })).toMatchObject({ people: farm.people, told: [] });
  });

  test('is unread until the chat has named its members, whatever other groups it has named', () => {
    expect(unreadGroups(farm, PLAIN)).toEqual(['dba']);
    expect(unreadGroups(withGroups(farm, { duty: ['wei'] }), PLAIN)).toEqual(['dba']);
    expect(unreadGroups(withGroups(farm, { dba: [] }), PLAIN)).toEqual([]);
  });

  test('that is unread may make an approver of anybody in the farm file, and of nobody else', () => {
    expect(mayBeApprover(farm, 'tom', PLAIN)).toBe(true);
    expect(mayBeApprover(farm, 'sam', PLAIN)).toBe(false);
    expect(mayBeApprover(withGroups(farm, { dba: [] }), 'tom', PLAIN)).toBe(false);
  });
});

test('A compromised key has its own approvers and groups if the farm names them, and else those of any request', () => {
  const own = { quorum: 1, approvers: ['wei'], groups: ['duty'] };
  const strict = { ...farm, approval: { ...farm.approval, compromised: own } };
  const fed = withGroups(strict, { duty: ['tom'], dba: ['mei'] });
  expect(policyFor(fed, STOLEN)).toMatchObject({ quorum: 1, approvers: ['wei', 'tom'] });
  expect(approversOf(fed)).toEqual(['ana', 'mei']);
  expect(mayApprove(fed, 'mei', STOLEN)).toBe(false);
  expect(unreadGroups(strict, STOLEN)).toEqual(['duty']);
  expect(policyFor(farm, STOLEN)).toBe(farm.approval);
});

test('An account that two people of the farm file have is nobody’s, in whatever case it is written', () => {
  const two = farmWith({ people: peopleOf(() => ({ accounts: { slack: 'U1' } })) });
  const found = resolvePerson(two, 'slack', 'u1');
  expect(isRefusal(found) && found.code).toBe('ambiguous-person');
});
