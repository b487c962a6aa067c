import { packageName } from '../domain/ssisdb.ts';
import type { CheckDefinition } from '../ports/step.ts';
import { MET, notMet, parseCheck } from './define-step.ts';

interface Params {
  readonly limitMs: number;
}

type PackagesFacts = {
  readonly running: number;
  /** The first of them, each with its worker where the catalog tells. */
  readonly packages: readonly string[];
  /** Why they cannot be seen; null: they can. */
  readonly unseen: string | null;
};

const NAMED = 5;

/**
 * Whether no package runs any more, as SSISDB tells the master's machine. Disabling workers would be no way to get there:
 * it ends their tasks with error 27252. What cannot be seen is not "none": it is waited for too, up to the limit.
 */
export const packagesEnd: CheckDefinition<Params, PackagesFacts> = {
  kind: 'packages-end',
  reach: 'farm',
  // Each look is a login at the SQL Server.
  everyMs: 5000,
  parse: (raw) => ({ limitMs: parseCheck('packages-end', raw).limitMs }),
  say: ({ limitMs }) => ({ id: 'check.packages-end', data: { ms: limitMs } }),
  async observe(host) {
    const { seen, unseen } = (await host.ssisdb()).running;
    if (seen === null) return { running: 0, packages: [], unseen: unseen.code };
    const packages = seen.slice(0, NAMED).map(packageName);
    return { running: seen.length, packages, unseen: null };
  },
  judge({ running, packages, unseen }) {
    if (unseen !== null) return notMet('PackagesUnseen', unseen, 'none', true);
    return running === 0 ? MET : notMet('PackagesRun', { count: running, packages }, 'none', true);
  },
};
