import {
  fileOf,
  isForbidden,
  isTold,
  OWN_ERROR,
  PROCESS_ABORTED,
  stoppedOf,
  strangerAt,
  unansweredIn,
  unboundIn,
} from '../../fault-words.ts';
import { serviceState } from '../grammar.ts';
import { whole } from '../measure.ts';
import {
  BACK,
  type ErrorData,
  type Faults,
  named,
  SYSTEM_LOG,
  SYSTEM_LOG_FIRST,
  startByHand,
  startIt,
  text,
} from './fault.ts';

const SEE_ITS_PROGRAM =
  'See whether its account may read and run its program, and whether a security product blocks it.';
const NOT_STARTED = { ...BACK, todo: SYSTEM_LOG, hand: startByHand('its service') };
const IN_SYSTEM_LOG = { todo: SYSTEM_LOG, hand: SYSTEM_LOG_FIRST };

/** By hand, what the final look found that no further look mends. */
function byHand(d: ErrorData): string {
  const stopped = stoppedOf(d);
  const file = fileOf(d);
  if (stopped !== null) return startByHand(stopped);
  if (unboundIn(d))
    return 'Bind the certificate that its settings name to its port, then look again. Or leave this as it is: the next rotate-master makes a binding.';
  const at = strangerAt(d);
  if (at !== null)
    return `See what answers at ${at} in place of the master's service: a proxy, or another binding of that port. If there is neither, restart that service. Then look again.`;
  return file === null
    ? ''
    : `See what else writes ${file}, and put the certificate into it that is wanted. Then look again.`;
}

/** Older runners do not say which. */
const service = ({ role }: ErrorData): string =>
  role === 'master' || role === 'worker' ? `${role} service` : 'service';

/** What Windows tells of a service that ran: with 0 one ends that somebody stops, or that stops itself. */
function sinceThen({ found, exitCode, ownExitCode }: ErrorData): string {
  if (typeof found === 'string' && found !== 'stopped') return `but is ${serviceState(found)} since`;
  if (exitCode === 0) return 'and was stopped since, by somebody or by itself: it reported no error';
  if (exitCode === PROCESS_ABORTED) return `and its process ended unexpectedly (${PROCESS_ABORTED})`;
  return `and ended again${named({ code: exitCode === OWN_ERROR ? ownExitCode : exitCode }, 'code')}`;
}

/** Services, and whether a worker is connected. */
export const servicesFaults = {
  ServiceNotRunning: {
    ...NOT_STARTED,
    says: (d): string =>
      isTold(d.ran)
        ? `its ${service(d)} started, ${sinceThen(d)}.`
        : typeof d.limitMs === 'number'
          ? `its ${service(d)} did not start within ${whole(d.limitMs)}.`
          : `its ${service(d)} did not start, or it ended again.`,
    todo: 'Look at its System log (events 7000, 7009, 7031, 7034, 7038). `sc qfailure` shows whether Windows starts it again later, which is not waited for. Then ask again.',
  },
  ServiceStartTimedOut: { ...NOT_STARTED, says: 'its service did not start in time (1053).' },
  ServiceStartRefused: {
    ...NOT_STARTED,
    says: (d) => `Windows did not start its service${named(d, 'error')}.`,
  },
  ServiceStartDenied: {
    ...BACK,
    says: 'Windows was denied access when it started its service (5).',
    todo: `${SEE_ITS_PROGRAM} Then ask again.`,
    hand: `${SEE_ITS_PROGRAM} Start it, then look again.`,
  },
  ServiceStopRefused: { ...IN_SYSTEM_LOG, says: (d) => `Windows did not stop its service${named(d, 'error')}.` },
  ServiceDependencyFailed: {
    ...NOT_STARTED,
    says: 'a service that its service depends on did not start (1068).',
  },
  ServiceMarkedForDeletion: {
    says: 'its service is marked for deletion (1072).',
    todo: 'Close what holds it open, install it again, then ask again.',
  },
  ServiceRestartsItself: {
    ...BACK,
    ...IN_SYSTEM_LOG,
    says: 'its service does not keep running: it ends and starts again by itself.',
  },
  ServiceNotReadable: {
    ...IN_SYSTEM_LOG,
    says: (d) => `its service cannot be asked for its state${named(d, 'error')}.`,
  },
  ServiceNotRestarted: { ...BACK, ...IN_SYSTEM_LOG, says: 'its service still runs as the same process as before.' },
  ServicePending: {
    ...BACK,
    ...IN_SYSTEM_LOG,
    says: 'its service was still starting or stopping when time was up.',
  },
  ServiceStuckStopping: {
    lead: 'unknown',
    says: (d) =>
      `its service ${d.found === 'start-pending' ? 'hangs while starting, and ' : ''}could not be stopped. It is never killed from here.`,
    todo: 'See in the log of its service why that did not stop; if it still hangs, end its process there. Then ask again.',
    hand: 'End its process on the machine, then look again.',
  },
  InLineNotRunning: {
    says: (d) =>
      `it pins and trusts what the master presents already; its worker service is ${serviceState(text(d.state))}.`,
    todo: startIt('it connects then'),
  },
  ServiceLogonFailed: {
    ...BACK,
    says: 'Windows refused the log-on of its service account (1069).',
    todo: "Give the service its account's present password, then ask again.",
    hand: "Give the service its account's present password and start it, then look again.",
  },
  WorkerNotConnected: {
    ...BACK,
    says: 'its service runs, but is not connected.',
    todo: "Read the worker's log, then ask again.",
  },
  WorkerRefused: {
    ...BACK,
    says: (d) => `it is refused: ${text((d.found as ErrorData | undefined)?.line ?? d.line ?? 'see its log')}`,
    todo: (d): string =>
      isForbidden(d)
        ? "its master does not let it in: see that the master's Root holds this worker's own certificate, and nothing that is not self-signed, which belongs into CA."
        : "The worker's log names the cause.",
  },
  NoWitness: {
    ...BACK,
    says: 'not proved: neither its log nor its connections can be read here.',
    todo: "Let the runner read the service's log folder, then ask again.",
  },
  NotPresentedNow: {
    says: 'its MasterEndpoint does not present the certificate right now.',
    todo: (d): string =>
      d.found === null
        ? 'See why its MasterEndpoint does not answer (a stopped master, a firewall), then ask again.'
        : 'See what its MasterEndpoint presents (the master went back, a proxy, another machine of that name), then ask again.',
  },
  EndpointPresentsAnother: {
    ...BACK,
    says: (d): string =>
      unansweredIn(d) === null
        ? 'the endpoint does not present the certificate to it that it should.'
        : `the endpoint does not answer it (${unansweredIn(d)}).`,
    todo: (d): string =>
      unansweredIn(d) === null
        ? 'Look for a proxy or a second binding between it and the master.'
        : "See whether the master's service runs and its port is bound, then ask again.",
  },
  EndpointNotTrusted: {
    ...BACK,
    says: (d) =>
      `the endpoint presents the right certificate, but a client would not accept it${named((d.found ?? {}) as ErrorData, 'error')}.`,
    todo: 'Compare the names of the certificate with its MasterEndpoint.',
  },
  PresentsAnother: { says: 'it presents another certificate.', todo: 'Look at every binding of the port.' },
  PresentsNothing: {
    says: 'it does not answer everywhere that its port is bound.',
    todo: 'Look at its service, and at the addresses that HTTP.SYS listens on: `netsh http show iplisten`.',
  },
  NotProved: {
    says: (d): string => `the final look did not agree${stoppedOf(d) === null ? '' : `: ${stoppedOf(d)} is stopped`}.`,
    todo: 'What does not agree stands below.',
    hand: byHand,
  },
  GapLimitPassed: {
    says: (d) =>
      `not every worker was proved ${text(d.seconds)} s after the master had switched${named(d, 'hosts')}.${isTold(d.line) ? ` The log of ${text(d.logOf)} says: ${text(d.line)}` : ''}`,
    todo: 'Look at those workers, and at what lies between them, their master and the bot; or raise gap.limit in the farm file. Then ask again.',
  },
  ServiceHasDependents: {
    says: (d) => `other services depend on its service${named(d, 'dependents')}.`,
    todo: 'Stop them for the rotation, or rotate by hand.',
  },
  ServiceNotScaleOut: {
    says: 'the service is not one of Scale Out.',
    todo: 'Correct masterService or workerService under overrides in its runner.json, restart its runner, then ask again.',
  },
  ServiceImageUnknown: {
    says: 'the folder of its service cannot be found.',
    todo: 'Name it in its runner.json: masterFolder or workerFolder under overrides. Restart its runner, then ask again.',
  },
  AccountNotResolved: {
    says: (d) => `the account of its service is not known to Windows${named(d, 'account')}.`,
    todo: SYSTEM_LOG,
  },
} satisfies Faults;
