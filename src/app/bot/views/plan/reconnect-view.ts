import { namedIn } from '../../../../domain/inventory/named.ts';
import { readCertificate } from '../../../../domain/machine/certificate.ts';
import { AUTHORITY, PRESENT } from '../../../../domain/plan/plan.ts';
import { masterOf } from '../../../../domain/plan/plan-phases.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import { parseThumbprint } from '../../../../domain/values.ts';
import type { ReconnectView } from '../../../../domain/views/reconnect-view.ts';
import { workersOf } from '../evidence/gaps.ts';
import { presentEnd } from '../evidence/reconnected.ts';
import { type AskingParts, askingView, type FarmNow } from './asking-view.ts';

/** The card that asks whether workers may be brought in line with their master; null for a plan of another kind. */
export function reconnectView(here: FarmNow, rotation: RotationState, parts: AskingParts): ReconnectView | null {
  const { plan } = rotation;
  const present = plan?.header.existing?.[PRESENT];
  if (plan === null || plan.header.kind !== 'reconnect' || present === undefined) return null;
  const { thumbprint } = present;
  return {
    kind: 'reconnect',
    ...askingView(here, rotation, plan, parts),
    master: masterOf(plan) ?? present.host,
    present: {
      thumbprint,
      notAfter: presentEnd(rotation),
      madeBy: plan.header.wish.of,
      authority: authorityOf(rotation),
    },
    workers: workersOf(rotation).flatMap((host) => {
      const worker = rotation.looks[host]?.worker ?? null;
      if (worker === null) return [];
      const { masterThumbprint, trustsPinned, service } = worker;
      const pinned = parseThumbprint(masterThumbprint) ?? masterThumbprint;
      return [{ host, pinned, trusted: trustsPinned, restarts: service.state === 'running' }];
    }),
  };
}

/** By the look at the master for the plan. */
function authorityOf({ plan, looks }: RotationState): ReconnectView['present']['authority'] {
  const { [PRESENT]: present, [AUTHORITY]: root } = plan?.header.existing ?? {};
  if (present === undefined || root === undefined) return null;
  const issuers = namedIn(looks[root.host], present.thumbprint)?.issuers ?? [];
  return { thumbprint: root.thumbprint, names: issuers.map(({ der }) => readCertificate(der)?.cn ?? '') };
}
