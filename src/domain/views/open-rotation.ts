import type { Message, RotationId } from '../values.ts';

/** How far something has come that was asked for and is not over. */
export interface OpenRotation {
  readonly id: RotationId;
  /** looks: no plan yet; asks: for approvals; waits: approved, for its start. */
  readonly state: 'looks' | 'asks' | 'waits' | 'runs' | 'needs-person';
  /** The same as the summary says it. */
  readonly line: Message;
  /** How many approvals are still missing; 0 where nothing is asked for. */
  readonly missing: number;
  /** Names of those who may still give one. */
  readonly mayApprove: readonly string[];
}
