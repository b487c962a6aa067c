import { exact, whole } from '../../measure.ts';
import type { Line, Lines } from '../line.ts';
import { short } from './grammar.ts';

/** What the runner's journal says of a step, by its kind: about to, and done. */
const KINDS: { readonly [kind: string]: readonly [string, string] } = {
  'create-certificate': ['makes the certificate', 'certificate made'],
  'trust-certificate': ['trusts the new certificate', 'new certificate trusted'],
  'rehearse-binding': ['tries the new binding', 'new binding tried'],
  'end-rehearsal': ['ends the rehearsal', 'rehearsal ended'],
  'publish-cer': ['refreshes the .cer file', '.cer file refreshed'],
  'bind-port': ['binds the port', 'port bound, flags as before'],
  'write-setting': ['writes the settings', 'settings written'],
  'restart-service': ['service restart asked', 'service restarted'],
  presents: ['asks what it presents', 'TLS shows the wanted certificate'],
  'worker-connected': ['looks for its connection', 'connected'],
  'service-runs': ['looks at its service', 'service runs'],
};

type Entry = {
  readonly kind?: string;
  readonly changed?: boolean;
  readonly stage?: string | null;
  readonly step?: string;
  readonly code?: string;
  readonly outcome?: string;
  readonly direction?: string;
};

const kind = ({ step = '' }: Entry, at: 0 | 1): string =>
  (Object.hasOwn(KINDS, step) ? KINDS[step]?.[at] : undefined) ?? step;

/** Beside the chat: machines in the picture, lines of the journal. Neither bold nor dates there. */
export const consoleWords = {
  'console.master-ready': ((d) => `port ${d.port} bound, service runs`) as Line<{ port: number }>,
  'console.service': ((d) => `its service is ${d.state}`) as Line<{ state: string }>,
  'console.connected': () => 'connected',
  'console.connected-after': ((d) => `connected again after ${exact(d.ms)}`) as Line<{ ms: number }>,
  'console.cut-off': ((d) => (d.ms === null ? 'cut off' : `cut off for ${whole(d.ms)}`)) as Line<{
    ms: number | null;
  }>,
  'console.not-looked': () => 'not looked at yet',
  'journal.accepted': ((d) =>
    `order accepted: ${[d.kind ?? '', d.stage ?? ''].filter(Boolean).join(' ')}`) as Line<Entry>,
  'journal.refused': ((d) => `order refused: ${d.code ?? ''}`) as Line<Entry>,
  'journal.started': ((d) => `${d.direction === 'back' ? 'puts back: ' : ''}${kind(d, 0)}`) as Line<Entry>,
  'journal.made': ((d) => `made ${short(d.thumbprint)}`) as Line<{ thumbprint: string }>,
  'journal.done': ((d) => (d.changed === false ? `nothing to do: ${kind(d, 0)}` : kind(d, 1))) as Line<Entry>,
  'journal.proved': ((d) => `proved: ${kind(d, 1)}`) as Line<Entry>,
  'journal.failed': ((d) => `failed${kind(d, 0) === '' ? '' : `: ${kind(d, 0)}`}, ${d.code ?? ''}`) as Line<Entry>,
  'journal.undone': ((d) => `put back: ${kind(d, 1)}`) as Line<Entry>,
  'journal.finished': ((d) => `order ended: ${d.outcome ?? ''}`) as Line<Entry>,
} satisfies Lines;
