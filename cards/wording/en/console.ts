import { inTable } from '../../../src/domain/in-table.ts';
import type { Lines } from '../line.ts';
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

/** Beside the chat: machines in the picture, lines of the journal. No bold and no dates there. */
export const consoleWords = {
  'console.master-ready': (d: { port: number }) => `port ${d.port} bound, service runs`,
  'console.service': (d: { state: string }) => `its service is ${serviceState(d.state)}`,
  'console.connected': () => 'connected',
  'console.connected-after': (d: { ms: readonly number[] }) => `connected again after ${sum(d.ms)}`,
  'console.cut-off': (d: { ms: number | null; kind?: string | null; waits?: boolean; failed?: boolean }) => {
    const word = inTable(DOING, d.kind ?? '');
    const doing = word === undefined ? '' : `, ${word}`;
    const how = d.failed === true ? ', failed' : d.waits === true ? ', waits' : doing;
    return `${d.ms === null ? 'cut off' : `cut off for ${whole(d.ms)}`}${how}`;
  },
  'console.not-looked': () => 'not looked at yet',
  'console.card-not-drawn': () => 'This card was kept by another version and cannot be drawn.',
  ...journalWords,
} satisfies Lines;
