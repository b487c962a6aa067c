import { groupsOf, membersOf } from './groups-of.ts';
import { shown } from './problem.ts';
import { didYouMean, type Rule, rule } from './rule.ts';

const ONE_ENTRY = 'one entry for each person, with all accounts in it, and no two of one name';

/** One person under two ids would have two votes; two people with one name could not be told apart on a card. */
const oneEntryEach = rule(['people'], ({ people }, report) => {
  const named = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const [id, person] of Object.entries(people)) {
    const name = person.name.normalize('NFKC').toLowerCase();
    const namesake = named.get(name);
    if (namesake !== undefined)
      report(['people', id, 'name'], 'NameTwice', `${shown(person.name)}, as ${namesake} is named`, ONE_ENTRY);
    named.set(name, id);
    for (const [platform, account] of Object.entries(person.accounts)) {
      const key = `${platform} ${account.toLowerCase()}`;
      const owner = owners.get(key);
      const where = ['people', id, 'accounts', platform];
      if (owner !== undefined)
        report(where, 'AccountTwice', `${shown(account)}, which is ${owner}'s`, 'one person for each account');
      owners.set(key, id);
    }
  }
});

const namesAreNoGroups = rule(['people', 'groups'], (file, report) => {
  const groups = groupsOf(file).map((group) => group.id);
  for (const id of Object.keys(file.people))
    if (groups.includes(id))
      report(['people', id], 'NameOfGroupToo', `${shown(id)}, a group too`, 'different names', 'key');
});

const approversAreKnown = rule(['people', 'groups', 'approval'], (file, report) => {
  const { approval } = file;
  const { compromised } = approval;
  const groups = groupsOf(file);
  const known = [...Object.keys(file.people), ...groups.map((group) => group.id)];
  const namesKnown = (at: readonly string[], approvers: readonly string[]): void =>
    approvers.forEach((name, index) => {
      if (!known.includes(name))
        report([...at, 'approvers', index], 'UnknownApprover', shown(name), didYouMean(name, known));
    });
  const isReachable = (at: readonly string[], quorum: number, approvers: readonly string[]): void => {
    // The file does not tell who is in a Slack user group, so only the number of people who could be in it can be
    // checked.
    const isFed = groups.some((group) => group.slack !== null && approvers.includes(group.id));
    const most = isFed ? Object.keys(file.people).length : membersOf(file, approvers).length;
    if (approvers.every((name) => known.includes(name)) && quorum > most)
      report(at, 'QuorumTooHigh', String(quorum), `1 to ${most}, as many as may approve`);
  };
  namesKnown(['approval'], approval.approvers);
  isReachable(['approval', 'quorum'], approval.quorum, approval.approvers);
  if (compromised === undefined) return;
  const { quorum = approval.quorum, approvers = approval.approvers } = compromised;
  namesKnown(['approval', 'compromised'], compromised.approvers ?? []);
  // If neither is given here, it is the farm's own quorum that is too high.
  if (compromised.quorum !== undefined || compromised.approvers !== undefined)
    isReachable(
      ['approval', 'compromised', ...(compromised.quorum === undefined ? [] : ['quorum'])],
      quorum,
      approvers,
    );
});

const ownerIsKnown = rule(['people', 'reminders'], ({ people, reminders: { owner } }, report) => {
  if (owner !== undefined && !Object.hasOwn(people, owner))
    report(['reminders', 'owner'], 'UnknownPerson', shown(owner), didYouMean(owner, Object.keys(people)));
});

export const PEOPLE_RULES: readonly Rule[] = [oneEntryEach, namesAreNoGroups, approversAreKnown, ownerIsKnown];
