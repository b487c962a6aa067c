import type { LabTool } from '../channel/shim.ts';
import type { FaultKind } from '../faults/table.ts';
import { certutil } from './certutil.ts';
import { icacls } from './icacls.ts';
import { netsh } from './netsh.ts';
import { englishNameIn, inOtherWords } from './other-words.ts';
import { reg } from './reg.ts';
import { sc } from './sc.ts';
import { eventcreate, netstat, whoami } from './small.ts';
import { sqlcmd } from './sqlcmd.ts';
import { type Machine, type Said, said, type ToolProgram } from './tool.ts';

const TOOLS: { readonly [tool in LabTool]: ToolProgram } = {
  netsh,
  certutil,
  sc,
  icacls,
  reg,
  whoami,
  netstat,
  eventcreate,
  sqlcmd,
};

const SLOW_MS = 2000;
const GARBAGE = '\u0007\u2592\u2592 0xC0000142 }{ \u2592\u2592\n\n     :      :\n';

/** Runs one call of one tool, in its machine's language. `alive` turns false when the tool is killed. */
export async function runTool(
  machine: Machine,
  tool: LabTool,
  args: readonly string[],
  alive: () => boolean,
): Promise<Said> {
  const { language = 'en' } = machine.host.state.switches;
  const name = tool === 'icacls' ? englishNameIn(language, args) : null;
  const answer =
    name === null
      ? await runInEnglish(machine, tool, args, alive)
      : said(1332, `${name}: No mapping between account names and security IDs was done.\n`);
  return { ...answer, text: inOtherWords(language, tool, answer.text) };
}

/** Runs the call with the fault that is armed for it, if any. */
async function runInEnglish(
  machine: Machine,
  tool: LabTool,
  args: readonly string[],
  alive: () => boolean,
): Promise<Said> {
  const program = TOOLS[tool];
  const operation = program.operation(args);
  const fault = operation === null ? null : machine.faults.take(machine.host.state.name, operation);
  if (fault?.mode === 'slow') await pause(SLOW_MS);
  if (!alive()) return said(1, '');
  if (operation === null || fault === null || fault.mode === 'slow') return program.run(machine, args);
  return spoil(machine, program, fault, args);
}

async function spoil(machine: Machine, program: ToolProgram, fault: FaultKind, args: readonly string[]): Promise<Said> {
  const operation = program.operation(args);
  if (operation === null) return program.run(machine, args);
  switch (fault.mode) {
    case 'fails':
      return program.failure(operation, args);
    case 'lies':
      return program.success(operation, args);
    case 'garbage':
      return said(0, GARBAGE);
    case 'hangs-after':
      await program.run(machine, args);
      return never();
    default:
      return never();
  }
}

const never = (): Promise<Said> => new Promise(() => {});
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
