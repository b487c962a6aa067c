import path from 'node:path';
import { CertopsError } from '../../src/domain/errors.ts';
import { createDecoder, type Encoding } from './decode.ts';
import type { HostPaths } from './paths.ts';
import { createRunningTools } from './running-tools.ts';
import { spawn } from './spawn.ts';

/** The only programs in System32 that this product starts, besides tasklist. */
export const TOOL_NAMES = ['netsh', 'certutil', 'sc', 'icacls', 'reg', 'whoami', 'netstat', 'eventcreate'] as const;
/** sqlcmd is the only one outside System32, and may be missing. */
export type ToolName = (typeof TOOL_NAMES)[number] | 'tasklist' | 'sqlcmd';

/** An argument that must not be seen: `secret` goes to the program, `shown` everywhere else. */
export interface MaskedArg {
  readonly secret: string;
  readonly shown: string;
}

/** An argument that stands as `***` in messages, journals and records. */
export const masked = (secret: string): MaskedArg => ({ secret, shown: '***' });

export interface RunOptions {
  /** Default 60 000. The program is killed when it takes longer. */
  readonly timeLimitMs?: number;
  readonly signal?: AbortSignal;
  /** Encoding of the output; default the console's OEM code page. See `Decoder`. */
  readonly encoding?: Encoding;
  /** The previous call ran the same program: it is not looked for again, which would take time. */
  readonly isThere?: boolean;
  /** Windows path of the program's folder; default System32. Only sqlcmd is elsewhere. */
  readonly folder?: string;
}

/** A non-zero exit is a result, not an exception. */
export interface ToolResult {
  readonly tool: ToolName;
  /** On Windows a whole 32-bit number. */
  readonly code: number;
  /**
   * Standard output, then standard error, decoded; secrets masked. Of a tool in System32 that exits with 0, standard
   * output alone: it writes its answer there, and what stands beside it is somebody else's, such as an agent's.
   */
  readonly text: string;
  /** The same as raw bytes, for the record; secrets masked. */
  readonly bytes: Buffer;
  readonly args: readonly string[];
}

export interface Tools {
  /**
   * Runs one program without a shell and waits for it to end. Throws CertopsError `ToolMissing`, `ToolBlocked` (it is
   * there and may not be run), `ToolNotStarted`, `ToolTimedOut`, `ToolStopped` (by the signal), `ToolKilled` (by
   * somebody else), `ToolCrashed` (or it could not be loaded), `ToolFailed` (it ended without a word),
   * `ToolOutputTooLong`, `ToolArgumentRefused`, `CodePageUnknown`. None of them carries a secret.
   */
  run(tool: ToolName, args: readonly (string | MaskedArg)[], options?: RunOptions): Promise<ToolResult>;
}

interface ToolsOptions {
  /** `C:\Windows` */
  readonly systemRoot: string;
  readonly paths: HostPaths;
  /** File-system path of the file that records the running tools, for a sweep; null: none is kept. */
  readonly toolsRecord: string | null;
  /** Milliseconds. No call may take longer, whatever it asks for. */
  readonly maxLimitMs?: number | undefined;
  /** The whole environment of the tools; left out, they get this process's own. */
  readonly environment?: { readonly [name: string]: string } | undefined;
}

const DEFAULT_LIMIT_MS = 60_000;
const CODE_PAGE_KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage';

/** Output is read in the OEM code page that the registry names: a service has no console to ask for one. */
export function createTools(options: ToolsOptions, begin: typeof spawn = spawn): Tools {
  const pids = createRunningTools(options.toolsRecord);
  const system32 = path.win32.join(options.systemRoot, 'System32');

  const start = async (tool: ToolName, args: readonly (string | MaskedArg)[], run: RunOptions) => {
    const shown = args.map((arg) => (typeof arg === 'string' ? arg : arg.shown));
    const plain = args.map((arg) => (typeof arg === 'string' ? arg : arg.secret));
    const call = { tool, args: shown };
    // a NUL ends an argument early and a line break splits what some tools read: none of our arguments has either
    if (plain.some(hasControl)) throw new CertopsError('ToolArgumentRefused', call);
    const limitMs = Math.min(run.timeLimitMs ?? DEFAULT_LIMIT_MS, options.maxLimitMs ?? Number.POSITIVE_INFINITY);
    const result = await begin({
      file: options.paths.toFileSystem(path.win32.join(run.folder ?? system32, `${tool}.exe`)),
      args: plain,
      limitMs,
      signal: run.signal,
      environment: options.environment,
      isThere: run.isThere ?? false,
      call,
      started: (pid) => pids.remember({ pid, tool, limitMs, startedAt: Date.now() }),
    });
    const isAnswer = result.code === 0 && tool !== 'sqlcmd';
    const said = isAnswer ? result.stdout : Buffer.concat([result.stdout, result.stderr]);
    const died = deathOf(result.code, said.toString('latin1'));
    if (died !== null) throw new CertopsError(died.code, { ...call, ...died.data });
    return { ...call, code: result.code, bytes: mask(said, args) };
  };

  const decode = createDecoder(async () => {
    return (await start('reg', ['query', CODE_PAGE_KEY, '/v', 'OEMCP'], {})).bytes.toString('latin1');
  });

  return {
    async run(tool, args, run = {}) {
      const result = await start(tool, args, run);
      return { ...result, text: await decode(result.bytes, run.encoding ?? 'oem') };
    },
  };
}

/** From here on exit codes are Windows' own (NTSTATUS): 0xC0000135 without one of its libraries, 0xC0000005, ... */
const DIED = 0xc0000000;
/**
 * From here on they are small negative numbers, which tools choose themselves, and with which some programs end others
 * (.NET with -1).
 */
const NEGATIVE = 0xf0000000;

/**
 * What the exit code tells, if what was printed is no answer; else null. `ToolCrashed`: the program could not be
 * loaded, or crashed. `ToolFailed`: it ended with a negative number, by itself or not, without a word. A tool that
 * prints Windows' number itself, as certutil does, has answered.
 */
function deathOf(code: number, said: string): Pick<CertopsError, 'code' | 'data'> | null {
  const number = code >>> 0;
  if (number < DIED) return null;
  const text = said.replaceAll('\0', '').trim().toUpperCase();
  if (number >= NEGATIVE) return text === '' ? { code: 'ToolFailed', data: { code: number | 0 } } : null;
  const cause = number.toString(16).toUpperCase();
  return text.includes(cause) ? null : { code: 'ToolCrashed', data: { cause: `0x${cause}` } };
}

const hasControl = (arg: string): boolean =>
  [...arg].some((character) => character < ' ' || character === '\u007f' || character === '\u2028');

/** Some tools echo their command line when they reject it. */
function mask(bytes: Buffer, args: readonly (string | MaskedArg)[]): Buffer {
  let masking = bytes;
  for (const arg of args) {
    if (typeof arg === 'string' || arg.secret === '') continue;
    for (const encoding of ['utf8', 'utf16le'] as const) {
      masking = replaceAll(masking, Buffer.from(arg.secret, encoding), Buffer.from(arg.shown, encoding));
    }
  }
  return masking;
}

function replaceAll(bytes: Buffer, find: Buffer, put: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(find); at !== -1; at = bytes.indexOf(find, from)) {
    parts.push(bytes.subarray(from, at), put);
    from = at + find.length;
  }
  return from === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(from)]);
}
