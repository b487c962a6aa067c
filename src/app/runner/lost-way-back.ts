import type { SslBinding } from '../../domain/machine/host-facts.ts';
import type { PlannedStep } from '../../domain/plan/plan.ts';
import type { StoreName } from '../../domain/values.ts';
import type { BindingFacts } from '../../steps/bind-port.ts';
import { type Failure, failureOf } from './failure.ts';
import { type Job, parseStepOf, pastOfStep } from './job.ts';

/** A store that is not read tells nothing. */
const STORES: { readonly [name: string]: StoreName } = { root: 'Root', my: 'My', '': 'My' };

/**
 * Why a machine cannot be bound again to what it was: that certificate, or its key, is gone. Then nothing of it goes
 * back: settings that name what cannot be bound would leave a master that serves half of each. null: nothing is in the
 * way, or nobody can tell.
 */
export async function lostWayBack(
  job: Job,
  steps: readonly PlannedStep[],
): Promise<(Failure & { readonly step: string }) | null> {
  for (const planned of steps) {
    const past = planned.kind === 'bind-port' ? pastOfStep(job, planned.id) : undefined;
    if (past === undefined) continue;
    try {
      const { step, params } = parseStepOf(planned, job.refs);
      const now = (await step.observe(job.host, params, null)) as BindingFacts;
      const wanted = Object.values(past.first as BindingFacts);
      for (const binding of wanted.filter(({ key, thumbprint }) => now[key]?.thumbprint !== thumbprint)) {
        const missing = await missingOf(job, binding);
        const { thumbprint, store } = binding;
        if (missing !== null)
          return { step: planned.id, code: 'OldCertificateGone', data: { thumbprint, store, missing } };
      }
    } catch (error) {
      failureOf(error);
    }
  }
  return null;
}

async function missingOf({ host }: Job, { thumbprint, store }: SslBinding): Promise<'certificate' | 'key' | null> {
  const read = STORES[store.toLowerCase()];
  if (read === undefined) return null;
  const found = await host.certificate(read, thumbprint);
  if (found === null) return 'certificate';
  return found.privateKey === 'no' ? 'key' : null;
}
