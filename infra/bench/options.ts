import path from 'node:path';
import { parseArgs } from 'node:util';

/** The parts of the bench; `--only` selects one. */
const PARTS = ['small', 'many', 'cutover', 'waves', 'chats', 'inventory'] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  /** Fewer samples. */
  readonly quick: boolean;
  /** The file that the JSON is written to. */
  readonly json: string;
  readonly workers: number;
  readonly only: Part | null;
}

const USAGE = `npm run bench -- [--quick] [--json FILE] [--workers 50] [--only ${PARTS.join('|')}]`;

/** Throws when the arguments are not understood. */
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
  const { quick, json } = values;
  const workers = Number(values.workers);
  const only = PARTS.find((part) => part === values.only) ?? null;
  const isPart = values.only === undefined || only !== null;
  if (!isPart || !Number.isInteger(workers) || workers < 2 || workers > 200) throw new Error(USAGE);
  return { quick, json: path.resolve(json), workers, only };
}
