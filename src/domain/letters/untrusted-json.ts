import type * as z from 'zod';
import { type Json, type Refusal, refuse } from '../values.ts';

/** None of our letters nests deeper than a dozen levels; a recursive validator must never meet a thousand. */
const MAX_DEPTH = 40;

/** JSON.parse for text written by somebody else. Refusals: `LetterNotJson`, `LetterTooDeep`, `LetterNameForbidden`. */
export function parseJson(body: string): Json | Refusal {
  let value: Json;
  try {
    value = JSON.parse(body);
  } catch {
    return refuse('LetterNotJson');
  }
  return overstepped(value) ?? value;
}

/** Level by level instead of recursively. A name `__proto__` would reach an object's prototype when copied. */
function overstepped(value: Json): Refusal | null {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return refuse('LetterTooDeep', { limit: MAX_DEPTH });
    const below: Json[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      if (Object.hasOwn(item, '__proto__')) return refuse('LetterNameForbidden');
      for (const child of Object.values(item)) below.push(child);
    }
    level = below;
  }
  return null;
}

/** Validates against a strict shape; the refusal names where the first problem is, and never repeats values. */
export function understand<T>(value: Json, shape: z.ZodType<T>, code: string): T | Refusal {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  return refuse(code, { path: path.slice(0, 120), problem: (issue?.message ?? '').slice(0, 200) });
}
