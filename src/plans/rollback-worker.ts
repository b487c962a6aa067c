import { groupsBy } from '../domain/group-by.ts';
import { namedIn } from '../domain/inventory/named.ts';
import { readCertificate } from '../domain/machine/certificate.ts';
import type { Looks } from '../domain/machine/host-facts.ts';
import { SYSTEM_SID } from '../domain/machine/key-readers.ts';
import { hashOf } from '../domain/machine/signature-hash.ts';
import type { PhaseHead } from '../domain/plan/plan.ts';
import { DRAIN } from '../domain/plan/plan-phases.ts';
import { WORKER_PUBLISH, workerRef } from '../domain/plan/scope.ts';
import { daysLeft, instantOf } from '../domain/time.ts';
import { type HostName, isRefusal, type Refusal, refuse, type Thumbprint } from '../domain/values.ts';
import type { ExistingLine, NextCertificate } from '../domain/views/next-certificate.ts';
import { canaryOf, provingFirst } from './canary.ts';
import { type Draft, headerOf, type PlanRequest, slicesOf, stageHead } from './draft.ts';
import { workerDrains } from './drain-stage.ts';
import { isTakenBy } from './existing.ts';
import { good, warn } from './existing-checks.ts';
import { publishWork, switchWork } from './rotate-worker.ts';
import { type SurveyedWorker, type SurveyedWorkers, surveyWorkers } from './rotate-worker-refusals.ts';

const SOON_DAYS = 30;

/**
 * Workers go back to their earlier certificates. Nothing is made: certificate, key and the master's trust must still be
 * there. The .cer files are written first, then each worker switches as in any worker rotation. Pure. A Refusal names
 * the first thing that is missing.
 */
export function draftRollbackWorker(request: PlanRequest): Draft | Refusal {
  const { farm, wish, looks } = request;
  const surveyed = surveyWorkers(farm, wish, looks);
  if (isRefusal(surveyed)) return surveyed;
  const { workers } = surveyed;
  const found = surveyBefore(request, surveyed);
  if (isRefusal(found)) return found;
  const names = workers.map(({ host }) => host);
  const stages = [
    ...publishWork(workers),
    ...provingFirst(workers).map((one) => switchWork(one, surveyed, false)),
    ...workerDrains(request, names),
  ];
  const publish = stageHead(farm, stages, WORKER_PUBLISH);
  const canary = workers.length > 1 ? canaryOf(workers, Math.min(farm.gap.canary, workers.length - 1)) : 0;
  const phases: readonly PhaseHead[] = [
    ...(publish.length === 0 ? [] : [preparePhase(publish)]),
    {
      name: 'cutover',
      gate: 'same',
      onFailure: 'stop-keep',
      undoOrder: 'same',
      stages: [...stageHead(farm, stages, DRAIN), ...stageHead(farm, stages, 'worker-switch', canary)],
    },
  ];
  const existing = Object.fromEntries(
    found.map(({ host, thumbprint }) => [workerRef(host), { thumbprint, host, store: 'My' as const }]),
  );
  return {
    header: headerOf(request, { old: null, profiles: {}, existing, phases }),
    slices: slicesOf(request, stages),
  };
}

const preparePhase = (stages: PhaseHead['stages']): PhaseHead => ({
  name: 'prepare',
  gate: 'request',
  onFailure: 'undo-phase',
  undoOrder: 'reverse',
  stages,
});

type Before = NextCertificate & { readonly thumbprint: Thumbprint };

/**
 * Each worker's earlier certificate, as its own machine and the masters see it now; a Refusal for the first unfit one.
 */
export function surveyBefore(request: PlanRequest, { workers, masters }: SurveyedWorkers): readonly Before[] | Refusal {
  const found: Before[] = [];
  for (const one of workers) {
    const certificate = certificateOf(request, one, masters);
    if (isRefusal(certificate)) return certificate;
    found.push(certificate);
  }
  return found;
}

function certificateOf(request: PlanRequest, one: SurveyedWorker, masters: readonly HostName[]): Before | Refusal {
  const { before = {}, looks, wish, at, compromised = [] } = request;
  const { host, worker, old } = one;
  const thumbprint = before[host];
  if (thumbprint === undefined) return refuse('RollbackUnknown', { host });
  const data = { host, thumbprint };
  if (thumbprint === old) return refuse('RollbackInUse', data);
  if (compromised.includes(thumbprint)) return refuse('ExistingCompromised', data);
  const look = looks[host];
  if (look?.named == null) return refuse('ExistingNotRead', data);
  const named = namedIn(look, thumbprint);
  const place = named?.places.find(({ store }) => store === 'My');
  if (named?.der == null || place === undefined) return refuse('RollbackGone', data);
  if (place.privateKey !== 'yes') {
    return refuse(place.privateKey === 'no' ? 'ExistingWithoutKey' : 'ExistingKeyUnreadable', data);
  }
  const { accountSid, account } = worker.service;
  if (accountSid !== SYSTEM_SID && place.readers?.includes(accountSid) !== true) {
    return refuse('RollbackKeyNotReadable', { ...data, account });
  }
  const read = readCertificate(named.der);
  if (read?.thumbprint !== thumbprint) return refuse('ExistingUnreadable', data);
  const notAfter = instantOf(read.notAfter);
  if (read.notAfter <= Date.parse(at)) return refuse('ExistingExpired', { ...data, at: notAfter });
  // A certificate with another issuer is trusted through that authority.
  const apart = read.selfSigned ? masters.find((master) => !trusts(looks, master, thumbprint)) : undefined;
  if (apart !== undefined) return refuse('RollbackNotTrusted', { ...data, host: apart, worker: host });
  if (!isTakenBy(look, thumbprint, wish))
    return refuse('ExistingNotAllowed', { host, hosts: [host], add: [thumbprint] });
  const { keyBits, serverNames: names } = read;
  return { host, thumbprint, notAfter, keyBits, names, hash: hashOf(read.signature), exportable: false, store: 'My' };
}

const trusts = (looks: Looks, master: HostName, thumbprint: Thumbprint): boolean =>
  namedIn(looks[master], thumbprint)?.places.some(({ store }) => store === 'Root') === true;

/** The card's lines: that all the certificates are there, and which of them expire soon. */
export function linesBefore(found: readonly Before[], at: string): readonly ExistingLine[] {
  const ends = found.map(({ host, notAfter }) => ({
    hosts: [host],
    at: notAfter,
    days: daysLeft(notAfter, Date.parse(at)),
  }));
  // Workers that were rotated together are named together, with the first of their ends.
  const soon = groupsBy(
    ends.filter(({ days }) => days < SOON_DAYS).sort((one, other) => one.at.localeCompare(other.at)),
    (one) => one.at.slice(0, 10),
  );
  return [
    good('before', { hosts: found.map(({ host }) => host) }),
    ...soon.map((all) => warn('before-ends', { ...all[0], hosts: all.flatMap(({ hosts }) => hosts) })),
  ];
}
