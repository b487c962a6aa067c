import { approvalsMissing, openGate } from '../../../../domain/approval/approval.ts';
import type { Farm } from '../../../../domain/farm/farm.ts';
import type { Plan } from '../../../../domain/plan/plan.ts';
import type { FarmState } from '../../../../domain/rotation/farm-state.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import { instantOf } from '../../../../domain/time.ts';
import type { Message } from '../../../../domain/values.ts';
import type { AskingView } from '../../../../domain/views/retire-view.ts';
import type { HostChangesView } from '../../../../domain/views/view.ts';
import { mayVote, votesView } from './votes-view.ts';
import { ticketView, whenView } from './when-view.ts';

export interface AskingParts {
  readonly changes: readonly HostChangesView[];
  readonly warnings: readonly Message[];
}

/** A farm when a card of it is drawn. */
export interface FarmNow {
  readonly farm: Farm;
  readonly state: FarmState;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What every card that asks people to approve a plan shows: who asks, who decides, until when. */
export function askingView(
  { farm, state, now }: FarmNow,
  rotation: RotationState,
  plan: Plan,
  parts: AskingParts,
): AskingView {
  const { header } = plan;
  const gate = openGate(farm, rotation);
  const when = whenView(farm, state, rotation, now);
  const made = Date.parse(rotation.plannedAt ?? header.at);
  return {
    wish: rotation.wish,
    id: rotation.id,
    farm: farm.name,
    digest: plan.digest,
    dry: rotation.dry,
    by: rotation.by,
    reason: rotation.reason,
    at: rotation.at,
    quorum: header.approval.quorum,
    votes: votesView(rotation, gate),
    needed: gate === null ? (when.waits === null ? header.approval.quorum : 0) : approvalsMissing(rotation, gate),
    ...mayVote(farm, rotation, gate),
    openUntil: instantOf(gate?.lapsesAt ?? made + header.approval.lapsesAfterMs),
    when,
    ticket: ticketView(farm, rotation),
    changes: parts.changes,
    warnings: parts.warnings,
    replaces: rotation.replaces,
  };
}
