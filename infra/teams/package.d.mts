export function teamsPackage(words: {
  readonly appId: string;
  readonly version: string;
  readonly website: string;
}): Uint8Array;
export function readArguments(
  args: readonly string[],
  read: (file: string) => Uint8Array,
): string | { readonly appId: string; readonly website: string };
