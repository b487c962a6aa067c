import type { HostLook } from '../../domain/machine/host-facts.ts';
import type { Data } from '../../domain/values.ts';
import { listed, type Saying, USAGE } from './saying.ts';

/** Where a runner's program must not be. */
export const OF_PROGRAM: { readonly [code: string]: Saying } = {
  ProgramOpen: { exit: USAGE, say: (data) => `${openLine(data)} Nothing was made.` },
};

/** Who else may replace a runner's program, for a person at the machine. */
export const programLine = ({ code, data }: HostLook['problems'][number]): string =>
  code === 'program-open'
    ? openLine(data)
    : `Could not find out who may replace this runner's program at ${listed(data.places)}: check with icacls.`;

const openLine = ({ place, others }: Data): string =>
  `${listed(others)} may write to ${listed(place)}, and whoever replaces this runner's program controls this machine: keep runner.mjs and node.exe where only administrators may write, such as below C:\\Program Files.`;
