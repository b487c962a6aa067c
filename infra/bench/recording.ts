import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** One tool that a runner started. Times are milliseconds of the machine's monotonic clock. */
export interface Call {
  readonly host: string;
  readonly from: number;
  /** Infinity while it runs. */
  readonly to: number;
  /** Milliseconds since 1970 at its start, to compare with the bot's journal. */
  readonly wall: number;
  readonly tool: string;
  readonly args: readonly string[];
  readonly code: number;
  /** The state that `sc` printed, such as 1 stopped or 4 running; 0 for any other tool. */
  readonly state: number;
}

/** Everything that the probes have written so far, by host, in order. */
export async function readCalls(folder: string): Promise<readonly Call[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
  const all = names.map(async (name) =>
    parseCalls(path.basename(name, '.jsonl'), await readFile(path.join(folder, name), 'utf8')),
  );
  return (await Promise.all(all)).flat();
}

type Line =
  | {
      readonly id: number;
      readonly at: number;
      readonly wall: number;
      readonly tool: string;
      readonly args: readonly string[];
    }
  | { readonly id: number; readonly end: number; readonly code: number | null; readonly state?: number };

/** Parses one host's lines. A restarted runner counts its ids from one again. */
export function parseCalls(host: string, text: string): readonly Call[] {
  const calls: Call[] = [];
  const places = new Map<number, number>();
  for (const each of text.split('\n')) {
    // The last line may be half written.
    if (!each.endsWith('}')) continue;
    const line = JSON.parse(each) as Line;
    if ('at' in line) {
      const { at, wall, tool, args } = line;
      places.set(line.id, calls.length);
      calls.push({ host, from: at / 1e6, to: Number.POSITIVE_INFINITY, wall, tool, args, code: -1, state: 0 });
    } else {
      const place = places.get(line.id) ?? -1;
      const call = calls[place];
      if (call !== undefined)
        calls[place] = { ...call, to: line.end / 1e6, code: line.code ?? -1, state: line.state ?? 0 };
    }
  }
  return calls;
}

/** What the bench needs from the bot's journal. `at` in milliseconds since 1970. */
export interface BotRecord {
  readonly at: number;
  readonly type: string;
  readonly id: string;
  readonly host: string;
  readonly kind: string;
  readonly stage: string | null;
}

/** Reads the bot's journal as plain text: a bench must not share the product's own reader. */
export async function readBot(state: string): Promise<readonly BotRecord[]> {
  const folder = path.join(state, 'bot');
  const name = (await readdir(folder)).find((each) => each.endsWith('.journal'));
  return name === undefined ? [] : parseBot(await readFile(path.join(folder, name), 'utf8'));
}

export function parseBot(text: string): readonly BotRecord[] {
  return text.split('\n').flatMap((each) => {
    if (!each.endsWith('}')) return [];
    const { at, entry } = JSON.parse((JSON.parse(each) as { body: string }).body) as {
      at: string;
      entry: { type: string; id?: string; host?: string; kind?: string; stage?: string | null };
    };
    const { type, id = '', host = '', kind = '', stage = null } = entry;
    return [{ at: Date.parse(at), type, id, host, kind, stage }];
  });
}
