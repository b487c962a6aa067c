import type { ServiceState } from '../domain/machine/host-facts.ts';
import type { Role } from '../domain/values.ts';
import type { CheckDefinition } from '../ports/step.ts';
import { MET, notMet, parseCheck } from './define-step.ts';

interface Params {
  readonly role: Role;
}

type RunsFacts = { readonly state: ServiceState; readonly pid: number };

/** Whether the service is in the state that the plan wants: running, or as it was when it did not run before. */
export const serviceRuns: CheckDefinition<Params, RunsFacts> = {
  kind: 'service-runs',
  reach: 'host',
  parse: (raw) => parseCheck('service-runs', raw),
  say: (params) => ({ id: 'check.service-runs', data: { role: params.role } }),
  async observe(host, { role }) {
    const { state, pid } = await host.service(role);
    return { state, pid };
  },
  judge: (now, wanted) =>
    now.state === wanted ? MET : notMet('ServiceNotRunning', now.state, wanted, now.state.endsWith('-pending')),
};
