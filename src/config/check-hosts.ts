import { RESERVED_NAMES } from '../domain/farm/reserved-names.ts';
import { MOVES_WITHIN_MS as TURN_MS } from '../domain/next/turns.ts';
import { DAY_MS } from '../domain/time.ts';
import { parseDuration } from './duration.ts';
import { hasPort, parseFarmEndpoint } from './endpoint.ts';
import type { FarmFile } from './farm-schema.ts';
import type { Report } from './problem.ts';
import { shown } from './problem.ts';
import { type Rule, rule } from './rule.ts';

type Hosts = FarmFile['hosts'];

const namesAreNoWords = rule(['farm', 'hosts'], ({ farm, hosts }, report) => {
  const allowed = `any other name: requests take ${RESERVED_NAMES.join(' and ')} for words of their own`;
  if (RESERVED_NAMES.includes(farm)) report(['farm'], 'NameReserved', shown(farm), allowed);
  for (const name of Object.keys(hosts))
    if (RESERVED_NAMES.includes(name)) report(['hosts', name], 'NameReserved', shown(name), allowed, 'key');
});

const keysAreTheirOwn = rule(['hosts'], ({ hosts }, report) => {
  const owners = new Map<string, string>();
  for (const [name, host] of Object.entries(hosts))
    host.keys.forEach((key, index) => {
      const owner = owners.get(key);
      const whose = owner === name ? 'this host twice' : `${owner} too`;
      if (owner !== undefined)
        report(['hosts', name, 'keys', index], 'KeyTwice', `the key of ${whose}`, 'a key of its own for each runner');
      owners.set(key, name);
    });
});

const rolesAreThere = rule(['hosts'], ({ hosts }, report) => {
  for (const [name, host] of Object.entries(hosts))
    if (new Set(host.roles).size < host.roles.length)
      report(['hosts', name, 'roles'], 'RoleTwice', shown(host.roles), 'each role once');
  if (named(hosts, 'master').length === 0)
    report(['hosts'], 'NoMaster', 'no host with the role master', 'at least one', 'key');
});

/** The canary must be proved before anybody else is cut off, so at least one worker must remain after it. */
const canaryLeavesSomebody = rule(['hosts', 'gap'], ({ hosts, gap }, report: Report) => {
  const workers = named(hosts, 'worker').length;
  const most = Math.max(1, workers - 1);
  if (workers > 0 && gap.canary > most)
    report(
      ['gap', 'canary'],
      'CanaryTooHigh',
      `${gap.canary}, and ${workers} ${workers === 1 ? 'worker' : 'workers'}`,
      most === 1 ? '0 or 1' : `0 to ${most}: at least one has to wait until they are proved`,
    );
});

/** A farm in which every worker may fail would never go back. */
const somebodyIsProved = rule(['hosts', 'gap'], ({ hosts, gap }, report) => {
  const workers = named(hosts, 'worker').length;
  if (workers > 0 && gap.leaveBehind >= workers)
    report(
      ['gap', 'leaveBehind'],
      'LeaveBehindTooHigh',
      `${gap.leaveBehind}, and ${workers} ${workers === 1 ? 'worker' : 'workers'}`,
      workers === 1 ? '0: it has to be proved' : `0 to ${workers - 1}: at least one has to be proved`,
    );
});

/** Any name may lead to the master, except that of a host of the farm that is no master. */
const endpointIsMaster = rule(['hosts', 'endpoint'], ({ hosts, endpoint }, report) => {
  const name = parseFarmEndpoint(endpoint)?.host ?? '';
  const masters = named(hosts, 'master');
  if (Object.hasOwn(hosts, name) && masters.length > 0 && !masters.includes(name))
    report(
      ['endpoint'],
      'EndpointIsNoMaster',
      `${shown(name)}, which is no master`,
      `a name or address of ${masters.join(' or ')}`,
    );
});

const overridesFitRoles = rule(['hosts'], ({ hosts }, report) => {
  for (const [name, { roles, overrides = {} }] of Object.entries(hosts))
    for (const key of Object.keys(overrides)) {
      // sqlcmd and the trust in its server belong to the master, whose runner alone asks SSISDB
      const role = key.startsWith('worker') ? 'worker' : 'master';
      if (!roles.includes(role))
        report(
          ['hosts', name, 'overrides', key],
          'OverrideOfOtherRole',
          `a ${role} override, and ${name} is no ${role}`,
          `overrides of ${roles.join(' and ')}`,
          'key',
        );
    }
});

export const HOST_RULES: readonly Rule[] = [
  namesAreNoWords,
  keysAreTheirOwn,
  rolesAreThere,
  canaryLeavesSomebody,
  somebodyIsProved,
  endpointIsMaster,
  overridesFitRoles,
];

/** Worded as the refusal that a request meets. */
const oneMaster = rule(['hosts'], ({ hosts }, report) => {
  const masters = named(hosts, 'master');
  if (masters.length > 1)
    report(
      ['hosts'],
      'MoreThanOneMaster',
      `the farm has more than one master, ${masters.slice(0, -1).join(', ')} and ${masters.at(-1)}, which cannot be rotated yet`,
      '',
      'key',
    );
});

const portIsNamed = rule(['endpoint'], ({ endpoint }, report) => {
  if (!hasPort(endpoint)) report(['endpoint'], 'PortLeftOut', 'no port is given here, so it is 8391', '');
});

/**
 * How long a restart and its proof take is not known for any farm. A turn is counted as the time after which a worker
 * that makes no progress gives way to the next (docs/decisions/0018).
 */
const turnsFit = rule(['hosts', 'gap'], ({ hosts, gap: { limit, canary, concurrency } }, report) => {
  const workers = named(hosts, 'worker').length;
  // The canary goes in turns too, and everybody else after it.
  if (concurrency === 'all' || Math.max(canary, workers - canary) <= concurrency) return;
  const ofCanary = Math.ceil(canary / concurrency);
  const turns = ofCanary + Math.ceil((workers - canary) / concurrency);
  if (turns * TURN_MS <= (parseDuration(limit) ?? Number.POSITIVE_INFINITY)) return;
  const first = canary > 0 ? ` (the canary ${ofCanary} of them)` : '';
  report(
    ['gap', 'limit'],
    'TurnsMayNotCome',
    `with ${concurrency} at once ${workers} workers take ${turns} turns${first}, each of which may take ${TURN_MS / 1000} s: a worker whose turn does not come within ${limit} counts as missing`,
    '',
  );
});

const remindedAtOnce = rule(['certificate', 'reminders'], ({ certificate, reminders }, report) => {
  const lifetime = Math.floor((parseDuration(certificate.lifetime) ?? Number.NaN) / DAY_MS);
  reminders.days.forEach((days, index) => {
    if (days >= lifetime)
      report(
        ['reminders', 'days', index],
        'RemindedAtOnce',
        `a new certificate lives for ${lifetime} ${lifetime === 1 ? 'day' : 'days'}, so ${days} days left are reached at once`,
        '',
      );
  });
});

export const HOST_NOTES: readonly Rule[] = [portIsNamed, oneMaster, turnsFit, remindedAtOnce];

const named = (hosts: Hosts, role: 'master' | 'worker'): readonly string[] =>
  Object.entries(hosts).flatMap(([name, host]) => (host.roles.includes(role) ? [name] : []));
