import type { Message, RotationId } from '../values.ts';

/** How far a request has come that is not over. */
export interface OpenRotation {
  readonly id: RotationId;
  /** looks: no plan yet; asks: waiting for approvals; waits: approved, waiting for its start. */
  readonly state: 'looks' | 'asks' | 'waits' | 'runs' | 'needs-person';
  /** The same, as worded in the summary. */
  readonly line: Message;
  /** How many approvals are still missing; 0 if none are being asked for. */
  readonly missing: number;
  /** Names of those who may still give one. */
  readonly mayApprove: readonly string[];
}
