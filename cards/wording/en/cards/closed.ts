import type { Outcome as AnyOutcome } from '../../../../src/domain/rotation/rotation.ts';
import type { Pen } from '../../../pen.ts';
import type { Lines } from '../../line.ts';
import { count, days, list } from '../grammar.ts';
import { bare, exact, range, sum, whole } from '../measure.ts';
import { reconnected } from './reconnect.ts';

type Outcome = Exclude<AnyOutcome, 'planned'>;
type Names = readonly string[];
type Unproved = 'master' | 'workers' | null;

const STATES: { readonly [outcome in Outcome]: string } = {
  proved: 'DONE',
  'put-back': 'PUT BACK',
  stopped: 'STOPPED AND PUT BACK',
  'left-behind': 'DONE, NOT EVERYWHERE',
  partly: 'DONE IN PART',
  contained: 'CONTAINED, CUT OFF',
  withdrawn: 'WITHDRAWN',
  denied: 'DENIED',
  lapsed: 'LAPSED',
  refused: 'REFUSED',
};

interface About {
  readonly outcome: Outcome;
  readonly farm: string;
  readonly ran: boolean;
  readonly request: string;
  readonly hosts: Names;
  /** The rotation that was rolled back. */
  readonly of: string | null;
  /** The port that had no binding before, and whether it was seen without one after the end; null: it had one. */
  readonly unbound: { readonly port: number; readonly seen: boolean } | null;
  /** The master to be switched was left as it is, or workers were, and no other is proved on what it was given. */
  readonly unproved: Unproved;
  /** Somebody has put it back by hand since it ended. */
  readonly past: boolean;
}

const then = (past: boolean): string => (past ? ' when this ended' : '');

function ofWorkers({ outcome, farm, ran, hosts, of, past }: About): string {
  const one = hosts.length === 1;
  const who = one ? hosts[0] : `${hosts.length} workers of ${farm}`;
  const [its, certificate] = one ? ['its', 'certificate'] : ['their', 'certificates'];
  if (outcome === 'proved') {
    const runs = past ? 'ran' : one ? 'runs' : 'run';
    return `${who} ${runs} on ${its} ${of === null ? `new ${certificate}` : `${certificate} from before ${of}`}${then(past)}`;
  }
  if (outcome === 'contained') return `${who} ${one ? 'is' : 'are'} contained, and cut off`;
  if (outcome === 'partly')
    return `Some workers of ${farm} ${past ? 'ran' : 'run'} on their ${of === null ? 'new certificates' : `certificates from before ${of}`}${then(past)}`;
  if (outcome === 'left-behind')
    return `${who}: ${of === null ? `new ${certificate}` : `${certificate} from before ${of}`}, not proved everywhere`;
  if (ran)
    return `${who} ${one ? 'runs' : 'run'} on ${its} ${of === null ? `old ${certificate}` : `${certificate} from ${of}`}`;
  return hosts.length === 0
    ? `Workers of ${farm} keep their certificates`
    : `${who} ${one ? 'keeps' : 'keep'} ${its} ${certificate}`;
}

const title = (about: About): string => {
  const { outcome, farm, ran, of } = about;
  // Others of them may have been put back, or never have begun.
  if (about.unproved === 'workers')
    return `How ${about.hosts.length === 1 ? `${about.hosts[0]} stands` : `workers of ${farm} stand`} is not proved`;
  if (about.request === 'rotate-worker') return ofWorkers(about);
  if (about.request === 'reconnect') return reconnected(outcome, ran, about);
  if (about.unproved === 'master') return `How the master of ${farm} stands is not proved`;
  const certificate = of === null ? 'new master certificate' : `master certificate from before ${of}`;
  const onIt = `${farm} ${about.past ? 'ran' : 'runs'} on its ${certificate}${then(about.past)}`;
  if (outcome === 'proved') return onIt;
  if (outcome === 'left-behind') return `${onIt}, but not everywhere`;
  if (about.unbound !== null)
    return `Port ${about.unbound.port} of ${farm} ${about.unbound.seen ? 'has no binding, as before' : 'is not proved to be as before'}`;
  if (ran)
    return `${farm} runs on its ${of === null ? 'old master certificate' : `master certificate from ${of}`} again`;
  return `${farm} keeps its master certificate`;
};

const ENDS: { readonly [outcome in Outcome]: string } = {
  proved: 'ended',
  'put-back': 'ended',
  stopped: 'stopped',
  'left-behind': 'decided',
  partly: 'ended',
  contained: 'stopped',
  withdrawn: 'withdrawn',
  denied: 'denied',
  lapsed: 'ended',
  refused: 'refused',
};

export const closedWords = {
  'closed.state': (d: {
    outcome: Outcome;
    tookMs: number | null;
    /** Certificates were removed for good: nothing is put back. */
    final: boolean;
    /** The journal does not tell what was done. */
    untold: boolean;
    /** Who was left as it is. */
    unproved: Unproved;
    /** The workers it had left behind have followed since. */
    everywhere: boolean;
  }) =>
    d.untold
      ? 'ENDED · NOT KNOWN HERE'
      : d.unproved
        ? `ENDED · ${d.unproved === 'master' ? 'MASTER ' : ''}NOT PROVED`
        : `${d.final && d.outcome === 'stopped' ? 'STOPPED' : d.everywhere ? 'DONE, SOME FOLLOWED LATER' : STATES[d.outcome]}${d.tookMs === null || d.tookMs < 0 ? '' : ` · ${whole(d.tookMs).toUpperCase()}`}`,
  'closed.title': (d: About) => title(d),
  'closed.about': (d: {
    id: string;
    ticket: string | null;
    by: string;
    names: Names;
    endedBy: string | null;
    outcome: Outcome;
  }) =>
    [
      d.id,
      ...(d.ticket === null ? [] : [d.ticket]),
      `asked by ${d.by}`,
      ...(d.names.length === 0 ? [] : [`approved by ${list(d.names, 'and', 4)}`]),
      ...(d.endedBy === null ? [] : [`${ENDS[d.outcome]} by ${d.endedBy}`]),
    ].join(' · '),
  'closed.nothing-changed': () => 'Nothing has been changed on any machine.',
  'closed.untold-title': (d: { farm: string }) => `How ${d.farm} stands is not known here`,
  'closed.untold': () => 'What was done on the machines is not known here: look at them.',
  'closed.untold-fallback': (d: { id: string; farm: string; why: string | null }) =>
    `${d.id} was ended${d.why === null ? '' : `: ${d.why.replace(/\.$/u, '')}`}. How ${d.farm} stands is not known here.`,
  'closed.lapsed': () => 'Not enough people approved in time.',
  'closed.presented': (d: { target: string }) => `PRESENTED BY ${d.target.toUpperCase()}`,
  'closed.good-until': () => 'GOOD UNTIL',
  'closed.date': (d: { at: string }, pen: Pen) => pen.date(d.at),
  'closed.gaps': () => 'How long each worker was cut off',
  'closed.gap': (d: { ms: readonly number[] }) => sum(d.ms),
  'closed.gap-unmeasured': () => 'not measured',
  'closed.gap-still': () => 'still cut off',
  'closed.gaps-note': (d: { limitMs: number; request: string }) =>
    `Measured from ${d.request === 'rotate-worker' ? 'its own' : "the master's"} restart to each worker's first proved connection. Bar: share of the limit of ${whole(d.limitMs)}.`,
  'closed.gaps-note-contained': (d: { limitMs: number }) =>
    `Measured from the master's restart, which cut them off, to each worker's first proved connection. Bar: share of ${whole(d.limitMs)}.`,
  'closed.gaps-note-back': (d: { limitMs: number; twice: boolean }) =>
    `${d.twice ? 'The second number is the way back. ' : ''}Bar: share of ${whole(d.limitMs)}.`,
  'closed.gaps-cut': (d: { left: number; minMs: number | null; maxMs: number | null }) =>
    d.minMs === null || d.maxMs === null
      ? `and ${d.left} more, not all of them measured`
      : `and ${d.left} more, ${range(d.minMs, d.maxMs, ' to ')} each`,
  'closed.how-we-know': () => 'How we know',
  'closed.all-back': () => 'Everything is back',
  'closed.back': () => 'What was put back',
  'closed.lines-cut': (d: { left: number }) => `and ${count(d.left, 'more line')}`,
  'closed.next': () => 'What is next',
  'closed.still-ends': (d: { at: string; days: number; several: boolean }, pen: Pen) =>
    d.days === 0
      ? pen.bold(`${d.several ? 'The first of the certificates' : 'The certificate'} has ended, on ${pen.date(d.at)}.`)
      : `${d.several ? 'The first of the certificates' : 'The certificate'} still ends on ${pen.date(d.at)}: ${pen.bold(`${days(d.days)} left`)}.`,
  'closed.ask-again': () => 'Ask again…',
  'closed.roll-back': () => 'Roll back…',
  'card.reason': () => 'Reason',
  'card.ask': () => 'Ask for approval',
  'closed.fallback': (
    d: About & {
      id: string;
      gaps: readonly number[];
      until: string | null;
      days: number | null;
      why: string | null;
      endedBy: string | null;
    },
    pen: Pen,
  ) => {
    const left = d.days === null ? '' : d.days === 0 ? ' The certificate has ended.' : ` ${days(d.days)} left.`;
    const why = d.why === null ? '' : `: ${d.why.replace(/\.$/u, '')}`;
    const result = `${title(d)}.`;
    if (d.unproved) return `${d.id} has ended${why}. ${result}`;
    switch (d.outcome) {
      case 'proved':
      case 'left-behind': {
        const cut =
          d.gaps.length === 0
            ? ''
            : ` ${d.gaps.length === 1 ? 'Its worker was' : 'Workers were'} cut off for ${
                d.gaps.length > 3 ? range(Math.min(...d.gaps), Math.max(...d.gaps), ' to ') : inSeconds(d.gaps)
              }.`;
        return `${d.id} done${d.outcome === 'proved' ? '' : ', not everywhere'}: ${result}${cut}${d.until === null ? '' : ` Good until ${pen.date(d.until)}.`}`;
      }
      case 'partly':
        return `${d.id} is done in part${why}. ${result}`;
      case 'contained':
        return `${d.id}: ${result} ${d.endedBy === null ? 'No new certificate is in use' : `It was stopped by ${d.endedBy}`}${why}.`;
      case 'put-back':
        return `${d.id} was put back${why}. ${result}${left}`;
      case 'stopped':
        return `${d.id} was stopped${d.endedBy === null ? '' : ` by ${d.endedBy}`}. ${result}${left}`;
      case 'lapsed':
        return `${d.id} lapsed: not enough approvals in time. ${result}${left}`;
      default:
        return `${d.id} was ${d.outcome}${d.endedBy === null ? '' : ` by ${d.endedBy}`}${why}. ${result}${left}`;
    }
  },
} satisfies Lines;

/** `8.4, 15.9 and 16.3 s`; each with its own unit if one of them is not in seconds. */
const inSeconds = (lengths: readonly number[]): string =>
  lengths.every((ms) => ms < 59_950) ? `${list(lengths.map(bare))} s` : list(lengths.map(exact));
