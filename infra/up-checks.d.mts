export function whyNot(command: string, platform: string, version: string): string | null;
export function installedAsLocked(lock: string, record: string | null, isThere: (name: string) => boolean): boolean;
export function whyNotInstalled(how: unknown): string;
