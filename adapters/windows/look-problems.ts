import { CertopsError } from '../../src/domain/errors.ts';
import type { Problem, ServiceFacts } from '../../src/domain/machine/host-facts.ts';
import type { Role, Thumbprint } from '../../src/domain/values.ts';
import type { WindowsContext } from './context.ts';
import { lockedPublished } from './publish.ts';
import { queryDependents } from './services/query.ts';
import { lockedSettings } from './settings/file.ts';

/** Problems of a service that stand in the way of a rotation. */
export async function serviceProblems(
  context: WindowsContext,
  role: Role,
  service: ServiceFacts,
): Promise<readonly Problem[]> {
  const { name, start, dependents } = service;
  const about = { role, service: name };
  const problems: Problem[] = [];
  const locked = await lockedSettings(context, service.folder, role);
  if (locked !== null) problems.push({ code: 'settings-not-writable', data: { role, ...locked } });
  if (start === 'disabled') problems.push({ code: 'service-disabled', data: about });
  const held = dependents.length === 0 ? [] : await queryDependents(context, name);
  // the service cannot be stopped while a dependent one runs (1051)
  const running = held.filter((one) => one.state !== 'stopped').map((one) => one.name);
  if (running.length > 0) problems.push({ code: 'service-has-dependents', data: { ...about, dependents: running } });
  return problems;
}

/** A .cer file that is there is refreshed before the outage: that it cannot be would put the rotation back. */
export async function publishedProblems(
  context: WindowsContext,
  role: Role,
  { folder }: Pick<ServiceFacts, 'folder'>,
  published: Thumbprint | null,
): Promise<readonly Problem[]> {
  const locked = published === null ? null : await lockedPublished(context, folder, role);
  return locked === null ? [] : [{ code: 'cer-not-writable', data: { role, ...locked } }];
}

/** For facts that only warn: when one cannot be read, the look goes on with `instead` and reports a problem. */
export async function orProblem<T>(
  problems: Problem[],
  reading: Promise<T>,
  instead: T,
  about: { readonly what: string; readonly role?: Role },
): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof CertopsError)) throw error;
    problems.push({ code: 'not-readable', data: { ...about, error: error.code } });
    return instead;
  }
}
