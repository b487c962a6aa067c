import { isTold } from '../../fault-words.ts';
import { whole } from '../measure.ts';
import { AGAIN, BUG, type Faults, named } from './fault.ts';

/** Windows' own tools. */
export const toolsFaults = {
  ToolTimedOut: {
    says: (d) =>
      `a tool gave no answer ${typeof d.limitMs === 'number' ? `within ${whole(d.limitMs)}` : 'in time'}${named(d, 'tool')}.`,
    todo: AGAIN,
    hand: 'See what holds it up there, then look again.',
  },
  ToolBlocked: {
    says: (d) => `a tool may not run here${named(d, 'tool')}.`,
    todo: 'Ask who owns the policy of this machine to allow it. If its memory was full, ask again.',
    hand: 'Ask who owns the policy of this machine to allow it. Then, or if only its memory was full, look again.',
  },
  AccessDenied: {
    says: (d) =>
      `Windows denied its runner access${isTold(d.service) ? ' to its service' : isTold(d.key) ? ' to its binding' : ''} (5).`,
    todo: 'See whether rights of its own, or a security product, deny that to the account of the runner. Then ask again.',
    hand: 'See whether rights of its own, or a security product, deny that to the account of the runner. Then look again.',
  },
  ToolMissing: { says: (d) => `a tool is not there${named(d, 'tool')}.`, todo: 'Look at System32 of the machine.' },
  ToolFailed: {
    says: (d) =>
      `a tool failed${named(d, 'tool')}${typeof d.code === 'number' ? `: it ended with ${d.code}, and printed nothing` : ''}.`,
    todo: AGAIN,
  },
  ToolStopped: { says: (d) => `a tool was stopped${named(d, 'tool')}.`, todo: AGAIN },
  ToolKilled: { says: (d) => `a tool was killed${named(d, 'tool')}.`, todo: AGAIN },
  ToolNotStarted: { says: (d) => `a tool did not start${named(d, 'tool')}.`, todo: AGAIN },
  ToolCrashed: {
    says: (d) => `a tool${named(d, 'tool')} crashed or could not be loaded${named(d, 'cause')}.`,
    todo: 'Start it by hand on that machine. If it fails there too, look at what loads itself into other programs, such as endpoint protection.',
  },
  ToolOutputNotUnderstood: {
    says: (d) => `the answer of a tool was not understood${named(d, 'tool')}.`,
    todo: 'Report it with that answer: it is in the journal.',
  },
  ToolOutputTooLong: { says: (d) => `the answer of a tool was too long${named(d, 'tool')}.`, todo: BUG },
} satisfies Faults;
