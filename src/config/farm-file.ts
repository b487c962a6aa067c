import type * as z from 'zod';
import type { Farm } from '../domain/farm/farm.ts';
import { checkFarm, noteFarm } from './check-farm.ts';
import { type FarmFile, farmFileSchema, type HostOverrides } from './farm-schema.ts';
import type { FileFinding, Problem } from './problem.ts';
import { resolveFarm } from './resolve-farm.ts';
import { belowBadNames, hintsOf } from './schema-hints.ts';
import { readYaml } from './yaml-text.ts';
import { findingsOf, valueAt } from './zod-findings.ts';

export interface ReadFarm {
  readonly farm: Farm;
  /** What is allowed but worth knowing: where, and in `found` what. */
  readonly notes: readonly Problem[];
  /** For `certops runner init` only. */
  readonly overrides: { readonly [host: string]: HostOverrides };
}

/**
 * Reads a farm file; reports every problem at once, in the order of the text. `fileName` is the name used in problems.
 */
export function parseFarmFile(text: string, fileName: string): ReadFarm | { readonly problems: readonly Problem[] } {
  const yaml = readYaml(text, fileName);
  if (yaml.problems.length > 0) return { problems: yaml.problems };
  const parsed = farmFileSchema.safeParse(yaml.data);
  const malformed = parsed.success ? [] : malformedIn(yaml.data, parsed.error.issues);
  const findings = [...malformed, ...checkFarm(wellFormed(yaml.data))];
  if (!parsed.success || findings.length > 0) return { problems: inOrder(findings.map(yaml.place)) };
  const overrides = Object.entries(parsed.data.hosts).map(([name, host]) => [name, host.overrides ?? {}] as const);
  return {
    farm: resolveFarm(parsed.data),
    notes: inOrder(noteFarm(parsed.data).map(yaml.place)),
    overrides: Object.fromEntries(overrides),
  };
}

function malformedIn(data: unknown, issues: readonly z.core.$ZodIssue[]): readonly FileFinding[] {
  const below = belowBadNames(farmFileSchema, issues, (path) => valueAt(data, path));
  return findingsOf([...issues, ...below], data, hintsOf(farmFileSchema));
}

/** The parts of a file that are valid on their own. */
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
