import type { Outcome as AnyOutcome } from '../../../../src/domain/rotation/rotation.ts';
import type { Pen } from '../../../pen.ts';
import type { Lines, Names } from '../../line.ts';
import { count, days, list } from '../grammar.ts';
import { bare, exact, range, sum, whole } from '../measure.ts';
import { reconnected } from './reconnect.ts';

type Outcome = Exclude<AnyOutcome, 'planned'>;
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
  /** Somebody has put it back by hand since it ended, or a later rotation has changed it. */
  readonly past: boolean;
}

const then = (past: boolean): string => (past ? ' when this ended' : '');

/** What was switched to; `of`: the rotation that was rolled back, before which it was in use. */
const given = (certificate: string, of: string | null): string =>
  of === null ? `new ${certificate}` : `${certificate} from before ${of}`;

/** What it was switched from. */
const had = (certificate: string, of: string | null): string =>
  of === null ? `old ${certificate}` : `${certificate} from ${of}`;

function ofWorkers({ outcome, farm, ran, hosts, of, past }: About): string {
  if (outcome === 'partly')
    return `Some workers of ${farm} ${past ? 'ran' : 'run'} on their ${given('certificates', of)}${then(past)}`;
  const one = hosts.length === 1;
  const who = one ? hosts[0] : `${hosts.length} workers of ${farm}`;
  const [is, was, runs, keeps, its, certificate] = one
    ? ['is', 'was', 'runs', 'keeps', 'its', 'certificate']
    : ['are', 'were', 'run', 'keep', 'their', 'certificates'];
  switch (outcome) {
    case 'proved':
      return `${who} ${past ? 'ran' : runs} on ${its} ${given(certificate, of)}${then(past)}`;
    case 'contained':
      return `${who} ${past ? was : is} contained, and cut off${then(past)}`;
    case 'left-behind':
      return `${who}: ${given(certificate, of)}, not proved everywhere`;
  }
  if (ran) return `${who} ${past ? 'ran' : runs} on ${its} ${had(certificate, of)}${then(past)}`;
  return hosts.length === 0
    ? `Workers of ${farm} ${past ? 'kept' : 'keep'} their certificates${then(past)}`
    : `${who} ${past ? 'kept' : keeps} ${its} ${certificate}${then(past)}`;
}

function unprovedTitle({ unproved, farm, hosts, past }: About): string {
  const [stands, stand] = past ? ['stood', 'stood'] : ['stands', 'stand'];
  const how =
    unproved === 'master'
      ? `the master of ${farm} ${stands}`
      : hosts.length === 1
        ? `${hosts[0]} ${stands}`
        : `workers of ${farm} ${stand}`;
  return `How ${how}${then(past)} is not proved`;
}

function unboundTitle({ port, seen }: NonNullable<About['unbound']>, { farm, past }: About): string {
  const had = seen
    ? `${past ? 'had' : 'has'} no binding, as before`
    : `is not proved to ${past ? 'have been' : 'be'} as before`;
  return `Port ${port} of ${farm} ${had}${then(past)}`;
}

const title = (about: About): string => {
  const { outcome, farm, ran, of, past } = about;
  // Others of them may have been put back, or never have begun.
  if (about.unproved === 'workers') return unprovedTitle(about);
  if (about.request === 'rotate-worker') return ofWorkers(about);
  if (about.request === 'reconnect') return reconnected(outcome, ran, about);
  if (about.unproved === 'master') return unprovedTitle(about);
  const onIt = `${farm} ${past ? 'ran' : 'runs'} on its ${given('master certificate', of)}${then(past)}`;
  if (outcome === 'proved') return onIt;
  if (outcome === 'left-behind') return `${onIt}, but not everywhere`;
  if (about.unbound !== null) return unboundTitle(about.unbound, about);
  if (ran) return `${farm} ${past ? 'ran' : 'runs'} on its ${had('master certificate', of)} again${then(past)}`;
  return `${farm} ${past ? 'kept' : 'keeps'} its master certificate${then(past)}`;
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

interface State {
  readonly outcome: Outcome;
  readonly tookMs: number | null;
  /** Certificates were removed for good: nothing is put back. */
  readonly final: boolean;
  /** The journal does not tell what was done. */
  readonly untold: boolean;
  /** Who was left as it is. */
  readonly unproved: Unproved;
  /** The workers it had left behind have followed since. */
  readonly everywhere: boolean;
}

function state({ outcome, tookMs, final, untold, unproved, everywhere }: State): string {
  if (untold) return 'ENDED · NOT KNOWN HERE';
  if (unproved !== null) return `ENDED · ${unproved === 'master' ? 'MASTER ' : ''}NOT PROVED`;
  const took = tookMs === null || tookMs < 0 ? '' : ` · ${whole(tookMs).toUpperCase()}`;
  if (final && outcome === 'stopped') return `STOPPED${took}`;
  return `${everywhere ? 'DONE, SOME FOLLOWED LATER' : STATES[outcome]}${took}`;
}

type Ended = About & {
  readonly id: string;
  readonly gaps: readonly number[];
  /** Those that were cut off, measured or not. */
  readonly workers: number;
  readonly unmeasured: number;
  readonly until: string | null;
  readonly days: number | null;
  readonly why: string | null;
  readonly endedBy: string | null;
};

function fallback(d: Ended, pen: Pen): string {
  const result = `${title(d)}.`;
  const left = d.days === null ? '' : d.days === 0 ? ' The certificate has ended.' : ` ${days(d.days)} left.`;
  const why = d.why === null ? '' : `: ${d.why.replace(/\.$/u, '')}`;
  if (d.unproved) return `${d.id} has ended${why}. ${result}`;
  const by = d.endedBy === null ? '' : ` by ${d.endedBy}`;
  switch (d.outcome) {
    case 'proved':
    case 'left-behind': {
      const until = d.until === null ? '' : ` Good until ${pen.date(d.until)}.`;
      return `${d.id} done${d.outcome === 'proved' ? '' : ', not everywhere'}: ${result}${cutOffFor(d)}${until}`;
    }
    case 'partly':
      return `${d.id} is done in part${why}. ${result}`;
    case 'contained':
      return `${d.id}: ${result} ${d.endedBy === null ? 'No new certificate is in use' : `It was stopped${by}`}${why}.`;
    case 'put-back':
      return `${d.id} was put back${why}. ${result}${left}`;
    case 'stopped':
      return `${d.id} was stopped${by}. ${result}${left}`;
    case 'lapsed':
      return `${d.id} lapsed: not enough approvals in time. ${result}${left}`;
    default:
      return `${d.id} was ${d.outcome}${by}${why}. ${result}${left}`;
  }
}

function cutOffFor({ gaps, workers, unmeasured }: Pick<Ended, 'gaps' | 'workers' | 'unmeasured'>): string {
  if (gaps.length === 0) return '';
  const who = gaps.length > 1 ? 'Workers were' : workers === 1 ? 'Its worker was' : 'One worker was';
  const lengths = gaps.length > 3 ? range(Math.min(...gaps), Math.max(...gaps), ' to ') : inSeconds(gaps);
  const others = unmeasured === 0 ? '' : `; ${unmeasured} more ${unmeasured === 1 ? 'was' : 'were'} not measured`;
  return ` ${who} cut off for ${lengths}${others}.`;
}

/** `8.4, 15.9 and 16.3 s`; each with its own unit if one of them is not in seconds. */
const inSeconds = (lengths: readonly number[]): string =>
  lengths.every((ms) => ms < 59_950) ? `${list(lengths.map(bare))} s` : list(lengths.map(exact));

export const closedWords = {
  'closed.state': (d: State) => state(d),
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
  'closed.gaps-unclocked': (d: { hosts: Names; request: string }) =>
    `Not measured for ${list(d.hosts, 'and', 4)}: the clocks it takes were not compared just then, as right after a start of bot or runner.`,
  'closed.gaps-unwatched': (d: { hosts: Names; request: string }) =>
    d.request === 'rotate-worker'
      ? `Not measured for ${list(d.hosts, 'and', 4)}: the service did not stop in time, and nobody saw whether it was connected until then.`
      : `Not measured for ${list(d.hosts, 'and', 4)}: nobody saw when ${d.hosts.length === 1 ? 'it was' : 'they were'} connected again, after the master was up.`,
  'closed.gaps-seen-later': (d: { hosts: Names; request: string }) =>
    `Not measured for ${list(d.hosts, 'and', 4)}: the service did not start when it was put back, and nobody saw when it was started; a second look found it running.`,
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
  'closed.how-we-know': (d: { past: boolean }) => (d.past ? 'What showed it when this ended' : 'How we know'),
  'closed.all-back': (d: { past: boolean }) => (d.past ? 'Everything was back when this ended' : 'Everything is back'),
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
  'closed.fallback': (d: Ended, pen: Pen) => fallback(d, pen),
} satisfies Lines;
