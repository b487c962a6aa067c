import type { PlannedCheck, PlannedStep } from '../../../../domain/plan/plan.ts';
import { switchStage } from '../../../../domain/plan/plan-phases.ts';
import { newMaster, type RotationState, startedAt, type TrailEntry } from '../../../../domain/rotation/rotation.ts';
import { type Message, parseThumbprint, type Thumbprint } from '../../../../domain/values.ts';
import type { ConsoleView } from '../../../../domain/views/view.ts';
import { sayPlanned } from '../../../../plans/changes.ts';
import { isOfWorkers } from '../evidence/own-certificates.ts';
import { isReconnect } from '../evidence/reconnected.ts';
import { hasStayed } from '../evidence/trust-stays.ts';

const JOURNAL_LINES = 120;

/** The runners' journals as the console shows them, newest first: what each machine did, and to what. */
export function journalOf(rotation: RotationState | null): ConsoleView['journal'] {
  if (rotation === null) return { rotation: null, lines: [] };
  const start = Date.parse(startedAt(rotation) ?? rotation.at);
  // In journal order, because the clock may have been set back meanwhile.
  const first = rotation.trail.findIndex(({ at }) => Date.parse(at) >= start);
  const lines = rotation.trail
    .slice(first < 0 ? rotation.trail.length : first)
    .filter(isTold)
    .slice(-JOURNAL_LINES)
    .reverse();
  return {
    rotation: rotation.id,
    lines: lines.map((entry) => ({
      at: entry.at,
      atMs: Date.parse(entry.at) < start ? null : Date.parse(entry.at) - start,
      host: entry.host,
      what: lineOf(rotation, entry),
    })),
  };
}

/** An accepted order, and the end of one whose steps are all listed, tell a person nothing more. */
function isTold({ code, data }: TrailEntry): boolean {
  if (code === 'runner.accepted') return data.kind === 'stop';
  return !(code === 'runner.finished' && data.outcome === 'applied');
}

function lineOf(rotation: RotationState, { host, code, data }: TrailEntry): Message {
  const back = orderKind(rotation, host, data.n) === 'undo' || code === 'runner.undone' || data.direction === 'back';
  const planned = plannedOf(rotation, host, data.step);
  const ref = refOf(planned);
  const made = ref === null ? newMaster(rotation) : namedBy(rotation, ref);
  const wanted = back ? oldOf(rotation, host) : made;
  const said = planned === null || rotation.plan === null ? null : sayPlanned(rotation.plan, planned);
  const isLeft =
    code === 'runner.undone' && planned?.kind === 'trust-certificate' && hasStayed(rotation.steps[host]?.[planned.id]);
  // What it says tells two kinds apart that are otherwise alike: the rehearsal's proof, and a service that stays as it
  // was.
  const kind = said?.id.replace(/^(?:step|check)\./u, '') ?? '';
  return {
    id: isLeft ? 'journal.trust-stays' : code.replace('runner.', 'journal.'),
    data: {
      ...said?.data,
      ...data,
      kind,
      order: orderKind(rotation, host, data.n) ?? '',
      back,
      made,
      ...(code === 'runner.switched' ? { lead: isLead(rotation, host, data.n) } : {}),
      thumbprint: wanted ?? said?.data.thumbprint ?? null,
    },
  };
}

const namedBy = ({ made, plan }: RotationState, ref: string): Thumbprint | null =>
  made[ref]?.certificate.thumbprint ?? plan?.header.existing?.[ref]?.thumbprint ?? null;

/** The reference of the certificate that a step makes or names; null if it has none. */
function refOf(planned: PlannedStep | PlannedCheck | null): string | null {
  const params = (planned?.params ?? {}) as {
    readonly ref?: unknown;
    readonly thumbprint?: { readonly ref?: unknown };
  };
  const ref = params.ref ?? params.thumbprint?.ref;
  return typeof ref === 'string' ? ref : null;
}

function oldOf(rotation: RotationState, host: string): Thumbprint | null {
  if (!isOfWorkers(rotation)) return rotation.plan?.header.old?.thumbprint ?? null;
  const worker = rotation.looks[host]?.worker ?? null;
  if (isReconnect(rotation)) return worker === null ? null : parseThumbprint(worker.masterThumbprint);
  return worker?.certificate?.thumbprint ?? null;
}

function plannedOf(rotation: RotationState, host: string, step: unknown): PlannedStep | PlannedCheck | null {
  const slice = rotation.plan?.slices.find((one) => one.host === host);
  const work = Object.values(slice?.stages ?? {}).flatMap(({ steps, checks }) => [...steps, ...checks]);
  return work.find((one) => one.id === step) ?? null;
}

/** Whether this is the order in which the master switches. */
const isLead = ({ plan, orders }: RotationState, host: string, n: unknown): boolean =>
  plan !== null &&
  orders.some((order) => order.host === host && order.n === n && order.stage === switchStage(plan)?.name);

const orderKind = (rotation: RotationState, host: string, n: unknown): string | undefined =>
  rotation.orders.find((order) => order.host === host && order.n === n)?.kind;
