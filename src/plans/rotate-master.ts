import { hostsWith } from '../domain/farm/farm.ts';
import { parseEndpoint } from '../domain/machine/endpoint.ts';
import { besideMaster, outsideOf, refuseOutside } from '../domain/machine/outside.ts';
import { sameMachine } from '../domain/machine/ssisdb.ts';
import { AUTHORITY, type CertificateProfile, NEW, type PhaseHead, type PlanHeader } from '../domain/plan/plan.ts';
import { DRAIN } from '../domain/plan/plan-phases.ts';
import { MOST_NAMES } from '../domain/plan/step-params.ts';
import { type HostName, isRefusal, parseThumbprint, type Refusal, refuse } from '../domain/values.ts';
import { canaryOf } from './canary.ts';
import { type Draft, headerOf, type PlanRequest, slicesOf, stageHead } from './draft.ts';
import { drainStage } from './drain-stage.ts';
import { type Existing, surveyExisting } from './existing.ts';
import { bindsAgain, lostOld, type Surveyed, surveyFarm, uncovered } from './rotate-master-refusals.ts';
import { type Next, stagesOf } from './rotate-master-stages.ts';

/**
 * The whole order of a master rotation: trust first, then switch, and nothing is removed. Pure. A Refusal names the
 * obstacle.
 */
export function draftRotateMaster(request: PlanRequest): Draft | Refusal {
  const { farm, looks, wish } = request;
  const surveyed = surveyFarm(farm, looks, wish);
  if (isRefusal(surveyed)) return surveyed;
  const strangers = bindsAgain(wish, surveyed) ? [] : strangersOf(request, surveyed);
  const outside = refuseOutside(strangers, wish.leaveBehind, knownOf(request, surveyed));
  if (outside !== null) return outside;
  const old = oldOf(surveyed);
  if (old === null) return refuse('MasterCertificateMissing', { host: surveyed.masterHost });
  const next = nextOf(request, surveyed);
  if (isRefusal(next)) return next;

  const work = [...stagesOf(farm, surveyed, next, old), ...drainStage(request)];
  const head = (name: string, canary = 0) => stageHead(farm, work, name, canary);
  const phases: readonly PhaseHead[] = [
    {
      name: 'prepare',
      gate: 'request',
      onFailure: 'undo-phase',
      undoOrder: 'reverse',
      stages: ['create', 'grant', 'trust', 'rehearse', 'rehearse-end', 'publish', DRAIN].flatMap((name) => head(name)),
    },
    {
      name: 'cutover',
      gate: 'same',
      onFailure: 'put-all-back',
      undoOrder: 'same',
      stages: [...head('master'), ...head('workers', canaryOf(surveyed.workers, farm.gap.canary))],
      armed: true,
    },
  ];
  return {
    header: headerOf(request, {
      old,
      ...('profile' in next
        ? { profiles: { [NEW]: next.profile } }
        : { profiles: {}, existing: takenFrom(next.existing) }),
      phases,
    }),
    slices: slicesOf(request, work),
  };
}

/** What the master presents or, if nothing is bound, what its settings name, even if that certificate is gone. */
function oldOf({ master }: Surveyed): PlanHeader['old'] {
  const named = parseThumbprint(master.sslCertThumbprint);
  if (lostOld(master)) return named === null ? null : { thumbprint: named, notAfter: null };
  const { certificate } = master;
  return certificate === null ? null : { thumbprint: certificate.thumbprint, notAfter: certificate.notAfter };
}

/**
 * Workers outside the farm file, which nobody would switch: those that SSISDB knows, and one on the master's machine
 * that it does not know.
 */
function strangersOf({ farm, looks }: PlanRequest, { masterHost }: Surveyed): readonly string[] {
  const workers = hostsWith(farm, 'worker').map(({ name }) => name);
  const seen = outsideOf(looks[masterHost], workers) ?? [];
  const beside = besideMaster(looks[masterHost], workers);
  return [...seen, ...beside.filter((host) => !seen.some((machine) => sameMachine(machine, host)))];
}

/**
 * Machines that cannot be named as left behind: the farm's workers, machines without a worker, and machines whose
 * worker follows another master.
 */
function knownOf({ farm, looks }: PlanRequest, { master }: Surveyed): readonly string[] {
  const own = parseThumbprint(master.sslCertThumbprint);
  const follows = (name: HostName): boolean => {
    const worker = looks[name]?.worker ?? null;
    return worker !== null && [own, null].includes(parseThumbprint(worker.masterThumbprint));
  };
  return farm.hosts.flatMap(({ name, roles }) => (roles.includes('worker') || !follows(name) ? [name] : []));
}

/** What the master will present: the certificate that the request names, or a new one. */
function nextOf(request: PlanRequest, surveyed: Surveyed): Next | Refusal {
  if (request.wish.use !== null) {
    const existing = surveyExisting(request, surveyed);
    return isRefusal(existing) ? existing : { existing };
  }
  const profile = profileOf(request, surveyed);
  const { length: found } = profile.names;
  if (found > MOST_NAMES) return refuse('NamesTooMany', { found, most: MOST_NAMES });
  const bare = uncovered(profile.names, surveyed);
  return bare.length > 0 ? refuse('EndpointNotCovered', { hosts: bare, names: profile.names }) : { profile };
}

const takenFrom = ({ thumbprint, host, store, authority }: Existing): NonNullable<PlanHeader['existing']> => ({
  [NEW]: { thumbprint, host, store },
  ...(authority === null ? {} : { [AUTHORITY]: { thumbprint: authority, host, store: 'Root' } }),
});

function profileOf({ farm, id }: PlanRequest, { masterHost, workers }: Surveyed): CertificateProfile {
  const endpoints = workers.map(({ worker }) => parseEndpoint(worker.masterEndpoint)?.host ?? '');
  const names = [farm.endpoint.host, ...endpoints, masterHost, ...farm.certificate.extraNames];
  return {
    host: masterHost,
    store: 'Root',
    cn: farm.endpoint.host.toLowerCase(),
    names: [...new Set(names.map((name) => name.toLowerCase()).filter((name) => name !== ''))],
    keyBits: farm.certificate.keyBits,
    hash: 'SHA-256',
    lifetimeDays: farm.certificate.lifetimeDays,
    exportable: farm.certificate.exportable,
    usages: ['serverAuth'],
    friendlyName: `certops ${id}`,
  };
}
