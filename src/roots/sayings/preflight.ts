import type { Data, Json } from '../../domain/values.ts';
import { othersLine } from './folder.ts';
import { FAILED, type Saying } from './saying.ts';

/** Why a machine cannot be served: what was found, what was wanted, what to do. */
export const OF_PREFLIGHT: { readonly [code: string]: Saying } = {
  PreflightFailed: {
    exit: FAILED,
    say: ({ problems }) => ['This machine cannot be served.', ...problemsOf(problems).map(lineOf)].join(' '),
  },
};

interface Problem {
  readonly code: string;
  readonly data: Data;
}

const problemsOf = (problems: Json | undefined): readonly Problem[] =>
  Array.isArray(problems) ? (problems as unknown as readonly Problem[]) : [];

const lineOf = ({ code, data }: Problem): string =>
  LINES[code]?.(data) ??
  `${tool(data)} could not be tried (${code}): check what keeps it from running, then start the runner again.`;

const tool = ({ tool }: Data): string => (tool === undefined ? 'What it needs' : `${tool}.exe`);

/** An error that Node has no name for may be Windows' 1455: no process can be given more memory. */
const orFull = ({ cause }: Data): string =>
  cause === 'UNKNOWN' ? 'the paging file may be full, in which case no other program starts either; otherwise ' : '';

const LINES: { readonly [code: string]: (data: Data) => string } = {
  NodeNot64Bit: ({ arch }) =>
    `This Node is built for ${arch}; it must be x64 or arm64, because Windows shows other builds a different System32. Install the 64-bit Node and start the runner with it.`,
  NotElevated: () =>
    'This process is not elevated, and only administrators may change what it has to change: run it as a service or task of SYSTEM or of an account in Administrators (with highest privileges), or in an elevated window.',
  ToolMissing: (data) =>
    `${tool(data)} is not in System32, where it belongs: if Windows lies elsewhere, correct systemRoot in runner.json, else put it back with sfc /scannow.`,
  ToolBlocked: (data) =>
    `${tool(data)} may not be started (${data.cause}): ${orFull(data)}whoever manages AppLocker or endpoint protection on this machine has to allow it for the runner's account.`,
  ToolTimedOut: (data) =>
    `${tool(data)} gave no answer within 60 s, although it was only asked to read: check what holds it, such as endpoint protection, then start the runner again.`,
  ToolNotStarted: (data) =>
    `${tool(data)} could not be started (${data.cause}): the machine was out of memory, handles or processes, or held it for a moment. Start the runner again.`,
  ToolCrashed: (data) =>
    `${tool(data)} crashed or could not be loaded (${data.cause}): start it by hand there; if it fails too, look at what loads itself into other programs, such as endpoint protection, and at System32 with sfc /scannow. Then start the runner again.`,
  ToolFailed: (data) =>
    `${tool(data)} ended with ${data.code} and printed nothing: start it by hand there; if it fails too, look at what ends other programs, such as endpoint protection. Then start the runner again.`,
  ToolOutputNotUnderstood: (data) =>
    `${tool(data)} gave an answer that is not understood; please report it: ${data.output || 'it printed nothing'}`,
  StateFolderOpen: ({ folder, others }) => othersLine(String(folder), String(others).split(', ')),
};
