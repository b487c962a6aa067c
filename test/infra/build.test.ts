import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from '../e2e/demo-process.ts';

const read = (name: string): string => readFileSync(path.resolve('dist', name), 'utf8');
/** A bundle names the file that each piece came from. */
const isOfChat = (text: string): boolean => /^\/\/ node_modules\/(?:@slack\/|botbuilder|botframework)/mu.test(text);

/** A bundle and the parts that it cannot start without. */
function loadedAtOnce(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const [, part] of read(name).matchAll(/^(?:import|export)(?:[^;'"]*?from)?\s*"\.\/(part-\w+\.mjs)";$/gmu))
    loadedAtOnce(part ?? '', seen);
  return seen;
}

describe('the bundles', () => {
  beforeAll(ensureBuilt, 60_000);

  test('a runner is one file, with no chat in it', () => {
    expect([...loadedAtOnce('runner.mjs')]).toEqual(['runner.mjs']);
    expect(isOfChat(read('runner.mjs'))).toBe(false);
  });

  test('certops loads Slack and Teams only when a bot has them', () => {
    const atOnce = [...loadedAtOnce('certops.mjs')];
    expect(atOnce.length).toBeGreaterThan(1);
    expect(atOnce.filter((name) => isOfChat(read(name)))).toEqual([]);
    const late = [...read('certops.mjs').matchAll(/import\("\.\/(part-\w+\.mjs)"\)/gu)].map(([, part]) => part ?? '');
    expect(late.length).toBeGreaterThan(3);
    // The bot's own part does not hold them either: they are one step further.
    expect(late.flatMap((part) => [...loadedAtOnce(part)]).filter((name) => isOfChat(read(name)))).toEqual([]);
  });
});
