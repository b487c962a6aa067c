import { CertopsError, isCertopsError } from '../../../domain/errors.ts';
import type { DigestPast, RunnerState } from '../../../domain/fold/runner-fold.ts';
import { isMarkOf, usedBefore } from '../../../domain/fold/scale-out-past.ts';
import { removedBySteps } from '../../../domain/follow-up/retire.ts';
import type { OwnFacts, OwnTrust } from '../../../domain/gate/gate.ts';
import { parseEndpoint } from '../../../domain/machine/endpoint.ts';
import type { OrderWork } from '../../../domain/orders/order-work.ts';
import { keepsCertificate } from '../../../domain/plan/plan.ts';
import { stepParams } from '../../../domain/plan/step-params.ts';
import { parseThumbprint, type Role, type Thumbprint } from '../../../domain/values.ts';
import type { HostReader } from '../../../ports/windows-host.ts';

/**
 * What the last gate needs from this machine for this order, and no more: each reading starts a tool between a click
 * and the first change. Throws what reading throws, `EndpointNotUnderstood`, `PortNotUnderstood`.
 */
export async function readOwnFacts(
  host: HostReader,
  work: OrderWork,
  past: DigestPast | undefined,
  journal: Pick<RunnerState, 'uses' | 'distrusted'> & { readonly farm: string; readonly now: number },
): Promise<OwnFacts> {
  const planned = [...work.steps, ...work.checks];
  const kinds = new Set(planned.map(({ kind }) => kind));
  const removes = kinds.has('remove-key') || kinds.has('remove-certificate');
  const isWorkers = work.header.kind === 'rotate-worker';
  const uses = journal.uses.map(({ thumbprint }) => thumbprint);
  const unknown = removedBySteps(work.steps).filter((thumbprint) => !uses.includes(thumbprint));
  const reconnects = work.header.kind === 'reconnect';
  const isOfMaster = kinds.has('trust-certificate') || kinds.has('distrust-certificate');
  const [port, asked, serviceSids, replaced, isMaster, marked, trusts] = await Promise.all([
    planned.some(({ params }) => hasPort(params)) ? masterPort(host) : null,
    // On a worker, any certificate that is named must cover its endpoint.
    reconnects || (!isWorkers && (kinds.has('trust-certificate') || writesWorker(work)))
      ? workerEndpoint(host, reconnects)
      : null,
    kinds.has('create-certificate') || kinds.has('grant-key') ? sidOf(host, maker(work)) : {},
    kinds.has('create-certificate') ? replacedOf(host, maker(work)) : null,
    (isWorkers && isOfMaster) || unknown.length > 0 ? hasMaster(host) : null,
    removes ? markedOf(host, journal.farm) : [],
    trustsOf(host, [...distrusted(work), ...unknown]),
  ]);
  const made = Object.values(past?.steps ?? {}).flatMap((step) => step.made.map(({ thumbprint }) => thumbprint));
  return {
    now: journal.now,
    port,
    endpoint: asked?.endpoint ?? null,
    presented: asked?.presented ?? null,
    serviceSids,
    replaced,
    isMaster,
    made: reconnects ? uses : made,
    scaleOuts: removes ? [...uses, ...marked] : [],
    trusts,
    used: work.header.wish.of === null && !keepsCertificate(work.header) ? [] : usedBefore(journal),
    distrusted: journal.distrusted,
  };
}

/** Marked as made for this farm: only an administrator of this machine can give a certificate such a name. */
async function markedOf(host: HostReader, farm: string): Promise<readonly Thumbprint[]> {
  const stored = await host.stored();
  return stored.filter(({ friendlyName }) => isMarkOf(farm, friendlyName)).map(({ thumbprint }) => thumbprint);
}

/** What this machine holds of each, by the certificate's own bytes, and who here would miss it. */
async function trustsOf(host: HostReader, thumbprints: readonly Thumbprint[]): Promise<readonly OwnTrust[]> {
  if (thumbprints.length === 0) return [];
  const [traces, named] = await Promise.all([host.traces(thumbprints), host.named(thumbprints)]);
  return traces.map((trace) => {
    const held = named.find(({ thumbprint }) => thumbprint === trace.thumbprint);
    return { ...trace, der: held?.der ?? null };
  });
}

const distrusted = ({ steps }: OrderWork): readonly Thumbprint[] =>
  steps.flatMap((step) =>
    step.kind === 'distrust-certificate' ? [stepParams('distrust-certificate', step).thumbprint] : [],
  );

const hasPort = (params: unknown): boolean =>
  typeof params === 'object' && params !== null && Object.hasOwn(params, 'port');

const writesWorker = (work: OrderWork): boolean =>
  work.steps.some((step) => step.kind === 'write-setting' && stepParams('write-setting', step).role === 'worker');

async function masterPort(host: HostReader): Promise<number> {
  const text = await host.setting('master', 'PortNumber');
  if (!/^\d{1,5}$/u.test(text.trim())) throw new CertopsError('PortNotUnderstood', { found: text.slice(0, 40) });
  return Number(text);
}

/** `asks`: also asks the endpoint what it presents. */
async function workerEndpoint(
  host: HostReader,
  asks: boolean,
): Promise<{ readonly endpoint: string; readonly presented: Thumbprint | null }> {
  const text = await host.setting('worker', 'MasterEndpoint');
  const endpoint = parseEndpoint(text);
  if (endpoint === null) throw new CertopsError('EndpointNotUnderstood', { found: text.slice(0, 300) });
  const { host: name, port } = endpoint;
  const shown = asks ? await host.handshake({ host: name, port, servername: name }) : null;
  return { endpoint: name, presented: shown?.thumbprint ?? null };
}

const maker = ({ header }: OrderWork): Role => (header.kind === 'rotate-worker' ? 'worker' : 'master');

const sidOf = async (host: HostReader, role: Role): Promise<OwnFacts['serviceSids']> => ({
  [role]: (await host.service(role)).accountSid,
});

const replacedOf = async (host: HostReader, role: Role): Promise<Thumbprint | null> =>
  parseThumbprint(await host.setting(role, role === 'master' ? 'SSLCertThumbprint' : 'WorkerHttpsCertThumbprint'));

async function hasMaster(host: HostReader): Promise<boolean> {
  try {
    await host.service('master');
    return true;
  } catch (error) {
    if (isCertopsError(error) && error.code === 'ServiceMissing') return false;
    throw error;
  }
}
