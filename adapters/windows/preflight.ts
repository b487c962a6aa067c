import path from 'node:path';
import { CertopsError } from '../../src/domain/errors.ts';
import type { WindowsContext } from './context.ts';
import { parseElevated } from './parse/whoami.ts';
import { stateFolderProblem } from './state-folder.ts';
import { TOOL_NAMES, type ToolName } from './tools.ts';

interface Problem {
  readonly code: string;
  readonly data: { readonly [name: string]: string };
}

/** All tools start at once, perhaps after a boot: 20 s were too short on a loaded machine. Chosen, not measured. */
const LIMIT_MS = 60_000;

/**
 * What keeps the product from working here: `NodeNot64Bit`, `NotElevated`, `ToolBlocked`, `ToolMissing`, `ToolTimedOut`
 * and the like, with the tool's name; `StateFolderOpen`, with who may write in it. Every tool is started once, reading
 * only: endpoint protection that blocks certutil must be found now and not in the middle of a change. Only whoami's
 * answer matters.
 */
export async function preflight(context: WindowsContext): Promise<readonly Problem[]> {
  const runs = (await Promise.all(TOOL_NAMES.map((tool) => tried(context, tool)))).flat();
  // When a tool cannot be run, who may write in the folder cannot be determined either.
  const open = runs.some(({ code }) => code !== 'NotElevated') ? null : await stateFolderProblem(context);
  return [...bits(context.arch), ...runs, ...(open === null ? [] : [open])];
}

const READING: { readonly [tool in (typeof TOOL_NAMES)[number]]: readonly string[] } = {
  netsh: ['http', 'show', 'sslcert'],
  certutil: ['-silent', '-store', 'Root'],
  sc: ['query', 'EventLog'],
  icacls: [],
  reg: ['query', 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage', '/v', 'OEMCP'],
  whoami: ['/groups'],
  netstat: ['-ano'],
  eventcreate: ['/?'],
};

async function tried(context: WindowsContext, tool: (typeof TOOL_NAMES)[number]): Promise<readonly Problem[]> {
  const args = tool === 'icacls' ? [path.win32.join(context.systemRoot, 'System32', 'icacls.exe')] : READING[tool];
  try {
    const { text } = await context.tools.run(tool, args, { timeLimitMs: LIMIT_MS });
    return tool === 'whoami' && !parseElevated(text) ? [{ code: 'NotElevated', data: { tool } }] : [];
  } catch (error) {
    if (!(error instanceof CertopsError)) throw error;
    return [{ code: error.code, data: told(error, tool) }];
  }
}

const told = (error: CertopsError, tool: ToolName): Problem['data'] => ({
  tool,
  ...(typeof error.data.cause === 'string' ? { cause: error.data.cause } : {}),
  ...(typeof error.data.output === 'string' ? { output: error.data.output } : {}),
});

/** A 32-bit process gets SysWOW64 instead of System32, and another view of the registry. */
const bits = (arch: string): readonly Problem[] =>
  arch === 'x64' || arch === 'arm64' ? [] : [{ code: 'NodeNot64Bit', data: { arch } }];
