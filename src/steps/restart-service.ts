import type { ServiceState } from '../domain/machine/host-facts.ts';
import type { Role } from '../domain/values.ts';
import type { StepDefinition } from '../ports/step.ts';
import { MET, notMet, parseStep } from './define-step.ts';

interface Params {
  readonly role: Role;
}

type RestartFacts = { readonly state: ServiceState; readonly pid: number };

/**
 * Restarts a Scale Out service so that it reads what the steps before it wrote. Only a new process id proves that it
 * has. A service that was not running (passive node, maintenance) is left as it is.
 */
export const restartService: StepDefinition<Params, RestartFacts> = {
  kind: 'restart-service',
  decisive: ['state'],
  rereads: true,
  parse: (raw) => ({ role: parseStep('restart-service', raw).role }),
  say: (params, expected) => ({
    id: expected.state === 'running' ? 'step.restart-service' : 'step.leave-service',
    data: { role: params.role, state: expected.state },
  }),
  async observe(host, { role }) {
    const { state, pid } = await host.service(role);
    return { state, pid };
  },
  goal: (before) => before,
  judge(now, wanted, begun) {
    if (wanted.state !== 'running') return MET;
    if (now.state === 'start-pending' || now.state === 'stop-pending' || now.state === 'continue-pending') {
      return notMet('ServicePending', now, wanted, true);
    }
    if (now.state !== 'running') return notMet('ServiceNotRunning', now, wanted);
    return begun !== null && begun.pid === now.pid ? notMet('ServiceNotRestarted', now, wanted) : MET;
  },
  // It ran, and a moment later it did not, or had another process id: a crash loop looks healthy half of the time.
  stands: ({ data }) => data.ran !== undefined,
  move: (_now, wanted, { role }) => (wanted.state === 'running' ? [{ type: 'service.restart', role }] : []),
};
