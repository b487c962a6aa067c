import { followStages, keeps, switchStage } from '../plan/plan-phases.ts';
import type { OrderState, Planned } from '../rotation/rotation.ts';
import type { Data, HostName } from '../values.ts';
import type { Cause } from './moment.ts';
import { hasNothingToUndo, latestOrder, ordersOf } from './stages.ts';

/** A runner that puts back a step which its journal does not show only looks at it, and reports these. */
const MOVED = 'FactsMoved';
/** What follows on the same machine: the certificate is kept while a step that was not put back uses it. */
const IN_USE = 'CertificateInUse';

/**
 * The reasons for asking, named by their cause where a runner was to put back what this journal shows that it began,
 * and its own does not: its folder was put back from an older copy, or set up anew, so it will never put that back,
 * however often it is told to.
 */
export function withNotRemembered(rotation: Planned, attention: readonly Cause[]): readonly Cause[] {
  const named = attention.map((cause) => (isForgotten(rotation, cause) ? forgotten(rotation, cause) : cause));
  const hosts = named.flatMap(({ code, host }) => (code === 'UndoNotRemembered' ? [host] : []));
  return named.filter(({ code, host }) => code !== IN_USE || !hosts.includes(host));
}

function isForgotten(rotation: Planned, { host, stage, step, code }: Cause): boolean {
  if (host === null) return false;
  if (code === MOVED && stage !== null && step !== null)
    return latestOrder(rotation, host, stage, 'undo')?.code === MOVED && isBegun(rotation, host, step);
  if (code !== 'NotProved') return false;
  const undos = ordersOf(rotation, host).filter(({ kind }) => kind === 'undo');
  return undos.some(
    (undo) => hasNothingToUndo(undo) && stepsOf(rotation, undo).some((one) => isBegun(rotation, host, one)),
  );
}

const stepsOf = ({ plan }: Planned, { host, stage }: OrderState): readonly string[] =>
  (plan.slices.find((slice) => slice.host === host)?.stages[stage ?? '']?.steps ?? []).map(({ id }) => id);

/** As its own runner reported, before its journal became another one. */
const isBegun = ({ steps }: Planned, host: HostName, step: string): boolean => steps[host]?.[step]?.startedAt != null;

function forgotten(rotation: Planned, { host, stage, step, data }: Cause): Cause {
  const { step: _same, ...seen } = data as Data;
  return {
    host,
    stage,
    step,
    code: 'UndoNotRemembered',
    data: { ...seen, host, remedy: remedyFor(rotation, host, stage) },
  };
}

/** What brings it back in line then. by-hand: it is the master, which cannot be left; none: what stays harms nobody. */
function remedyFor(rotation: Planned, host: HostName | null, stage: string | null): string {
  const { plan } = rotation;
  const lead = switchStage(plan);
  // Whoever was never told to switch is where it was, and has at most something prepared.
  const isOf = ({ name }: { readonly name: string }): boolean =>
    host !== null && (stage ?? name) === name && latestOrder(rotation, host, name, 'apply') !== undefined;
  if (lead !== undefined && isOf(lead)) return 'by-hand';
  if (!followStages(plan).some(isOf)) return 'none';
  return keeps(plan) && plan.header.kind !== 'reconnect' ? 'rotate-worker' : 'reconnect';
}
