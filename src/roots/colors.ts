import pc from 'picocolors';

/**
 * picocolors takes all of Windows for a terminal, and would put its marks into the file or the pipe to which a command
 * is led there, too.
 */
export const withColors = (wanted: boolean, platform: string, isTerminal: boolean): boolean =>
  wanted && (platform !== 'win32' || isTerminal);

export const colors = pc.createColors(withColors(pc.isColorSupported, process.platform, process.stdout.isTTY === true));
