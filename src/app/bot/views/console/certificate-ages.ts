import { NEW } from '../../../../domain/plan/plan.ts';
import type { FarmState } from '../../../../domain/rotation/farm-state.ts';
import { newMaster, type RotationState } from '../../../../domain/rotation/rotation.ts';
import { DAY_MS, instantOf } from '../../../../domain/time.ts';
import type { Instant, Thumbprint } from '../../../../domain/values.ts';
import type { ConsoleHost, ConsoleView } from '../../../../domain/views/view.ts';

export interface Ages {
  readonly old: Thumbprint | null;
  readonly made: Thumbprint | null;
}

/** null where the rotation has none, or where there is no rotation. What was put back is no old one. */
export const agesOf = (rotation: RotationState | null): Ages => ({
  old: WENT_BACK.includes(rotation?.closed?.outcome ?? '') ? null : (rotation?.plan?.header.old?.thumbprint ?? null),
  made: rotation === null ? null : newMaster(rotation),
});

const WENT_BACK: readonly string[] = ['put-back', 'stopped'];

/** `only`: neither of the two, or nothing has replaced it. */
export function ageOf(thumbprint: Thumbprint, ages: Ages): 'old' | 'new' | 'only' {
  if (thumbprint === ages.made) return 'new';
  return thumbprint === ages.old && ages.made !== null ? 'old' : 'only';
}

/** The legend below the picture: the certificates of the newest rotation, and whatever else is in use. */
export function certificatesOf(
  state: FarmState,
  rotation: RotationState | null,
  hosts: readonly ConsoleHost[],
): ConsoleView['certificates'] {
  const ages = agesOf(rotation);
  const ends = new Map<string, Instant>();
  for (const look of Object.values(state.latest))
    if (look.master?.certificate != null)
      ends.set(look.master.certificate.thumbprint, look.master.certificate.notAfter);
  const { header } = rotation?.plan ?? {};
  if (header?.old?.notAfter != null) ends.set(header.old.thumbprint, header.old.notAfter);
  const madeAt = Date.parse(rotation?.plannedAt ?? '');
  const profile = header?.profiles[NEW];
  if (ages.made !== null && !ends.has(ages.made) && profile !== undefined)
    ends.set(ages.made, instantOf(madeAt + profile.lifetimeDays * DAY_MS));
  const shown = [...new Set(hosts.flatMap((host) => host.certificate?.thumbprint ?? []))];
  // A new certificate that was removed again needs no explanation.
  const made = ages.made !== null && (rotation?.closed == null || shown.includes(ages.made)) ? [ages.made] : [];
  const old = made.length > 0 && ages.old !== null ? [ages.old] : [];
  const all = [...new Set([...made, ...old, ...shown])];
  return all.flatMap((thumbprint) => {
    const notAfter = ends.get(thumbprint);
    return notAfter === undefined ? [] : [{ thumbprint, age: ageOf(thumbprint, ages), notAfter }];
  });
}
