import * as z from 'zod';
import { PATTERN_MEANINGS } from './farm-fields.ts';
import type { DataPath } from './problem.ts';
import type { Hint } from './zod-findings.ts';

/** What the schema says about a place in the data: the keys of a map, the meaning of a pattern. */
export const hintsOf =
  (whole: z.ZodType) =>
  (path: DataPath): Hint => {
    const place = unwrap(schemaAt(whole, path));
    const isRecord = place instanceof z.ZodRecord;
    return {
      keys: keysOf(place),
      meaning: isRecord ? null : meaningOf(place),
      keyMeaning: isRecord ? meaningOf(place.keyType) : null,
    };
  };

/** What the schema says about the values below names that it does not accept: zod does not look at them. */
export function belowBadNames(
  whole: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  valueAt: (path: DataPath) => unknown,
): readonly z.core.$ZodIssue[] {
  return issues.flatMap(({ code, path }) => {
    const schema = code === 'invalid_key' ? schemaAt(whole, path as DataPath) : null;
    if (!(schema instanceof z.ZodType)) return [];
    const below = schema.safeParse(valueAt(path as DataPath)).error?.issues ?? [];
    return below.map((one) => ({ ...one, path: [...path, ...one.path] }));
  });
}

const schemaAt = (whole: z.ZodType, path: DataPath): unknown =>
  path.reduce<unknown>((schema, part) => within(unwrap(schema), part), whole);

function keysOf(schema: unknown): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum) return schema.keyType.options.map(String);
  return [];
}

function meaningOf(schema: unknown): string | null {
  if (!(schema instanceof z.ZodString)) return null;
  return PATTERN_MEANINGS.get(z.toJSONSchema(schema).pattern ?? '') ?? ruleOf(schema);
}

/**
 * What a text without a pattern may be, in the words of its rule: zod does not ask the rule when the text is missing.
 */
function ruleOf(schema: z.ZodString): string | null {
  const rule = schema.def.checks?.map(({ _zod }) => _zod.def).findLast(({ check }) => check === 'custom');
  const words = rule?.error?.({ code: 'custom', input: '', path: [] } as never);
  return typeof words === 'string' ? words : null;
}

function within(schema: unknown, part: string | number): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[part];
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodArray) return schema.element;
  return null;
}

function unwrap(schema: unknown): unknown {
  // A transform: the file holds its input.
  if (schema instanceof z.ZodPipe) return unwrap(schema.in);
  const wrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return wrapped ? unwrap(schema.unwrap()) : schema;
}
