import type { RunnerState } from '../../domain/fold/runner-fold.ts';
import { isMarkOf, type PastUse, thumbprintsNamedBy } from '../../domain/fold/scale-out-past.ts';
import type { HostLook, Leftover, StoredCertificate } from '../../domain/machine/host-facts.ts';
import type { WindowsHost } from '../../ports/windows-host.ts';
import { failureOf } from './failure.ts';

/**
 * A look with what Scale Out has left behind on this machine: certificates that the runner's own journal shows in its
 * use, or that lie here under the farm's mark, and that no service here names now. What cannot be read is null.
 */
export async function lookWithLeftovers(
  host: WindowsHost,
  farm: string,
  known: () => Pick<RunnerState, 'uses' | 'unused'>,
): Promise<HostLook> {
  const [look, stored] = await Promise.all([host.look(), host.stored().catch(unread)]);
  const leftovers = stored === null ? null : await leftoversOf(host, { look, stored, farm, ...known() }).catch(unread);
  return { ...look, leftovers };
}

interface Known {
  readonly look: HostLook;
  readonly stored: readonly StoredCertificate[];
  readonly farm: string;
  readonly uses: readonly PastUse[];
  readonly unused: readonly PastUse[];
}

async function leftoversOf(
  host: WindowsHost,
  { look, stored, farm, uses, unused }: Known,
): Promise<readonly Leftover[]> {
  const named = thumbprintsNamedBy(look);
  const lastUsed = new Map(uses.map(({ thumbprint, at }) => [thumbprint, at]));
  const left = new Map(
    stored
      .filter(({ thumbprint, friendlyName }) => lastUsed.has(thumbprint) || isMarkOf(farm, friendlyName))
      .filter(({ thumbprint }) => !named.includes(thumbprint))
      .map((one) => [one.thumbprint, one]),
  );
  const traces = await host.traces([...left.keys()]);
  return traces.flatMap((trace): readonly Leftover[] => {
    const one = left.get(trace.thumbprint);
    // Somebody took it away between the two readings.
    if (one === undefined || trace.stores.length === 0) return [];
    const { subject, notAfter, friendlyName } = one;
    const mark = isMarkOf(farm, friendlyName) ? friendlyName : null;
    const used = lastUsed.get(trace.thumbprint) ?? null;
    const unusedSince = unused.find(({ thumbprint }) => thumbprint === trace.thumbprint)?.at ?? look.at;
    return [{ ...trace, subject, notAfter, mark, lastUsed: used, ...(used === null ? { unusedSince } : {}) }];
  });
}

/** Nothing that a rotation rests on: the look goes on without. */
function unread(error: unknown): null {
  failureOf(error);
  return null;
}
