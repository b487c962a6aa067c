import type { HostLook } from '../../domain/host-facts.ts';
import type { PastUse } from '../../domain/scale-out-past.ts';
import type { Thumbprint } from '../../domain/values.ts';
import type { HostReader } from '../../ports/windows-host.ts';
import { failureOf } from './failure.ts';

/**
 * What a look tells of certificates that its order names, and which ones this runner would take though no runner made
 * them: asked before anybody approves, not at the last gate only. What is allowed is told whatever is asked: it is not removed
 * either. What cannot be read is null.
 */
export async function lookAtNamed(
  host: HostReader,
  asked: readonly Thumbprint[],
  allowed: readonly Thumbprint[],
  uses: readonly PastUse[],
): Promise<Pick<HostLook, 'named' | 'used' | 'allowed'>> {
  if (asked.length === 0) return allowed.length === 0 ? {} : { allowed };
  const used = asked.filter((one) => uses.some(({ thumbprint }) => thumbprint === one));
  try {
    return { named: await host.named(asked), used, allowed };
  } catch (error) {
    failureOf(error);
    return { named: null, used, allowed };
  }
}
