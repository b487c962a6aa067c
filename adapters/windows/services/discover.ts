import { CertopsError } from '../../../src/domain/errors.ts';
import type { Role } from '../../../src/domain/values.ts';
import type { WindowsContext } from '../context.ts';
import { readChildren } from '../registry.ts';
import { remembered } from '../remembered.ts';

export const SERVICES = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';

/** No name of a Scale Out service comes behind it; every Windows has some service that does, as W32Time. */
const LAST_SERVICE = 'SSISScaleOutWorker999';

/**
 * Name of the role's service: the override, else the installed one. Throws `ServiceMissing`, and `ServiceAmbiguous`
 * when several versions are installed and none was named.
 */
export async function findService(context: WindowsContext, role: Role): Promise<string> {
  const names = (await findServices(context, [role]))[role];
  if (names.length > 1) throw new CertopsError('ServiceAmbiguous', { role, found: names });
  if (names[0] === undefined) throw new CertopsError('ServiceMissing', { role });
  return names[0];
}

/** Names of the Scale Out services of each role, as overridden or as installed: a machine may have both roles. */
export async function findServices(
  context: WindowsContext,
  roles: readonly Role[] = ['master', 'worker'],
): Promise<{ readonly [role in Role]: readonly string[] }> {
  const { masterService, workerService } = context.overrides;
  const overridden = { master: checked(masterService), worker: checked(workerService) };
  const installed = roles.every((role) => overridden[role].length > 0)
    ? []
    : await remembered(context, 'installed services', () => installedServices(context));
  const of = (role: Role, word: string) =>
    overridden[role].length > 0 ? overridden[role] : installed.filter((name) => name.toLowerCase().includes(word));
  return { master: of('master', 'scaleoutmaster'), worker: of('worker', 'scaleoutworker') };
}

/** Every Scale Out service of this machine, of any version, and those that the configuration names. */
export async function installedScaleOut(
  context: WindowsContext,
): Promise<readonly { readonly role: Role; readonly name: string }[]> {
  const installed = await remembered(context, 'installed services', () => installedServices(context));
  const own = await findServices(context);
  const of = (role: Role): readonly string[] => [
    ...new Set([...own[role], ...installed.filter((name) => name.toLowerCase().includes(`scaleout${role}`))]),
  ];
  return (['master', 'worker'] as const).flatMap((role) => of(role).map((name) => ({ role, name })));
}

async function installedServices(context: WindowsContext): Promise<readonly string[]> {
  const names = await readChildren(context, SERVICES, LAST_SERVICE);
  // every Windows has services: an empty list is not the real one
  if (names === null || names.length === 0) throw new CertopsError('RegistryNotReadable', { key: SERVICES });
  return names.filter((name) => /^SSISScaleOut(?:Master|Worker)\d{3}$/iu.test(name)).sort();
}

/** Whatever a configuration says, this product restarts only Scale Out's services. */
function checked(name: string | undefined): readonly string[] {
  if (name === undefined || name === '') return [];
  if (!/^SSISScaleOut\w{1,60}$/iu.test(name)) throw new CertopsError('ServiceNotScaleOut', { service: name });
  return [name];
}
