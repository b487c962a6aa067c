import type { SsisdbLook } from '../../../src/domain/machine/ssisdb.ts';
import type { WindowsContext } from '../context.ts';
import { readSsisdb } from './read.ts';

/** Milliseconds. Half the interval at which a wait asks. */
const KEPT_MS = 2_500;

interface Answer {
  readonly look: Promise<SsisdbLook>;
  /** null: still being asked. */
  until: number | null;
}

const answers = new WeakMap<WindowsContext, Answer>();

/**
 * What SSISDB says now, or said a moment ago: many workers are waited for at the same time, and each query is a login
 * at the SQL Server.
 */
export function sharedSsisdb(context: WindowsContext): Promise<SsisdbLook> {
  const known = answers.get(context);
  if (known !== undefined && (known.until === null || context.clock.steady() < known.until)) return known.look;
  const answer: Answer = { look: readSsisdb(context, { hours: false }), until: null };
  answers.set(context, answer);
  const end = (keptMs: number) => () => {
    answer.until = context.clock.steady() + keptMs;
  };
  answer.look.then(end(KEPT_MS), end(0));
  return answer.look;
}
