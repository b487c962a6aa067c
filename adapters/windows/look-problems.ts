import { CertopsError } from '../../src/domain/errors.ts';
import type { HostLook, ServiceFacts } from '../../src/domain/host-facts.ts';
import type { Role } from '../../src/domain/values.ts';
import type { WindowsContext } from './context.ts';
import { queryDependents } from './services/query.ts';
import { lockedSettings } from './settings/file.ts';

export type Problem = HostLook['problems'][number];

/** What of a service stands in the way, or deserves a warning before anybody approves. */
export async function serviceProblems(
  context: WindowsContext,
  role: Role,
  service: ServiceFacts,
): Promise<readonly Problem[]> {
  const { name, account, state, start, dependents } = service;
  const about = { role, service: name };
  const problems: Problem[] = [];
  const locked = await lockedSettings(context, service.folder, role);
  if (locked !== null) problems.push({ code: 'settings-not-writable', data: { role, ...locked } });
  if (start === 'disabled') problems.push({ code: 'service-disabled', data: about });
  if (state !== 'running') problems.push({ code: 'service-not-running', data: { ...about, state } });
  if (needsPassword(service)) problems.push({ code: 'password-account', data: { ...about, account } });
  const held = dependents.length === 0 ? [] : await queryDependents(context, name);
  // it cannot be stopped while one of them runs (1051)
  const running = held.filter((one) => one.state !== 'stopped').map((one) => one.name);
  if (running.length > 0) problems.push({ code: 'service-has-dependents', data: { ...about, dependents: running } });
  return problems;
}

/**
 * If its password changed since the service started, it will not come back (1069), and undo cannot help. Windows' own
 * accounts are known by their SIDs, since their names are in its language; a managed one's name ends in a dollar sign.
 */
const needsPassword = ({ account, accountSid }: ServiceFacts): boolean =>
  !/^S-1-5-(?:18|19|20|80-.*)$/u.test(accountSid) && !/\$(?:@|$)/u.test(account);

/** Something that only warns: when it cannot be read the look goes on, says so, and takes `instead`. */
export async function orProblem<T>(problems: Problem[], reading: Promise<T>, instead: T, what: string): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof CertopsError)) throw error;
    problems.push({ code: 'not-readable', data: { what, error: error.code } });
    return instead;
  }
}
