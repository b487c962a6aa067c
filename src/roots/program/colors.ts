import pc from 'picocolors';

/**
 * picocolors treats all of Windows as a terminal, and would write its escape codes even into a file or pipe to which a
 * command's output is redirected there.
 */
export const withColors = (wanted: boolean, platform: string, isTerminal: boolean): boolean =>
  wanted && (platform !== 'win32' || isTerminal);

export const colors = pc.createColors(withColors(pc.isColorSupported, process.platform, process.stdout.isTTY === true));
