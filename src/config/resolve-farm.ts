import type { ApprovalPolicy, CertificatePolicy, Farm, FarmHost, GapPolicy, Group, Person } from '../domain/farm.ts';
import { nearest } from '../domain/grammar.ts';
import type { HostName } from '../domain/values.ts';
import { parseDuration } from './duration.ts';
import { isHostOrAddress, parseEndpoint } from './endpoint.ts';
import type { FarmFile } from './farm-schema.ts';
import { type DataPath, type Finding, type Report, shown } from './problem.ts';
import { checkAccount, resolveChat, resolveGroups } from './resolve-chat.ts';

const DAY = 86_400_000;

/** The farm that a well-formed file describes, and what one part of it says against another. */
export function resolveFarm(file: FarmFile): { readonly farm: Farm; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const report: Report = (path, code, found, allowed, at = 'value') =>
    findings.push({ path, at, code, found, allowed });
  checkZone(['timeZone'], file.timeZone, report);
  const groups = resolveGroups(file, report);
  const farm: Farm = {
    name: file.farm,
    rehearsal: file.rehearsal,
    timeZone: file.timeZone,
    endpoint: resolveEndpoint(file, report),
    hosts: resolveHosts(file, report),
    people: resolvePeople(file, report),
    groups,
    approval: resolveApproval(file, groups, report),
    gap: resolveGap(file, report),
    certificate: resolveCertificate(file, report),
    reminders: resolveReminders(file, report),
    chat: resolveChat(file, report),
    channels: file.channels.map(({ platform, id, name, language }) => ({ platform, id, name: name ?? id, language })),
  };
  return { farm, findings };
}

function resolveEndpoint({ endpoint }: FarmFile, report: Report): Farm['endpoint'] {
  const parsed = parseEndpoint(endpoint);
  if (parsed === null) report(['endpoint'], 'EndpointNotUnderstood', shown(endpoint), 'host:port, such as sqlm01:8391');
  return parsed ?? { host: '', port: 0 };
}

function resolveHosts({ hosts }: FarmFile, report: Report): readonly FarmHost[] {
  const owners = new Map<string, string>();
  for (const [name, host] of Object.entries(hosts)) {
    host.keys.forEach((key, index) => {
      const owner = owners.get(key);
      const whose = owner === name ? 'this host twice' : `${owner} too`;
      if (owner !== undefined)
        report(['hosts', name, 'keys', index], 'KeyTwice', `the key of ${whose}`, 'a key of its own for each runner');
      owners.set(key, name);
    });
    if (host.address !== undefined && !isHostOrAddress(host.address))
      report(['hosts', name, 'address'], 'AddressNotUnderstood', shown(host.address), 'a DNS name or an IP address');
    if (new Set(host.roles).size < host.roles.length)
      report(['hosts', name, 'roles'], 'RoleTwice', shown(host.roles), 'each role once');
  }
  const entries = Object.entries(hosts);
  if (!entries.some(([, host]) => host.roles.includes('master')))
    report(['hosts'], 'NoMaster', 'no host with the role master', 'at least one', 'key');
  return entries.map(([name, host]) => ({
    name: name as HostName,
    roles: host.roles,
    keys: host.keys,
    address: host.address ?? null,
    systemRoot: host.systemRoot,
  }));
}

function resolvePeople(file: FarmFile, report: Report): readonly Person[] {
  const owners = new Map<string, string>();
  const named = new Map<string, string>();
  for (const [id, person] of Object.entries(file.people)) {
    // One human under two ids would have two votes; two humans of one name could not be told apart on a card.
    const name = person.name.normalize('NFKC').toLowerCase();
    const namesake = named.get(name);
    if (namesake !== undefined)
      report(['people', id, 'name'], 'NameTwice', `${shown(person.name)}, as ${namesake} is named`, ONE_ENTRY);
    named.set(name, id);
    if (person.timeZone !== undefined) checkZone(['people', id, 'timeZone'], person.timeZone, report);
    for (const [platform, account] of Object.entries(person.accounts)) {
      const where = ['people', id, 'accounts', platform];
      checkAccount(id, platform, account, report);
      const owner = owners.get(`${platform} ${account.toLowerCase()}`);
      if (owner !== undefined)
        report(where, 'AccountTwice', `${shown(account)}, which is ${owner}'s`, 'one person for each account');
      owners.set(`${platform} ${account.toLowerCase()}`, id);
      if (platform === 'web' && !file.rehearsal)
        report(where, 'WebOnlyInRehearsals', 'a web account', 'slack or teams: the web console checks no names', 'key');
    }
  }
  return Object.entries(file.people).map(([id, person]) => ({
    id,
    name: person.name,
    accounts: person.accounts,
    groups: person.groups,
    language: person.language,
    timeZone: person.timeZone ?? file.timeZone,
  }));
}

function resolveApproval(file: FarmFile, groups: readonly Group[], report: Report): ApprovalPolicy {
  const { approvers, quorum, lapse } = file.approval;
  const group = new Map(groups.map((one) => [one.id, one]));
  const known = [...Object.keys(file.people), ...group.keys()];
  for (const id of Object.keys(file.people))
    if (group.has(id)) report(['people', id], 'NameOfGroupToo', `${shown(id)}, a group too`, 'different names', 'key');
  const ids = approvers.flatMap((name, index) => {
    if (Object.hasOwn(file.people, name)) return [name];
    if (group.has(name)) return membersOf(file, name);
    report(['approval', 'approvers', index], 'UnknownApprover', shown(name), didYouMean(name, known));
    return [];
  });
  const resolved = [...new Set(ids)];
  const allKnown = approvers.every((name) => known.includes(name));
  // Who is in a user group of Slack is not in the file: then all that can be said is how many there could be.
  const isFed = approvers.some((name) => (group.get(name)?.slack ?? null) !== null);
  const most = isFed ? Object.keys(file.people).length : resolved.length;
  if (allKnown && quorum > most)
    report(['approval', 'quorum'], 'QuorumTooHigh', String(quorum), `1 to ${most}, for so many approve`);
  return {
    quorum,
    approvers: resolved,
    groups: approvers.filter((name) => group.has(name)),
    lapsesAfterMs: duration(['approval', 'lapse'], lapse, 60_000, 30 * DAY, report),
  };
}

const ONE_ENTRY = 'one entry for each person, with all accounts in it, and no two of one name';

const membersOf = (file: FarmFile, group: string): readonly string[] =>
  Object.entries(file.people).flatMap(([id, person]) => (person.groups.includes(group) ? [id] : []));

function resolveGap({ gap, hosts }: FarmFile, report: Report): GapPolicy {
  const { limit, leaveBehind, canary, concurrency } = gap;
  const machines = Math.max(1, Object.keys(hosts).length);
  return {
    limitMs: duration(['gap', 'limit'], limit, 5000, 3_600_000, report),
    leaveBehind,
    canary,
    concurrency: concurrency === 'all' ? machines : concurrency,
  };
}

function resolveCertificate({ certificate }: FarmFile, report: Report): CertificatePolicy {
  const { keyBits, lifetime, exportable, extraNames } = certificate;
  const lifetimeMs = duration(['certificate', 'lifetime'], lifetime, DAY, 3650 * DAY, report);
  extraNames.forEach((name, index) => {
    if (!isHostOrAddress(name))
      report(['certificate', 'extraNames', index], 'NameNotAllowed', shown(name), 'a DNS name or an IP address');
  });
  return { keyBits, lifetimeDays: Math.floor(lifetimeMs / DAY), exportable, extraNames };
}

function resolveReminders({ reminders, people }: FarmFile, report: Report): Farm['reminders'] {
  const { days, at, owner } = reminders;
  if (owner !== undefined && !Object.hasOwn(people, owner))
    report(['reminders', 'owner'], 'UnknownPerson', shown(owner), didYouMean(owner, Object.keys(people)));
  return { days: [...new Set(days)].sort((a, b) => b - a), at, owner: owner ?? null };
}

function checkZone(path: DataPath, zone: string, report: Report): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    report(path, 'TimeZoneNotKnown', shown(zone), 'a name of the IANA list, such as Europe/Berlin');
  }
}

function duration(path: DataPath, text: string, least: number, most: number, report: Report): number {
  const ms = parseDuration(text) ?? Number.NaN;
  if (!(ms >= least && ms <= most))
    report(path, 'DurationOutOfRange', shown(text), `${inWords(least)} to ${inWords(most)}`);
  return ms;
}

const inWords = (ms: number): string =>
  ms % DAY === 0
    ? `${ms / DAY} ${ms === DAY ? 'day' : 'days'}`
    : ms % 3_600_000 === 0
      ? `${ms / 3_600_000} h`
      : `${ms / 1000} s`;

function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === '' ? known.join(', ') : `did you mean ${near}? (${known.join(', ')})`;
}
