import { packageName, sameMachine } from '../domain/machine/ssisdb.ts';
import type { HostName } from '../domain/values.ts';
import type { CheckDefinition } from '../ports/step.ts';
import { MET, notMet, parseCheck } from './define-step.ts';

interface Params {
  readonly limitMs: number;
  /** Waits only for packages on these workers, and for those whose worker the catalog does not tell; empty: for all. */
  readonly workers: readonly HostName[];
}

type PackagesFacts = {
  readonly running: number;
  /** The first of them, each with its worker if the catalog tells it. */
  readonly packages: readonly string[];
  /** Why they cannot be seen; null: they can. */
  readonly unseen: string | null;
};

const NAMED = 5;
const EVERY_MS = 5000;

/**
 * Met when no package is running any more, according to SSISDB as seen from the master's machine. Disabling workers is
 * no way to get there: it ends their tasks with error 27252. "Cannot see" is not "none", and nothing that a wait
 * brings: if the next look sees nothing either, people are asked.
 */
export const packagesEnd: CheckDefinition<Params, PackagesFacts> = {
  kind: 'packages-end',
  reach: 'farm',
  // Each look is a login at the SQL Server.
  everyMs: EVERY_MS,
  settleMs: ({ unseen }) => (unseen === null ? 0 : EVERY_MS),
  parse: (raw) => parseCheck('packages-end', raw),
  say: ({ limitMs, workers }) => ({ id: 'check.packages-end', data: { ms: limitMs, each: workers.length > 0 } }),
  async observe(host, { workers }) {
    const { seen, unseen } = (await host.ssisdb()).running;
    if (seen === null) return { running: 0, packages: [], unseen: unseen.code };
    const ours = seen.filter(
      ({ worker }) => worker === null || workers.length === 0 || workers.some((one) => sameMachine(worker, one)),
    );
    const packages = ours.slice(0, NAMED).map(packageName);
    return { running: ours.length, packages, unseen: null };
  },
  judge({ running, packages, unseen }) {
    if (unseen !== null) return notMet('PackagesUnseen', unseen, 'none');
    return running === 0 ? MET : notMet('PackagesRun', { count: running, packages }, 'none', true);
  },
};
