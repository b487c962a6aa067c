import { DAY_MS } from '../../../../src/domain/time.ts';
import { hoursOfDay } from '../../../measure.ts';
import type { Pen } from '../../../pen.ts';
import { isAlone } from '../../alone.ts';
import type { Lines } from '../../line.ts';
import { approvers, count, days, list, machines, ordinal, short } from '../grammar.ts';
import { range, whole } from '../measure.ts';

const span = (ms: number): string => (ms % DAY_MS === 0 ? days(ms / DAY_MS) : whole(ms));

type Named = { readonly names: readonly string[] };
type Farm = { readonly farm: string };
/** What it is about: the farm's master, or some of its workers. */
type About = Farm & {
  readonly request: string;
  readonly hosts: readonly string[];
  /** The rotation that is rolled back. */
  readonly of: string | null;
};

const isOfWorkers = (request: string): boolean => request === 'rotate-worker';

/** How workers get certificates of their own, and who trusts them. */
function preparingWorkers(d: {
  readonly host: string;
  readonly hosts: readonly string[];
  readonly masters: readonly string[];
  /** Their earlier certificates are used again. */
  readonly taken: boolean;
}): string {
  const one = d.hosts.length === 1;
  const alone = isAlone(d.hosts, d.masters);
  const masters = list(d.masters, 'and', 4);
  if (d.taken)
    return `Nothing is made: ${one ? d.host : 'each'} still has its earlier certificate, and ${alone ? 'its own master' : masters} ${d.masters.length === 1 ? 'trusts' : 'trust'} it.`;
  return `${one ? `${d.host} makes its certificate` : 'Each makes its own certificate'}, the key never leaves it. Trusted there${alone ? '' : ` and on ${masters}`}.`;
}

interface PackagesRun {
  readonly packages: readonly string[];
  /** How long they are waited for at the most; null: they are not. */
  readonly waitMs: number | null;
  /** Each worker waits for its own. */
  readonly each: boolean;
  /** SSISDB does not tell where one of them runs. */
  readonly unplaced: boolean;
}

function waitedFor({ packages, waitMs, each, unplaced }: PackagesRun): string {
  if (waitMs === null) return 'One whose worker is away for longer than its lease is run a second time';
  const unplacedToo = unplaced ? ', and so is any whose worker SSISDB does not tell' : '';
  const who = each
    ? `Each worker's own are waited for before its restart${unplacedToo}`
    : `${packages.length === 1 ? 'It is' : 'They are'} waited for before the outage, not during it`;
  return `${who}, up to ${whole(waitMs)}; then a person is asked`;
}

export const planWords = {
  'plan.state': (d: { approved: number; quorum: number }) => `APPROVAL NEEDED · ${d.approved} OF ${d.quorum}`,
  'plan.state-dry': () => 'PLAN ONLY · NOBODY IS ASKED',
  'plan.title': (d: About) => {
    if (d.of !== null) return `Roll ${d.of} back: ${what(d)}`;
    return isOfWorkers(d.request)
      ? `Rotate the certificate${d.hosts.length === 1 ? '' : 's'} of ${whose(d)}`
      : `Rotate ${d.farm}'s master certificate`;
  },
  'plan.about': (d: {
    id: string;
    request: string;
    hosts: readonly string[];
    masters: readonly string[];
    workers: number;
    both: boolean;
    by: string;
  }) =>
    `${d.id} · ${
      isOfWorkers(d.request)
        ? isAlone(d.hosts, d.masters)
          ? machines(d.hosts[0] ?? '', 1, true)
          : `${list(d.hosts, 'and', 4)}, trusted by ${list(d.masters, 'and', 4)}`
        : machines(d.masters[0] ?? '', d.workers, d.both)
    } · asked by ${d.by}`,
  'plan.now': () => 'NOW',
  'plan.after': () => 'AFTER',
  /** A machine's name on its own. */
  'word.host': (d: { host: string }) => d.host,
  'plan.thumbprint': (d: { thumbprint: string }) => short(d.thumbprint),
  'plan.ends': (d: { at: string }, pen: Pen) => `ends ${pen.date(d.at)}`,
  'plan.ended': (d: { at: string }, pen: Pen) => `ended ${pen.date(d.at)}`,
  'plan.several': (d: { count: number }) => count(d.count, 'certificate'),
  'plan.first-ends': (d: { at: string }, pen: Pen) => `the first ends ${pen.date(d.at)}`,
  'plan.first-ended': (d: { at: string }, pen: Pen) => `the first ended ${pen.date(d.at)}`,
  'plan.not-there': () => 'not in its store',
  'plan.not-read': () => 'when it ends is not known',
  'plan.gone': () => 'gone, or its private key is',
  'plan.days-left': (d: { days: number }) => `${days(d.days)} left`,
  'plan.no-days-left': () => 'less than a day left',
  'plan.expired': () => 'it has ended',
  'plan.new-on': (d: { host: string; count: number }) =>
    d.count === 1 ? `new, made on ${d.host}` : `${d.count} new, each made on its worker`,
  'plan.there-each': () => 'there already: each worker still has its earlier one',
  'plan.there': (d: { host: string; store: string }) => `there already: ${d.store} of ${d.host}`,
  'plan.profile': (d: { keyBits: number; hash: string; exportable: boolean }) =>
    `RSA ${d.keyBits}, ${d.hash}${d.exportable ? ', key can be exported' : ''}`,
  'plan.gap': (d: { minMs: number; maxMs: number }) => range(d.minMs, d.maxMs),
  'plan.gap-measured': (d: { workers: number; contained: boolean; request: string }) =>
    cutOff(d, '; measured last time'),
  'plan.gap-already': () => 'cut off already',
  'plan.gap-already-why': () => 'nothing is bound to the port, so no worker can connect',
  'plan.gap-unknown': () => '?',
  'plan.gap-unmeasured': (d: { workers: number; contained: boolean; request: string }) =>
    cutOff(d, '; not measured yet'),
  'plan.packages': (d: { count: number }) => `${d.count}`,
  'plan.package-below': (d: { at: string }, pen: Pen) => `package running; SSISDB asked on ${pen.dateTime(d.at)}`,
  'plan.packages-below': (d: { at: string }, pen: Pen) => `packages running; SSISDB asked on ${pen.dateTime(d.at)}`,
  'plan.packages-unseen': () => '?',
  'plan.packages-unseen-below': () => 'packages running: cannot be seen',
  'plan.packages-title': () => 'Packages',
  'plan.packages-none-why': (d: { waitMs: number; each: boolean }) =>
    `one that runs ${d.each ? 'on a worker right before its restart' : 'right before the outage'} is waited for, up to ${whole(d.waitMs)}; then a person is asked`,
  'plan.packages-run-why': (d: PackagesRun) => `${list(d.packages, 'and', 4)}. ${waitedFor(d)}`,
  'plan.quiet': () => 'Quiet\u00a0hours',
  'plan.quiet-hours': (d: { spans: readonly { from: number; to: number }[]; zone: string; executions: number }) =>
    `${list(d.spans.map(hoursOfDay))} (${d.zone}): ${d.executions === 0 ? 'no package' : count(d.executions, 'package')} began then in the last week`,
  'plan.limit': (d: { ms: number }) => whole(d.ms),
  'plan.limit-why': (d: { leaveBehind: number; gone: boolean; ended: boolean }) => {
    const when = `${d.leaveBehind === 0 ? '' : `more than ${count(d.leaveBehind, 'worker')} `}not proved by then`;
    if (d.gone) return `${when}: a person is asked, for there is nothing to go back to`;
    return `${when}: all is put back by itself${d.ended ? ', but no worker accepts the old one, as it has ended' : ''}`;
  },
  'plan.stops': (d: { workers: number }) => (d.workers === 1 ? 'put back' : 'stops'),
  'plan.stops-why': (d: { workers: number }) =>
    d.workers === 1 ? 'by itself, if it fails' : 'at the first that fails: it is put back, the proved keep theirs',
  'plan.no-way-back': () => 'no way back',
  'plan.no-way-back-why': () => 'one that fails stays cut off: a compromised key is never trusted again',
  'plan.contain': (d: { hosts: readonly string[] }, pen: Pen) =>
    `${pen.bold('Contain')} · ${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'is' : 'are'} cut off`,
  'plan.contain-what': (d: { master: string; hosts: readonly string[] }) =>
    isAlone(d.hosts, [d.master])
      ? `The master on ${d.master} no longer trusts the present certificate of its own worker, and restarts.`
      : `${d.master} no longer trusts the present ${d.hosts.length === 1 ? 'certificate' : 'certificates'} of ${list(d.hosts, 'and', 4)}, and restarts.`,
  'plan.prepare-contained': (d: { hosts: readonly string[] }, pen: Pen) =>
    `${pen.bold('Prepare')} · ${d.hosts.length === 1 ? 'it stays' : 'they stay'} cut off`,
  'plan.prepare': (d: { cutOffAlready: boolean }, pen: Pen) =>
    `${pen.bold('Prepare')} · ${d.cutOffAlready ? 'all are cut off already' : 'no outage'}`,
  'plan.prepare-what': (d: {
    kept: boolean;
    host: string;
    workers: number;
    masters: readonly string[];
    request: string;
    hosts: readonly string[];
    taken: boolean;
    issued: boolean;
  }) =>
    isOfWorkers(d.request)
      ? preparingWorkers(d)
      : d.kept
        ? `${d.host} has the certificate, and its settings name it. Nothing is made.`
        : `${d.host} ${d.taken ? 'has the certificate' : 'makes the certificate'}, its key never leaves it.${trusting(d.workers, d.issued ? 'the root above it,' : 'it')}`,
  'plan.cutover': (d: { request: string; hosts: readonly string[]; cutOffAlready: boolean }, pen: Pen) =>
    `${pen.bold('Cutover')} · ${isOfWorkers(d.request) ? `${d.hosts.length === 1 ? 'its' : "each worker's"} own restart` : d.cutOffAlready ? 'ends the outage' : 'the outage'}`,
  'plan.retire': (d: { ms: number; several: boolean }, pen: Pen) =>
    `${pen.bold(d.several ? 'Retire the old ones' : 'Retire the old one')} · proposed ${d.ms === 0 ? 'right after' : `${span(d.ms)} later`}, if nothing uses ${d.several ? 'them' : 'it'}`,
  'plan.retire-what': (d: { compromised: boolean }) =>
    d.compromised
      ? 'A request of its own; until then whoever has the key is believed.'
      : 'A request of its own; until then there is a way back.',
  'plan.cutover-what': (d: {
    master: string;
    port: number;
    canary: readonly string[];
    rest: readonly string[];
    request: string;
    atOnce?: number | null;
  }) => {
    const waves = d.atOnce == null ? '' : `, ${d.atOnce} at a time`;
    if (isOfWorkers(d.request)) return inTurn(d.canary, d.rest, waves);
    const first = `${d.master}: port ${d.port}, settings, restart.`;
    const ownOnly = d.rest.length === 1 && d.rest[0] === d.master;
    const rest = ownOnly ? 'its own worker' : list(d.rest, 'and', 5);
    if (d.canary.length === 0) return d.rest.length === 0 ? first : `${first} Then ${rest}${waves}.`;
    const it = d.canary.length === 1 ? 'it is' : 'they are';
    return `${first} Then ${list(d.canary, 'and', 4)}; once ${it} proved, ${rest} ${d.rest.length === 1 ? 'follows' : 'follow'}${waves}.`;
  },
  'plan.know': () => 'Know before you approve',
  'plan.reason': () => 'Reason',
  'plan.reason-given': (d: { reason: string }) => d.reason,
  'plan.no-reason': () => 'none was given',
  'plan.open-until': () => 'Open\u00a0until',
  'plan.open-until-when': (d: { at: string }, pen: Pen) => `${pen.dateTime(d.at)}, then it lapses`,
  'plan.needs': () => 'Needs',
  'plan.needs-what': (d: { workers: number }) =>
    d.workers === 1
      ? 'bot and Redis until its cutover has begun; that finishes by itself'
      : 'bot and Redis for each next worker; one that has begun finishes by itself',
  'plan.alone': () => 'On\u00a0its\u00a0own',
  'plan.alone-what': (d: { ms: number }) =>
    `even with bot and Redis gone, all are on one certificate again within ${whole(d.ms)}`,
  'plan.alone-unbound': () =>
    'the master stays on the new certificate: without bot and Redis nothing goes back by itself, for nothing was bound before',
  'plan.replaces': () => 'Replaces',
  'plan.replaces-what': (d: { id: string }) => `${d.id}; votes on it do not count here`,
  'plan.approved': (d: { by: string; at: string }, pen: Pen) => `${pen.bold(d.by)} approved on ${pen.dateTime(d.at)}`,
  'plan.approved-gone': (d: { by: string; at: string }, pen: Pen) =>
    `${pen.bold(d.by)} approved on ${pen.dateTime(d.at)}; it does not count, for ${d.by} may not approve any more`,
  'plan.denied': (d: { by: string; at: string; reason: string }, pen: Pen) =>
    `${pen.bold(d.by)} denied it on ${pen.dateTime(d.at)}${d.reason === '' ? '' : `: ${d.reason}`}`,
  'plan.needed': (d: { needed: number; unread: readonly string[] } & Named, pen: Pen) => {
    const who = d.names.map((name) => pen.bold(name));
    if (who.length < d.needed && d.unread.length > 0)
      return `${d.needed} more needed: ${who.length === 0 ? '' : `so far only ${list(who, 'and', 5)} may approve, and `}Slack has not said yet who is in ${list(d.unread, 'and', 4)}`;
    if (who.length === 0) return `${d.needed} more needed, and nobody is left who may approve`;
    if (who.length < d.needed)
      return `${d.needed} more needed, but only ${list(who, 'and', 5)} may still approve: too few, unless the farm file names more approvers or asks for fewer`;
    return `${d.needed} more needed: ${approvers(d.needed, who)}`;
  },
  'plan.own': () => 'You asked for this, so others decide.',
  'plan.every': () => 'Every change, machine by machine',
  'plan.group': (d: Named & { role: string; goesFirst: boolean; as: string | null; limit: number }) => {
    const role = d.names.length === 1 ? d.role : `${d.role}s`;
    const how = d.as === null ? '' : `, the same changes as ${d.as}`;
    return `${list(d.names, 'and', d.limit)} · ${role}${d.goesFirst && d.role !== 'master' ? `, ${d.names.length === 1 ? 'goes' : 'go'} first` : ''}${how}`;
  },
  'plan.groups-cut': (d: { machines: number }) => `and ${count(d.machines, 'more machine')}`,
  'plan.old-thumbprint': (d: { thumbprint: string }) => `Old certificate ${d.thumbprint}`,
  'plan.digest': (d: { digest: string }) =>
    `Plan ${d.digest}… Every approval names it. If a fact above changes before the start, approval is asked again.`,
  'plan.approve': () => 'Approve…',
  'plan.approve-what': (
    d: Named & {
      left: number;
      nth: number;
      quorum: number;
      starts: boolean;
      from: string | null;
      frozenUntil: string | null;
    },
    pen: Pen,
  ) => {
    const on = d.left === 0 ? list(d.names, 'and', d.names.length) : `${d.names.join(', ')} and ${d.left} more`;
    const nth = `Yours is the ${ordinal(d.nth)} of ${count(d.quorum, 'approval')}`;
    const begins =
      d.frozenUntil !== null
        ? `the farm is frozen, and it is ${pen.bold(`refused until ${pen.dateTime(d.frozenUntil)}`)} unless somebody lifts that.`
        : `it ${pen.bold(d.from === null ? 'starts at once' : `starts on ${pen.dateTime(d.from)}`)}.`;
    const then = d.starts
      ? begins
      : `nothing starts before ${d.quorum - d.nth === 1 ? 'one more' : `${d.quorum - d.nth} more`}.`;
    return d.quorum === 1
      ? `You allow this on ${pen.bold(on)}. Yours is the only approval needed: ${then}`
      : `You allow this on ${pen.bold(on)}. ${nth}: ${then}`;
  },
  'plan.approve-start': () => 'Approve and start',
  'plan.approve-do': () => 'Approve',
  'plan.deny': () => 'Deny…',
  'plan.deny-why': () => 'Why not? The requester will read it.',
  'plan.deny-do': () => 'Deny',
  'plan.withdraw': () => 'Withdraw…',
  'plan.withdraw-what': (d: { id: string }) => `Closes ${d.id}. Nothing has been changed.`,
  'plan.withdraw-do': () => 'Withdraw',
  'plan.every-button': () => 'Every change',
  'card.reason-missing': () => 'Please give a reason.',
  'plan.fallback': (
    d: About & Named & { id: string; days: number | null; approved: number; quorum: number; needed: number },
  ) =>
    `${d.id}: approve ${deed(d)}?${left(d)} ${d.approved} of ${d.quorum} approved${
      d.needed === 0 || d.names.length === 0 ? '' : `, ${d.needed} more needed: ${approvers(d.needed, d.names)}`
    }.`,
  'plan.fallback-waits': (d: About & { id: string; from: string; liftBy: string | null }, pen: Pen) =>
    `${d.id} starts ${d.liftBy === null ? pen.dateTime(d.from) : `only if the freeze is lifted before ${pen.dateTime(d.liftBy)}`}: ${deed(d)} is approved.`,
  'plan.fallback-dry': (d: About & { id: string; days: number | null }) =>
    `${d.id}: what ${d.of === null ? `rotating ${what(d)}` : deed(d)} would change. Nobody is asked.${left(d)}`,
} satisfies Lines;

const deed = (d: About): string =>
  d.of === null ? `the rotation of ${what(d)}` : `the rollback of ${d.of} (${what(d)})`;
const what = (d: Omit<About, 'of'>): string =>
  isOfWorkers(d.request)
    ? `the certificate${d.hosts.length === 1 ? '' : 's'} of ${whose(d)}`
    : `${d.farm}'s master certificate`;
const whose = ({ farm, hosts }: Omit<About, 'of'>): string =>
  hosts.length === 1 ? (hosts[0] ?? '') : `${hosts.length} workers of ${farm}`;
/** Of a rollback, how long the certificate lasts that it goes back to. */
function left({ of, days: ends }: { readonly of: string | null; readonly days: number | null }): string {
  if (ends === null) return '';
  if (of === null) return ends === 0 ? ' The certificate has ended.' : ` ${days(ends)} left.`;
  return ends === 0 ? ' The earlier certificate has ended.' : ` The earlier certificate has ${days(ends)} left.`;
}
const alone = ({ request, contained }: { readonly request: string; readonly contained: boolean }): string =>
  contained ? ' from Contain on, until it shows the new one' : isOfWorkers(request) ? ', by its own restart' : '';
const inTurn = (canary: readonly string[], rest: readonly string[], waves: string): string =>
  canary.length === 0
    ? `${list(rest, 'and', 5)}: settings, restart${waves}.`
    : `${list(canary, 'and', 4)}: settings, restart. Once ${canary.length === 1 ? 'it is' : 'they are'} proved, ${list(rest, 'and', 5)} ${rest.length === 1 ? 'follows' : 'follow'}${waves}.`;
const cutOff = (d: { readonly workers: number; readonly request: string; readonly contained: boolean }, how: string) =>
  d.workers === 0 ? 'there is no worker to be cut off' : `${eachOf(d.workers)} is cut off${alone(d)}${how}`;
const eachOf = (workers: number): string => (workers === 1 ? 'the one worker' : `each of ${workers} workers`);
const trusting = (workers: number, it: string): string =>
  workers === 0 ? '' : ` ${workers === 1 ? '1 worker trusts' : `${workers} workers trust`} ${it} beside the old one.`;
