import { CertopsError } from '../../../domain/errors.ts';
import type { PlannedStep } from '../../../domain/plan/plan.ts';
import type { Facts } from '../../../domain/values.ts';
import { inTime } from '../../in-time.ts';
import { type Job, parseStepOf, pastOfStep } from '../change/job.ts';
import type { Failed } from '../change/run-apply.ts';
import { failureOf, ofService } from '../failure.ts';

/** Between two looks at a service that has another process id than the one that was proved. Milliseconds. */
const STEADY_MS = 2000;

/**
 * A service that this order restarted and that does not keep running: workers connect in the moments in which it lives,
 * so a master whose service dies again and again may be confirmed. One that died once and has kept its new process
 * since counts as running. null also if it cannot be seen: then the look at the end tells.
 */
export async function fallenService(job: Job): Promise<Failed | null> {
  for (const { planned, proved, look } of restarted(job)) {
    try {
      const now = await look();
      if (runsAs(now, proved)) continue;
      await job.deps.clock.sleep(STEADY_MS);
      job.checkpoint();
      const later = await look();
      // An undo has restarted it meanwhile, and was asked for.
      if (pastOfStep(job, planned.id)?.done !== proved) return { step: null, code: 'StopAsked', data: {} };
      if (runsAs(later, now)) continue;
      const { state, pid } = later;
      return state === 'running'
        ? { step: planned.id, code: 'ServiceRestartsItself', data: { ran: proved.pid ?? null, pid: pid ?? null } }
        : isDown(planned, proved, later);
    } catch (error) {
      job.deps.log.warn({ code: failureOf(error).code }, 'the service that was restarted could not be seen again');
    }
  }
  return null;
}

/** How long a master that has to go back looks at its service first: who followed it may be cut off. Milliseconds. */
const GLANCE_MS = 2000;

/** The same by one short look: whether it runs at all. null also if that could not be seen in time. */
export async function downService(job: Job): Promise<Failed | null> {
  for (const { planned, proved, look } of restarted(job)) {
    const late = () => new CertopsError('ToolTimedOut', { tool: 'sc' });
    const seen = await inTime(job.deps.clock, look(), GLANCE_MS, late).catch(() => null);
    if (seen !== null && seen.state !== 'running') return isDown(planned, proved, seen);
  }
  return null;
}

/** The services that this order restarted, and that were seen running after that. */
const restarted = (job: Job) =>
  job.work.steps.flatMap((planned) => {
    const { step, params } = parseStepOf(planned, job.refs);
    const proved = pastOfStep(job, planned.id)?.done;
    if (step.rereads !== true || proved == null || proved.state !== 'running') return [];
    return [{ planned, proved, look: (): Promise<Facts> => step.observe(job.host, params, null) }];
  });

function isDown(planned: PlannedStep, { pid }: Facts, { state }: Facts): Failed {
  const data = { ran: pid ?? null, found: state ?? null };
  return { step: planned.id, ...ofService({ code: 'ServiceNotRunning', data }, planned) };
}

const runsAs = (now: Facts, before: Facts): boolean => now.state === 'running' && now.pid === before.pid;
