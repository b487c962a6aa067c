import { readCertificate } from '../../../domain/machine/certificate.ts';
import type { HostLook } from '../../../domain/machine/host-facts.ts';
import type { Thumbprint } from '../../../domain/values.ts';
import type { HostReader } from '../../../ports/windows-host.ts';
import { throwIfStopping } from '../failure.ts';

/**
 * What a look tells about certificates that its order names, and which ones this runner would accept although no runner
 * made them, so that this is known before anybody approves and not only at the last gate. What is allowed is told
 * whatever is asked, because it is not removed either. What cannot be read is null.
 */
export async function lookAtNamed(
  host: HostReader,
  asked: readonly Thumbprint[],
  allowed: readonly Thumbprint[],
  before: readonly Thumbprint[],
): Promise<Pick<HostLook, 'named' | 'used' | 'keeps' | 'allowed'>> {
  if (asked.length === 0) return allowed.length === 0 ? {} : { allowed };
  const used = asked.filter((one) => before.includes(one));
  try {
    const named = await host.named(asked);
    // The last gate takes no CA back: it was trusted only while it was allowed.
    const isCa = (one: Thumbprint): boolean =>
      readCertificate(named.find(({ thumbprint }) => thumbprint === one)?.der ?? '')?.ca === true;
    return { named, used: used.filter((one) => !isCa(one)), keeps: true, allowed };
  } catch (error) {
    throwIfStopping(error);
    return { named: null, used, allowed };
  }
}
