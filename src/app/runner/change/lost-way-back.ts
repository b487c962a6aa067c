import { boundStore } from '../../../domain/machine/bound-store.ts';
import type { SslBinding } from '../../../domain/machine/host-facts.ts';
import { isMakingBinding } from '../../../domain/plan/own-binding.ts';
import type { PlannedStep } from '../../../domain/plan/plan.ts';
import { parseThumbprint, type StoreName } from '../../../domain/values.ts';
import type { BindingFacts } from '../../../steps/bind-port.ts';
import type { SettingFacts } from '../../../steps/write-setting.ts';
import { type Failure, throwIfStopping } from '../failure.ts';
import { type Job, parseStepOf, pastOfStep } from './job.ts';
import { readBack } from './read-back.ts';

type Lost = Failure & { readonly step: string };

/**
 * Why a machine cannot be bound again to what it was: that certificate, or its key, is gone. Then nothing of it goes
 * back, because settings that name what cannot be bound would leave a master that serves half of each. null if nothing
 * is in the way, or nobody can tell.
 */
export async function lostWayBack(job: Job, steps: readonly PlannedStep[]): Promise<Lost | null> {
  const named = await lostName(job, steps);
  if (named !== null) return named;
  for (const planned of steps) {
    const lost = planned.kind === 'bind-port' ? await lostBinding(job, planned) : null;
    if (lost !== null) return lost;
  }
  return null;
}

/** A binding that is not as it was, and cannot be. */
async function lostBinding(job: Job, planned: PlannedStep): Promise<Lost | null> {
  const past = pastOfStep(job, planned.id);
  if (past === undefined) return null;
  try {
    const { step, params } = parseStepOf(planned, job.refs);
    const now = (await readBack(job, () => step.observe(job.host, params, null))) as BindingFacts;
    const wanted = Object.values(past.first as BindingFacts);
    for (const binding of wanted.filter(({ key, thumbprint }) => now[key]?.thumbprint !== thumbprint)) {
      const missing = await missingOf(job, binding);
      const { thumbprint, store } = binding;
      if (missing !== null)
        return { step: planned.id, code: 'OldCertificateGone', data: { thumbprint, store, missing } };
    }
  } catch (error) {
    throwIfStopping(error);
  }
  return null;
}

/**
 * The same where nothing was bound: once the settings name another certificate, they are not set back to one that is in
 * no store, because the service would not start with it.
 */
async function lostName(job: Job, steps: readonly PlannedStep[]): Promise<Lost | null> {
  const planned = steps.find((step) => step.kind === 'write-setting');
  const past = planned === undefined ? undefined : pastOfStep(job, planned.id);
  if (planned === undefined || past === undefined || !steps.some(isMakingBinding)) return null;
  try {
    const { step, params } = parseStepOf(planned, job.refs);
    const { value: before } = past.first as SettingFacts;
    const now = (await readBack(job, () => step.observe(job.host, params, null))) as SettingFacts;
    const thumbprint = parseThumbprint(before);
    if (thumbprint === null || parseThumbprint(now.value) === thumbprint) return null;
    const found = await Promise.all(IN.map((store) => readBack(job, () => job.host.certificate(store, thumbprint))));
    if (found.some((one) => one !== null && one.privateKey !== 'no')) return null;
    const missing = found.every((one) => one === null) ? 'certificate' : 'key';
    return { step: planned.id, code: 'OldCertificateGone', data: { thumbprint, store: 'Root', missing } };
  } catch (error) {
    throwIfStopping(error);
    return null;
  }
}

/** Where a master's certificate may be. */
const IN: readonly StoreName[] = ['Root', 'My'];

async function missingOf(job: Job, binding: SslBinding): Promise<'certificate' | 'key' | null> {
  const known = boundStore(binding);
  if (known === undefined) return null;
  const found = await readBack(job, () => job.host.certificate(known, binding.thumbprint));
  if (found === null) return 'certificate';
  return found.privateKey === 'no' ? 'key' : null;
}
