import { PROTOCOL } from '../letters/protocol.ts';
import type { HostName } from '../values.ts';
import type { Action } from './moment.ts';

/** The order to look at a machine afresh. */
export const lookAt = (host: HostName): Action => ({
  do: 'order',
  host,
  kind: 'look',
  stage: null,
  timeLimitMs: PROTOCOL.lookLimitMs,
});
