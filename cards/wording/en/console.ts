import type { Line, Lines } from '../line.ts';
import { serviceState } from './grammar.ts';
import { journalWords } from './journal.ts';
import { sum, whole } from './measure.ts';

/** What a machine that is cut off is doing, in a word or two. */
const DOING: { readonly [kind: string]: string } = {
  'write-setting': 'writing settings',
  'restart-service': 'restarting',
  'service-runs': 'starting',
  'worker-connected': 'connecting',
};

/** Beside the chat: machines in the picture, lines of the journal. Neither bold nor dates there. */
export const consoleWords = {
  'console.master-ready': ((d) => `port ${d.port} bound, service runs`) as Line<{ port: number }>,
  'console.service': ((d) => `its service is ${serviceState(d.state)}`) as Line<{
    state: string;
  }>,
  'console.connected': () => 'connected',
  'console.connected-after': ((d) => `connected again after ${sum(d.ms)}`) as Line<{ ms: readonly number[] }>,
  'console.cut-off': ((d) => {
    const doing = d.kind != null && Object.hasOwn(DOING, d.kind) ? `, ${DOING[d.kind]}` : '';
    const how = d.failed === true ? ', failed' : d.waits === true ? ', waits' : doing;
    return `${d.ms === null ? 'cut off' : `cut off for ${whole(d.ms)}`}${how}`;
  }) as Line<{ ms: number | null; kind?: string | null; waits?: boolean; failed?: boolean }>,
  'console.not-looked': () => 'not looked at yet',
  'console.card-not-drawn': () => 'This card was kept by another version and cannot be drawn.',
  ...journalWords,
} satisfies Lines;
