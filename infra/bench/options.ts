import path from 'node:path';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Fewer samples: some two minutes instead of ten. */
  readonly quick: boolean;
  /** Where the JSON goes. */
  readonly json: string;
  readonly workers: number;
  readonly only: 'small' | 'many' | null;
}

export const USAGE = 'npm run bench -- [--quick] [--json FILE] [--workers 50] [--only small|many]';

/** Throws with the usage when something else was typed. */
export function parseOptions(args: readonly string[], project: string): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string', default: path.join(project, '.cache/bench.json') },
      workers: { type: 'string', default: '50' },
      only: { type: 'string' },
    },
  });
  const { quick, json, only = null } = values;
  const workers = Number(values.workers);
  const isPart = only === null || only === 'small' || only === 'many';
  if (!isPart || !Number.isInteger(workers) || workers < 2 || workers > 200) throw new Error(USAGE);
  return { quick, json: path.resolve(json), workers, only };
}
