import { inTable } from '../../../src/domain/in-table.ts';
import type { Lines } from '../line.ts';
import { inBrief } from './errors.ts';
import { list, serviceState, short } from './grammar.ts';

interface Entry {
  /** What the step or check is, as *Every change* names it. */
  readonly kind: string;
  readonly code?: string;
  /** It failed because a disk is full. */
  readonly full?: boolean;
  readonly changed?: boolean;
  readonly outcome?: string;
  /** The kind of the order. */
  readonly order?: string;
  /** Towards the old certificate. */
  readonly back?: boolean;
  /** The certificate that is wanted there. */
  readonly thumbprint?: string | null;
  readonly made?: string | null;
  readonly bindings?: readonly string[];
  readonly binding?: string;
  /** When an armed switch goes back by itself. */
  readonly goesBackAt?: string | null;
  /** For an armed switch: it is the master's. */
  readonly lead?: boolean;
  readonly port?: number;
  /** For a binding that is made where there was none. */
  readonly appId?: string | null;
  readonly key?: string;
  readonly state?: string;
}

export interface Told {
  /** Words for when it begins, and for when it is done. */
  readonly begins: (d: Entry) => string;
  readonly did: (d: Entry) => string;
  /** The same on the way back, if worded differently. */
  readonly beginsBack?: (d: Entry) => string;
  readonly didBack?: (d: Entry) => string;
}

const the = (thumbprint: string | null | undefined): string =>
  thumbprint == null || thumbprint === '' ? 'the new certificate' : short(thumbprint);
const places = (d: Entry): string =>
  d.bindings === undefined || d.bindings.length === 0 ? `port ${d.port ?? ''}` : list(d.bindings, 'and', 3);

const isMade = ({ appId }: Entry): boolean => appId != null;

const KINDS: { readonly [kind: string]: Told } = {
  'create-certificate': {
    begins: () => 'certificate: makes it, with its key',
    did: (d) => `certificate made: ${short(d.made)}`,
    beginsBack: (d) => `removes ${the(d.made)} and its key`,
    didBack: (d) => `removed ${the(d.made)} and its key`,
  },
  'grant-key': {
    begins: () => 'key: lets the service read it',
    did: () => 'key: the service may read it',
    beginsBack: () => 'key: takes reading it back',
    didBack: () => 'key: the service may read it no more',
  },
  'trust-certificate': {
    begins: (d) => `trust: adds ${the(d.made)} to Root`,
    did: (d) => `trusts ${the(d.made)}, beside the old one`,
    beginsBack: (d) => `trust: removes ${the(d.made)} from Root`,
    didBack: (d) => `trusts ${the(d.made)} no more`,
  },
  'distrust-certificate': {
    begins: (d) => `trust: removes ${short(d.thumbprint)} from Root`,
    did: (d) => `trusts ${short(d.thumbprint)} no more`,
  },
  'rehearse-binding': {
    begins: (d) => `rehearsal: binds ${d.binding ?? 'an address nobody uses'}`,
    did: (d) => `rehearsal: ${d.binding ?? 'an address nobody uses'} bound`,
    beginsBack: () => 'rehearsal: takes its binding away',
    didBack: () => 'rehearsal: its binding is gone',
  },
  'rehearsal-presents': {
    begins: () => 'rehearsal: asks for TLS',
    did: (d) => `rehearsal: presents ${the(d.thumbprint)}`,
  },
  'end-rehearsal': {
    begins: () => 'rehearsal: takes its binding away',
    did: () => 'rehearsal ended, its binding is gone',
  },
  'publish-cer': {
    begins: () => '.cer file: writes',
    did: (d) => `.cer file written: ${the(d.thumbprint)}`,
  },
  'remove-key': {
    begins: (d) => `removes the private key of ${short(d.thumbprint)}`,
    did: (d) => `the private key of ${short(d.thumbprint)} is gone`,
  },
  'remove-certificate': {
    begins: (d) => `removes ${short(d.thumbprint)}`,
    did: (d) => `${short(d.thumbprint)} is gone`,
  },
  'bind-port': {
    begins: (d) => (isMade(d) ? `${places(d)}: makes a binding, for there is none` : `${places(d)}: swaps`),
    did: (d) =>
      isMade(d)
        ? `${places(d)} bound to ${the(d.thumbprint)}, application id ${d.appId}`
        : `${places(d)} swapped to ${the(d.thumbprint)}, application id and flags as before`,
    beginsBack: (d) => (isMade(d) ? `${places(d)}: takes the binding away again` : `${places(d)}: swaps`),
    didBack: (d) =>
      isMade(d)
        ? `${places(d)}: no binding, as before`
        : `${places(d)} swapped to ${the(d.thumbprint)}, application id and flags as before`,
  },
  'write-setting': {
    begins: () => 'settings: writes',
    did: (d) => `settings written: ${d.key ?? ''} → ${the(d.thumbprint)}`,
  },
  'restart-service': { begins: () => 'service restart begun', did: () => 'service restarted' },
  'leave-service': {
    begins: () => 'service: left as it was',
    did: (d) => `service stays ${serviceState(d.state ?? 'as it was')}`,
  },
  presents: { begins: () => 'asks for TLS', did: (d) => `presents ${the(d.thumbprint)}` },
  'packages-end': { begins: () => 'waits for packages to end', did: () => 'no package runs' },
  'service-runs': { begins: () => 'looks at its service', did: () => 'service runs' },
  'worker-connected': {
    begins: () => 'looks for its connection',
    did: (d) => `connected, TLS shows ${the(d.thumbprint)}`,
  },
};

const told = (d: Entry, when: 'begins' | 'did'): string => {
  const kind = inTable(KINDS, d.kind);
  if (kind === undefined) return when === 'begins' ? 'at work' : 'done';
  const back = d.back === true ? kind[`${when}Back`] : undefined;
  return (back ?? kind[when])(d);
};

const cause = ({ code, full }: Entry): string => (code ? inBrief(code, full) : 'no cause was named');

const ENDS: { readonly [outcome: string]: (order: string) => string } = {
  looked: () => 'looked afresh',
  unchanged: (order) => (order === 'stop' ? 'stopped' : 'had nothing to change'),
  kept: () => 'failed, and what was removed by then stays removed',
  'put-back': (order) =>
    ({ undo: 'put back what it was told to', stop: 'stopped' })[order] ?? 'put its own changes back',
  unknown: () => 'cannot say what state it is in',
};

/** Lines of the journal beside the chat: what a machine begins, what it has done. No bold and no dates there. */
export const journalWords = {
  'journal.accepted': (d: Entry) => (d.order === 'stop' ? 'told to stop' : 'took an order'),
  'journal.armed': () => 'is armed: it follows its master, with or without the bot',
  'journal.switched': (d: Entry) => {
    if (d.goesBackAt) return 'has switched, and goes back by itself unless that is confirmed';
    return d.lead === true ? 'has switched, and stays: nothing was bound before' : 'has followed its master';
  },
  'journal.refused': (d: Entry) => `refused the order: ${cause(d)}`,
  'journal.started': (d: Entry) => `${d.back === true ? 'puts back · ' : ''}${told(d, 'begins')}`,
  'journal.done': (d: Entry) => (d.changed === false ? `as wanted already: ${told(d, 'did')}` : told(d, 'did')),
  'journal.proved': (d: Entry) => `proved: ${told(d, 'did')}`,
  'journal.failed': (d: Entry) => (d.code === 'StopAsked' ? 'stops before its next change' : `failed: ${cause(d)}`),
  'journal.undone': (d: Entry) => `put back · ${told(d, 'did')}`,
  'journal.trust-stays': () => 'goes on trusting it: its settings rest on that, as before',
  'journal.finished': (d: Entry) => inTable(ENDS, d.outcome ?? '')?.(d.order ?? '') ?? 'ended its order',
} satisfies Lines;
