import { policyDigest } from '../domain/approval.ts';
import { parseEndpoint } from '../domain/endpoint.ts';
import type { Farm } from '../domain/farm.ts';
import type { HostLook } from '../domain/host-facts.ts';
import { peopleOf } from '../domain/people.ts';
import {
  type CertificateProfile,
  type PhaseHead,
  type Plan,
  type PlanHeader,
  type PlannedCheck,
  type PlannedStep,
  type PlanSlice,
  writePlan,
} from '../domain/plan.ts';
import { readLook } from '../domain/snapshot.ts';
import type { StepKind } from '../domain/step-params.ts';
import { type HostName, type Instant, isRefusal, type Refusal, type RotationId, refuse } from '../domain/values.ts';
import type { HostReader } from '../ports/windows-host.ts';
import { STEPS } from '../steps/index.ts';
import { type Looks, type Surveyed, surveyFarm, uncovered } from './rotate-master-refusals.ts';
import { type DraftStep, stagesOf } from './rotate-master-stages.ts';

export interface RotateMasterRequest {
  readonly farm: Farm;
  readonly looks: readonly HostLook[] | Looks;
  readonly id: RotationId;
  readonly by: { readonly id: string; readonly name: string };
  readonly reason: string;
  readonly at: Instant;
}

export interface DraftSlice {
  readonly host: HostName;
  readonly roles: PlanSlice['roles'];
  readonly stages: {
    readonly [stage: string]: { readonly steps: readonly DraftStep[]; readonly checks: readonly PlannedCheck[] };
  };
}

export interface Draft {
  readonly header: PlanHeader;
  readonly slices: readonly DraftSlice[];
}

/**
 * The whole order of a master rotation: trust first, then switch, and nothing removed. Pure. A Refusal names what
 * stands in the way.
 */
export function draftRotateMaster(request: RotateMasterRequest): Draft | Refusal {
  const { farm } = request;
  const looks = byHost(request.looks);
  const surveyed = surveyFarm(farm, looks);
  if (isRefusal(surveyed)) return surveyed;
  const old = surveyed.master.certificate;
  if (old === null) return refuse('MasterCertificateMissing', { host: surveyed.masterHost });
  const profile = profileOf(request, surveyed);
  const bare = uncovered(profile.names, surveyed);
  if (bare.length > 0) return refuse('EndpointNotCovered', { hosts: bare, names: profile.names });

  const work = stagesOf(farm, surveyed, profile, old);
  const head = (name: string, canary = 0): PhaseHead['stages'] => {
    const hosts = work.filter(({ stage }) => stage === name).map(({ host }) => host);
    return hosts.length === 0 ? [] : [{ name, hosts, concurrency: farm.gap.concurrency, canary }];
  };
  const phases: readonly PhaseHead[] = [
    {
      name: 'prepare',
      gate: 'request',
      onFailure: 'undo-phase',
      undoOrder: 'reverse',
      stages: ['create', 'trust', 'rehearse', 'rehearse-end', 'publish'].flatMap((name) => head(name)),
    },
    {
      name: 'cutover',
      gate: 'same',
      onFailure: 'put-all-back',
      undoOrder: 'same',
      stages: [...head('master'), ...head('workers', farm.gap.canary)],
    },
  ];
  const slices = farm.hosts.map(
    ({ name, roles }): DraftSlice => ({
      host: name,
      roles,
      stages: Object.fromEntries(
        work.filter(({ host }) => host === name).map(({ stage, steps, checks }) => [stage, { steps, checks }]),
      ),
    }),
  );
  const header: PlanHeader = {
    v: 1,
    id: request.id,
    farm: farm.name,
    kind: 'rotate-master',
    at: request.at,
    by: request.by,
    reason: request.reason,
    endpoint: farm.endpoint,
    approval: {
      quorum: farm.approval.quorum,
      approvers: peopleOf(farm, farm.approval.approvers),
      lapsesAfterMs: farm.approval.lapsesAfterMs,
    },
    policyDigest: policyDigest(farm),
    gap: farm.gap,
    old: { thumbprint: old.thumbprint, notAfter: old.notAfter },
    profile,
    phases,
  };
  return { header, slices };
}

/** The plan: the draft with the facts that its steps see in the looks. Async only because steps observe so. */
export async function planRotateMaster(request: RotateMasterRequest): Promise<Plan | Refusal> {
  const draft = draftRotateMaster(request);
  if (isRefusal(draft)) return draft;
  const looks = byHost(request.looks);
  const slices = await Promise.all(
    draft.slices.map(async (slice): Promise<PlanSlice> => {
      const look = looks[slice.host];
      const reader: HostReader | null = look === undefined ? null : readLook(look);
      const stages = await Promise.all(
        Object.entries(slice.stages).map(async ([name, { steps, checks }]) => {
          const planned = await Promise.all(steps.map((step) => withExpected(step, reader)));
          return [name, { steps: planned, checks }] as const;
        }),
      );
      return { ...slice, stages: Object.fromEntries(stages) };
    }),
  );
  return writePlan(draft.header, slices);
}

async function withExpected(step: DraftStep, reader: HostReader | null): Promise<PlannedStep> {
  const definition = STEPS[step.kind as StepKind];
  if (reader === null) return { ...step, expected: {} };
  return { ...step, expected: await definition.observe(reader, definition.parse(step.params, {}), null) };
}

const byHost = (looks: readonly HostLook[] | Looks): Looks =>
  Array.isArray(looks) ? Object.fromEntries(looks.map((look: HostLook) => [look.host, look])) : (looks as Looks);

function profileOf({ farm, id }: RotateMasterRequest, { masterHost, workers }: Surveyed): CertificateProfile {
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
