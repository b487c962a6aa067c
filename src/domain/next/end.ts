import type { Outcome, RotationState } from '../rotation/rotation.ts';
import type { Data } from '../values.ts';
import type { Action, Cause } from './moment.ts';

/** Ends the rotation; nothing follows. */
export const end = ({ id }: Pick<RotationState, 'id'>, outcome: Outcome, data: Data): Action => ({
  do: 'entry',
  entry: { type: 'closed', id, outcome, data },
});

/** Why it ended so, as the entry of its end tells it. */
export const endWhy = ({ host, stage, step, code, data: found }: Cause): Data => ({ host, stage, step, code, found });
