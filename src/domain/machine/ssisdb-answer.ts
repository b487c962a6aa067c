import * as z from 'zod';
import { parseJson, understand } from '../letters/untrusted-json.ts';
import { instantOf } from '../time.ts';
import { isRefusal, parseThumbprint, type Refusal } from '../values.ts';
import {
  type HourCount,
  notSeen,
  type RunningPackage,
  type Seen,
  type SsisdbLook,
  type SsisdbWorker,
  seen,
} from './ssisdb.ts';

/** FOR JSON writes a datetimeoffset with seven fractional digits, and `Z` for a zero offset. */
const moment: z.ZodType<string> = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?(?:Z|[+-]\d\d:\d\d)$/u)
  .transform((text) => text.replace(/(\.\d{3})\d+/u, '$1'))
  .refine((text) => !Number.isNaN(Date.parse(text)))
  .transform((text) => instantOf(Date.parse(text)));
const flag = z.union([z.boolean(), z.int()]).nullable();
const line = z.string().max(2000);

const worker = z.object({ agent: line, machine: line, lastOnline: moment.nullish(), enabled: flag.optional() });
const running = z.object({
  id: z.int(),
  project: line.nullish(),
  package: line.nullish(),
  since: moment.nullish(),
  agent: line.nullish(),
});
const state = z.object({
  now: moment,
  login: line.nullish(),
  sysadmin: flag,
  admin: flag,
  executor: flag,
  logreader: flag,
  thumbprint: line.nullable(),
  workers: z.array(worker).max(10_000).nullable(),
  running: z.array(running).max(100_000).nullable(),
});
const hours = z.object({
  hours: z
    .array(z.object({ hour: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d$/u), count: z.int().min(0) }))
    .max(1000)
    .nullable(),
});

/** How many packages are kept: a card names only a few of them, and counts how many there are. */
const KEPT = 500;

export type StateSeen = Omit<SsisdbLook, 'server' | 'hours'>;

/**
 * Reads the state of SSISDB from one JSON document. To a reader without permission a view looks empty: it counts as
 * seen only if a role says so, and only then do zero rows mean none. Refusal: `AnswerNotUnderstood` with path and
 * problem.
 */
export function readState(text: string): StateSeen | Refusal {
  const read = documentOf(text, state);
  if (isRefusal(read)) return read;
  const isMember = (...roles: readonly (boolean | number | null)[]): boolean =>
    roles.some((role) => Number(role) === 1);
  const blind = (...roles: readonly string[]): Seen<never> => notSeen('no-role', { login: read.login ?? null, roles });
  const known = read.workers ?? [];
  const workers: readonly SsisdbWorker[] = known.map(({ machine, lastOnline, enabled }) => {
    return { machine, lastOnline: lastOnline ?? null, enabled: Number(enabled ?? 1) === 1 };
  });
  const names = new Map(known.map(({ agent, machine }) => [agent.toLowerCase(), machine]));
  const runs = read.running ?? [];
  // The dropped ones run somewhere too, so no worker may assume that it sees all of its own.
  const isPlaced = runs.length <= KEPT;
  const packages: readonly RunningPackage[] = runs.slice(0, KEPT).map((one) => ({
    id: String(one.id),
    project: one.project ?? '',
    package: one.package ?? '',
    since: one.since ?? null,
    worker: (isPlaced ? names.get(one.agent?.toLowerCase() ?? '') : null) ?? null,
  }));
  return {
    now: read.now,
    thumbprint: parseThumbprint(read.thumbprint ?? ''),
    workers: isMember(read.sysadmin, read.admin, read.executor) ? seen(workers) : blind('ssis_cluster_executor'),
    running: isMember(read.sysadmin, read.admin, read.logreader) ? seen(packages) : blind('ssis_logreader'),
  };
}

/** Executions by hour, from one JSON document; empty list if there are none. Refusal as above. */
export function readHours(text: string): readonly HourCount[] | Refusal {
  const read = documentOf(text, hours);
  return isRefusal(read) ? read : (read.hours ?? []);
}

function documentOf<T>(text: string, shape: z.ZodType<T>): T | Refusal {
  const value = parseJson(text);
  return isRefusal(value) ? value : understand(value, shape, 'AnswerNotUnderstood');
}
