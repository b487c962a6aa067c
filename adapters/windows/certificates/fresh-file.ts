import type { WindowsContext } from '../context.ts';
import type { MaskedArg, RunOptions, ToolResult } from '../tools.ts';

const PATIENCE_MS = 5_000;
const RETRY_MS = 200;
/** ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION: somebody else has the file open, and certutil did nothing. */
const BUSY = /0x8007002[01]\b/u;

/**
 * Runs certutil over a file that was written a moment ago: virus scanners open such files, above all those with keys in
 * them, so for 5 s it is run again while the file is held. Returns its last result, whatever that is.
 */
export async function certutilOverFresh(
  context: WindowsContext,
  args: readonly (string | MaskedArg)[],
  options: RunOptions & { readonly signal: AbortSignal },
): Promise<ToolResult> {
  const until = context.clock.steady() + PATIENCE_MS;
  for (;;) {
    const result = await context.tools.run('certutil', args, options);
    if (!isBusy(result) || context.clock.steady() >= until || options.signal.aborted) return result;
    await context.clock.sleep(RETRY_MS, options.signal).catch(() => {});
  }
}

const isBusy = ({ code, text }: ToolResult): boolean =>
  code !== 0 && (BUSY.test(`0x${(code >>> 0).toString(16)}`) || BUSY.test(text));
