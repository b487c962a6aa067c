import type { WindowsContext } from './context.ts';
import { endsInEmptyLine, notUnderstood } from './parse/text.ts';
import type { RunOptions, ToolName, ToolResult } from './tools.ts';

interface WholeOptions extends RunOptions {
  readonly isEnd?: (text: string) => boolean;
  readonly again?: readonly string[];
}

/**
 * Runs a tool that only lists. Output that was cut off may look whole, and what it lacks would pass for absent: where
 * its end is not shown, it is asked once more, and only what comes twice alike counts: a build that ends its lists
 * otherwise is asked twice, and not refused. `again`: the arguments then, where the first call may have left a file
 * that the tool does not replace. Throws `ToolOutputNotUnderstood`.
 */
export async function runWhole(
  context: WindowsContext,
  tool: ToolName,
  args: readonly string[],
  { isEnd = endsInEmptyLine, again = args, ...options }: WholeOptions = {},
): Promise<ToolResult> {
  const first = await context.tools.run(tool, args, options);
  if (isEnd(first.text) || isRefusal(first)) return first;
  const second = await context.tools.run(tool, again, options);
  if (isEnd(second.text) || isRefusal(second)) return second;
  if (second.code === first.code && second.text === first.text) return second;
  throw notUnderstood(tool, 'it broke off', second.text);
}

/** `reg` says in one line that it found nothing or failed: that is no list. */
const isRefusal = ({ tool, code }: ToolResult): boolean => tool === 'reg' && code !== 0;
