import * as z from 'zod';
import { lastRead } from '../letters/last-read.ts';
import {
  digest,
  host,
  instant,
  json,
  jsonRecord,
  role,
  store,
  table,
  text,
  thumbprint,
} from '../letters/letter-fields.ts';
import { parseJson, understand } from '../letters/untrusted-json.ts';
import { isRefusal, type Refusal } from '../values.ts';
import type { PlanHeader, PlanSlice } from './plan.ts';
import { profileShape } from './step-params.ts';
import { ROTATION_KINDS, wishShape } from './wish.ts';

const person = z.strictObject({ id: text(200), name: text(400) });
const count = z.int().min(0);
const stageName = text(80).min(1);

const header: z.ZodType<PlanHeader> = z.strictObject({
  v: z.literal(1),
  id: text(80).min(1),
  farm: text(63),
  kind: z.enum(ROTATION_KINDS),
  wish: wishShape,
  at: instant,
  by: person,
  reason: text(4000),
  endpoint: z.strictObject({ host: text(253), port: z.int().min(1).max(65_535) }),
  approval: z.strictObject({ quorum: count, approvers: z.array(person).max(1000), lapsesAfterMs: count }),
  policyDigest: digest,
  gap: z.strictObject({ limitMs: count, leaveBehind: count, canary: count, concurrency: count }),
  old: z.strictObject({ thumbprint, notAfter: instant.nullable() }).nullable(),
  profiles: table(text(80).min(1), profileShape),
  existing: table(text(80).min(1), z.strictObject({ thumbprint, host, store })).optional(),
  phases: z
    .array(
      z.strictObject({
        name: z.enum(['contain', 'prepare', 'cutover', 'retire']),
        gate: z.enum(['request', 'same']),
        onFailure: z.enum(['undo-phase', 'put-all-back', 'stop-keep']),
        undoOrder: z.enum(['same', 'reverse']),
        stages: z
          .array(z.strictObject({ name: stageName, hosts: z.array(host).max(2000), concurrency: count, canary: count }))
          .max(40),
        armed: z.literal(true).optional(),
      }),
    )
    .max(4),
});

/** What became of a step is found by its id: one that every object answers to would pass for begun. */
const isOwnName = (id: string): boolean => !(id in {});

const planned = { id: text(200).min(1).refine(isOwnName), kind: text(40), host, params: json };

const slice: z.ZodType<PlanSlice> = z.strictObject({
  host,
  roles: z.array(role).min(1).max(2),
  stages: table(
    stageName,
    z.strictObject({
      steps: z.array(z.strictObject({ ...planned, expected: jsonRecord })).max(2000),
      checks: z.array(z.strictObject({ ...planned, wanted: json, wantedAfterUndo: json })).max(2000),
    }),
  ),
});

/** First line of a plan written by somebody else. Refusals: `LetterNotJson`, `LetterTooDeep`, `PlanNotUnderstood`. */
export const parseHeader: (line: string) => PlanHeader | Refusal = lastRead((line) => {
  const value = parseJson(line);
  return isRefusal(value) ? value : understand(value, header, 'PlanNotUnderstood');
});

/** A host's line of a plan written by somebody else; step parameters stay Json. Refusals as above. */
export const parseSlice: (line: string) => PlanSlice | Refusal = lastRead((line) => {
  const value = parseJson(line);
  return isRefusal(value) ? value : understand(value, slice, 'PlanNotUnderstood');
});
