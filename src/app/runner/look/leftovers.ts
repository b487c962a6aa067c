import type { RunnerState } from '../../../domain/fold/runner-fold.ts';
import { isMarkOf, type PastUse, thumbprintsNamedBy } from '../../../domain/fold/scale-out-past.ts';
import type { OwnConfig } from '../../../domain/gate/gate.ts';
import { bearOnly, othersPinned } from '../../../domain/gate/last-gate-contain.ts';
import type { HostLook, Leftover, StoredCertificate } from '../../../domain/machine/host-facts.ts';
import type { HostName } from '../../../domain/values.ts';
import type { WindowsHost } from '../../../ports/windows-host.ts';
import { throwIfStopping } from '../failure.ts';

type Config = Pick<OwnConfig, 'farm' | 'host' | 'hostKeys'>;

/**
 * A look with what Scale Out has left behind on this machine: certificates that no service here names now, and that the
 * runner's own journal shows in its use or that bear the farm's mark; on a master also certificates that it trusts with
 * the name of another machine of the farm, which set-up may have put there. What cannot be read is null.
 */
export async function lookWithLeftovers(
  host: WindowsHost,
  config: Config,
  known: () => Pick<RunnerState, 'uses' | 'unused'>,
): Promise<HostLook> {
  const [look, stored] = await Promise.all([host.look(), host.stored().catch(unread)]);
  const leftovers =
    stored === null ? null : await leftoversOf(host, { look, stored, config, ...known() }).catch(unread);
  return { ...look, leftovers };
}

interface Known {
  readonly look: HostLook;
  readonly stored: readonly StoredCertificate[];
  readonly config: Config;
  readonly uses: readonly PastUse[];
  readonly unused: readonly PastUse[];
}

async function leftoversOf(
  host: WindowsHost,
  { look, stored, config, uses, unused }: Known,
): Promise<readonly Leftover[]> {
  const { farm } = config;
  const named = thumbprintsNamedBy(look);
  const others = look.master === null ? [] : othersPinned(config);
  const lastUsed = new Map(uses.map(({ thumbprint, at }) => [thumbprint, at]));
  // Of a certificate in two stores, only the copy that came with the key may bear it.
  const marks = new Map(
    stored.flatMap(({ thumbprint, friendlyName }) =>
      isMarkOf(farm, friendlyName) ? [[thumbprint, friendlyName]] : [],
    ),
  );
  const left = new Map(
    stored
      .filter(
        (one) =>
          lastUsed.has(one.thumbprint) || marks.has(one.thumbprint) || others.some((worker) => isTrustIn(worker, one)),
      )
      .filter(({ thumbprint }) => !named.includes(thumbprint))
      .map((one) => [one.thumbprint, one]),
  );
  const traces = await host.traces([...left.keys()]);
  return traces.flatMap((trace): readonly Leftover[] => {
    const one = left.get(trace.thumbprint);
    // Somebody removed it between the two readings.
    if (one === undefined || trace.stores.length === 0) return [];
    const { subject, notAfter } = one;
    const mark = marks.get(trace.thumbprint) ?? null;
    const used = lastUsed.get(trace.thumbprint) ?? null;
    // Only trust in a worker: a certificate that has its key here, or is in My too, is this machine's own.
    const isTrust = trace.keys.length === 0 && trace.stores.every((store) => store === 'Root');
    if (mark === null && used === null && !isTrust) return [];
    const unusedSince = unused.find(({ thumbprint }) => thumbprint === trace.thumbprint)?.at ?? look.at;
    return [{ ...trace, subject, notAfter, mark, lastUsed: used, ...(used === null ? { unusedSince } : {}) }];
  });
}

const isTrustIn = (worker: HostName, { store, selfSigned, names }: StoredCertificate): boolean =>
  store === 'Root' && selfSigned && bearOnly(names, worker);

/** No rotation rests on this, so the look goes on without it. */
function unread(error: unknown): null {
  throwIfStopping(error);
  return null;
}
