import type { PlannedCheck, PlannedStep } from '../domain/plan/plan.ts';
import type { CheckKind, StepKind } from '../domain/plan/step-params.ts';
import type { Facts } from '../domain/values.ts';
import type { CheckDefinition, StepDefinition } from '../ports/step.ts';
import { bindPort } from './bind-port.ts';
import { createCertificate } from './create-certificate.ts';
import { distrustCertificate } from './distrust-certificate.ts';
import { grantKey } from './grant-key.ts';
import { packagesEnd } from './packages-end.ts';
import { presents } from './presents.ts';
import { publishCer } from './publish-cer.ts';
import { endRehearsal, rehearseBinding } from './rehearse-binding.ts';
import { removeCertificate, removeKey } from './remove-certificate.ts';
import { restartService } from './restart-service.ts';
import { serviceRuns } from './service-runs.ts';
import { trustCertificate } from './trust-certificate.ts';
import { workerConnected } from './worker-connected.ts';
import { writeSetting } from './write-setting.ts';

/** Steps with their parameter and fact types erased: what the engine works with. */
export type Step = StepDefinition<unknown, Facts>;
type Check = CheckDefinition<unknown, Facts>;

/** Every kind of step there is. A kind that is not here cannot be planned, sent or run. */
export const STEPS: { readonly [kind in StepKind]: Step } = {
  'create-certificate': createCertificate as Step,
  'grant-key': grantKey as Step,
  'trust-certificate': trustCertificate as Step,
  'distrust-certificate': distrustCertificate as Step,
  'rehearse-binding': rehearseBinding as Step,
  'end-rehearsal': endRehearsal as Step,
  'publish-cer': publishCer as Step,
  'bind-port': bindPort as Step,
  'write-setting': writeSetting as Step,
  'restart-service': restartService as Step,
  'remove-key': removeKey as Step,
  'remove-certificate': removeCertificate as Step,
};

export const CHECKS: { readonly [kind in CheckKind]: Check } = {
  presents: presents as Check,
  'worker-connected': workerConnected as Check,
  'service-runs': serviceRuns as Check,
  'packages-end': packagesEnd as Check,
};

/** The definition of a planned step, whose kind was checked when the order or the plan came in. */
export const stepOf = ({ kind }: Pick<PlannedStep, 'kind'>): Step => STEPS[kind as StepKind];

/** The same for a planned check. */
export const checkOf = ({ kind }: Pick<PlannedCheck, 'kind'>): Check => CHECKS[kind as CheckKind];
