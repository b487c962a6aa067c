import type { HostLook } from '../../domain/machine/host-facts.ts';
import type { Json } from '../../domain/values.ts';
import { type Saying, USAGE } from './saying.ts';

type Data = { readonly [name: string]: Json };

/** Where a runner's program must not lie. */
export const OF_PROGRAM: { readonly [code: string]: Saying } = {
  ProgramOpen: { exit: USAGE, say: (data) => `${openLine(data)} Nothing was made.` },
};

/** Who else may replace what a runner is, for a person at its machine. */
export const programLine = ({ code, data }: HostLook['problems'][number]): string =>
  code === 'program-open'
    ? openLine(data)
    : `Who may replace what this runner is could not be seen at ${listed(data.places)}: look with icacls.`;

const openLine = ({ place, others }: Data): string =>
  `${listed(others)} may write at ${listed(place)}, and whoever replaces what this runner is has this machine: keep runner.mjs and node.exe where only administrators write, as below C:\\Program Files.`;

const listed = (names: Json | undefined): string => (Array.isArray(names) ? names.join(', ') : String(names));
