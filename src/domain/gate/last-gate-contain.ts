import { type ReadCertificate, readCertificate } from '../machine/certificate.ts';
import type { CertificateUser } from '../machine/host-facts.ts';
import { isNameOf } from '../machine/worker-names.ts';
import type { PlannedStep } from '../plan/plan.ts';
import { CONTAIN } from '../plan/plan-phases.ts';
import { isAddress, type StepParams } from '../plan/step-params.ts';
import { type HostName, type Refusal, refuse, type Thumbprint } from '../values.ts';
import type { Gate } from './gate.ts';

/**
 * Whether a step of a worker rotation is in the one phase in which trust may be removed and the master may restart.
 */
export const isContaining = ({ work: { header, phase }, own }: Gate): boolean =>
  header.wish.compromised && phase.name === CONTAIN && own.isMaster === true;

/**
 * A master stops trusting a worker. Only a self-signed certificate named after a worker that this machine's own
 * configuration pins, judged by its own bytes; nothing the master itself uses, nothing whose key is here unless that
 * worker is this very machine, and nothing an administrator allowed explicitly. Set-up trusted the workers' first
 * certificates, so no journal knows them.
 */
export function judgeDistrust(
  step: PlannedStep,
  { thumbprint, worker }: StepParams<'distrust-certificate'>,
  gate: Gate,
): Refusal | null {
  const { config, own, work } = gate;
  const data = { step: step.id, thumbprint };
  if (!isContaining(gate) || !work.header.wish.workers.includes(worker)) return refuse('RemovalNotAllowed', data);
  if (!Object.hasOwn(config.hostKeys, worker))
    return refuse('MakerNotPinned', { ...data, host: worker, pinned: Object.keys(config.hostKeys) });
  if (config.allowedCertificates.includes(thumbprint)) return refuse('CertificateAllowedHere', data);
  const trust = own.trusts.find((one) => one.thumbprint === thumbprint);
  if (trust === undefined) return refuse('CertificateNotRead', data);
  if (trust.der === null) return null;
  const read = readCertificate(trust.der);
  // Its issuer is trusted instead: removed from Root, it would still be believed.
  if (read?.thumbprint === thumbprint && !read.selfSigned)
    return refuse('CertificateNotSelfSigned', { ...data, found: false });
  if (!isOf(read, thumbprint, worker)) return refuse('CertificateNotWorkers', { ...data, host: worker });
  const isHere = worker === config.host;
  if (trust.keys.length > 0 && !isHere) return refuse('KeyIsHere', data);
  // A machine that is no worker has no worker certificate: one that bears its name is, or was, its master's.
  if (isHere && !trust.users.some(isOwnSetting)) return refuse('CertificateNotWorkers', { ...data, host: worker });
  const users = trust.users.filter((user) => !(isHere && (isOwnSetting(user) || isOwnFile(user))));
  return users.length === 0
    ? null
    : refuse('CertificateInUse', { ...data, users: users.map(({ kind, where }) => `${kind} ${where}`) });
}

/**
 * Whether a master may stop trusting this one under a removal request: by its own bytes it belongs to another machine,
 * whose runner this machine's own configuration pins, and nothing here uses it or has its key. Only that other machine
 * can say whether it is old, and no report of that reaches this runner.
 */
export function isTrustInWorker(thumbprint: Thumbprint, { config, own }: Gate): boolean {
  const trust = own.trusts.find((one) => one.thumbprint === thumbprint);
  if (own.isMaster !== true || trust === undefined || trust.keys.length > 0 || trust.users.length > 0) return false;
  // Gone in the meantime.
  if (trust.der === null) return trust.stores.length === 0;
  const read = readCertificate(trust.der);
  if (read?.selfSigned !== true || trust.stores.some((store) => store !== 'Root')) return false;
  return othersPinned(config).some((worker) => isOf(read, thumbprint, worker));
}

/** Machines other than this one whose runners it trusts. */
export const othersPinned = ({ host, hostKeys }: Pick<Gate['config'], 'host' | 'hostKeys'>): readonly HostName[] =>
  Object.keys(hostKeys).flatMap((name) => (name === host ? [] : [name as HostName]));

/** Named after the worker and nothing else, whatever the plan says about it. */
function isOf(read: ReadCertificate | null, thumbprint: string, worker: HostName): boolean {
  if (read === null || read.thumbprint !== thumbprint || read.otherNames > 0) return false;
  return bearOnly([...read.names, ...read.commonNames], worker);
}

/** Whether the names belong to that worker and nobody else. */
export function bearOnly(names: readonly string[], worker: HostName): boolean {
  // A worker's first certificate, made by set-up, may carry its address too.
  const isOwn = (name: string): boolean => isNameOf(name, worker) || isAddress(name.toLowerCase());
  return names.every(isOwn) && names.some((name) => isNameOf(name, worker));
}

/** On a machine that is master and worker, its own worker's setting still names it. */
const isOwnSetting = ({ kind, where }: CertificateUser): boolean =>
  kind === 'setting' && where.endsWith('WorkerHttpsCertThumbprint');

/** Its own .cer file too, which is refreshed once the new certificate is made. */
const isOwnFile = ({ kind, where }: CertificateUser): boolean =>
  kind === 'published' && where.endsWith('SSISScaleOutWorker.cer');
