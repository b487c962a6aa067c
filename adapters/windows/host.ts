import type { ServiceFacts } from '../../src/domain/machine/host-facts.ts';
import type { Role } from '../../src/domain/values.ts';
import type { HostChange, WindowsHost } from '../../src/ports/windows-host.ts';
import { bindingsNow } from './bindings/read.ts';
import { setBinding } from './bindings/set.ts';
import { certificateReaders, performCertificateChange } from './certificate-half.ts';
import { endHalfImport } from './certificates/half-import.ts';
import type { WindowsContext } from './context.ts';
import { writeEvent } from './event.ts';
import { logProfile } from './log-file.ts';
import { preflight } from './preflight.ts';
import { forget } from './remembered.ts';
import { forgetSeen } from './seen.ts';
import { clusterResources } from './services/cluster.ts';
import { readService, readServiceFolder } from './services/facts.ts';
import { restartService } from './services/restart.ts';
import { tryRoomForCopy } from './settings/file.ts';
import { sweep } from './sweep.ts';

/** The `WindowsHost` port over one context: reads only look, and every change is one of the closed list. */
export function hostOver(context: WindowsContext, toolsRecord: string): WindowsHost {
  return {
    name: context.name,
    ...certificateReaders(context),
    sslBindings: (port) => bindingsNow(context, port),
    service: (role) => serviceOf(context, role),
    perform: (change, signal) => perform(context, change, signal),
    tryRoomForCopy: async (role) => tryRoomForCopy(context, await readServiceFolder(context, role), role),
    forget() {
      forget(context);
      forgetSeen(context);
    },
    preflight: () => preflight(context),
    sweep: () => sweep(context, toolsRecord),
    endHalfImport: () => endHalfImport(context),
    event: (id, sentence) => writeEvent(context, id, sentence),
  };
}

/**
 * A look at a service is often followed by its restart, which asks about the cluster first, and then by a look into the
 * worker's log: both questions are asked alongside, without waiting for them, so that the answers are there by then.
 */
async function serviceOf(context: WindowsContext, role: Role): Promise<ServiceFacts> {
  void clusterResources(context).catch(() => null);
  const facts = await readService(context, role);
  // An account whose service has never run has no profile yet, and that would be remembered.
  if (role === 'worker' && facts.pid !== 0) void logProfile(context, facts.accountSid).catch(() => null);
  return facts;
}

async function perform(context: WindowsContext, change: HostChange, signal: AbortSignal): Promise<void> {
  switch (change.type) {
    case 'sslcert.set':
      return setBinding(context, change, signal);
    case 'service.restart':
      return restartService(context, change.role, signal);
    default:
      return performCertificateChange(context, change, signal);
  }
}
