import * as z from 'zod';
import type { Farm } from '../domain/farm.ts';
import { checkFarm, noteFarm } from './check-farm.ts';
import { type FarmFile, farmFileSchema, type HostOverrides, PATTERN_MEANINGS } from './farm-schema.ts';
import type { DataPath, Problem } from './problem.ts';
import { resolveFarm } from './resolve-farm.ts';
import { readYaml } from './yaml-text.ts';
import { findingsOf, type Hint } from './zod-findings.ts';

export interface ReadFarm {
  readonly farm: Farm;
  /** What is allowed and is better known: where, and in `found` what. */
  readonly notes: readonly Problem[];
  /** For `certops runner init` alone. */
  readonly overrides: { readonly [host: string]: HostOverrides };
}

/** Reads a farm file; every problem at once, in the order of the text. `fileName` is what the problems call it. */
export function parseFarmFile(text: string, fileName: string): ReadFarm | { readonly problems: readonly Problem[] } {
  const yaml = readYaml(text, fileName);
  if (yaml.problems.length > 0) return { problems: yaml.problems };
  const parsed = farmFileSchema.safeParse(yaml.data);
  const malformed = parsed.success ? [] : findingsOf(parsed.error.issues, yaml.data, hintAt);
  const findings = [...malformed, ...checkFarm(wellFormed(yaml.data))];
  if (!parsed.success || findings.length > 0) return { problems: inOrder(findings.map(yaml.place)) };
  const overrides = Object.entries(parsed.data.hosts).map(([name, host]) => [name, host.overrides ?? {}] as const);
  return {
    farm: resolveFarm(parsed.data),
    notes: inOrder(noteFarm(parsed.data).map(yaml.place)),
    overrides: Object.fromEntries(overrides),
  };
}

/** The parts of a file that are right by themselves. */
function wellFormed(data: unknown): Partial<FarmFile> {
  if (typeof data !== 'object' || data === null) return {};
  const parts = Object.entries(farmFileSchema.shape).flatMap(([part, schema]) => {
    const parsed = schema.safeParse(Object.hasOwn(data, part) ? Reflect.get(data, part) : undefined);
    return parsed.success ? [[part, parsed.data] as const] : [];
  });
  return Object.fromEntries(parts);
}

const inOrder = (problems: readonly Problem[]): readonly Problem[] =>
  [...problems].sort((a, b) => a.line - b.line || a.column - b.column);

/** What the schema has to say about a place of the data: the keys of a map, the meaning of a pattern. */
function hintAt(path: DataPath): Hint {
  let schema: unknown = farmFileSchema;
  for (const part of path) schema = within(unwrap(schema), part);
  const found = unwrap(schema);
  const isRecord = found instanceof z.ZodRecord;
  return {
    keys: keysOf(found),
    meaning: isRecord ? null : meaningOf(found),
    keyMeaning: isRecord ? meaningOf(found.keyType) : null,
  };
}

function keysOf(schema: unknown): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum) return schema.keyType.options.map(String);
  return [];
}

function meaningOf(schema: unknown): string | null {
  if (!(schema instanceof z.ZodString)) return null;
  return PATTERN_MEANINGS.get(z.toJSONSchema(schema).pattern ?? '') ?? null;
}

function within(schema: unknown, part: string | number): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[part];
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodArray) return schema.element;
  return null;
}

function unwrap(schema: unknown): unknown {
  const wrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return wrapped ? unwrap(schema.unwrap()) : schema;
}
