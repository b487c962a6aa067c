import { hoursOfDay } from '../../../measure.ts';
import type { Line, Lines } from '../../line.ts';
import { approvers, count, days, list, machines, ordinal, short } from '../grammar.ts';
import { range, whole } from '../measure.ts';

type Named = { readonly names: readonly string[] };
type Farm = { readonly farm: string };
/** What it is about: the farm's master, or workers of it. */
type About = Farm & {
  readonly request: string;
  readonly hosts: readonly string[];
  /** The rotation that is rolled back. */
  readonly of: string | null;
};

const isOfWorkers = (request: string): boolean => request === 'rotate-worker';

export const planWords = {
  'plan.state': ((d) => `APPROVAL NEEDED · ${d.approved} OF ${d.quorum}`) as Line<{ approved: number; quorum: number }>,
  'plan.state-dry': () => 'PLAN ONLY · NOBODY IS ASKED',
  'plan.title': ((d) => {
    if (d.of !== null) return `Roll ${d.of} back: ${what(d)}`;
    return isOfWorkers(d.request)
      ? `Rotate the certificate${d.hosts.length === 1 ? '' : 's'} of ${whose(d)}`
      : `Rotate ${d.farm}'s master certificate`;
  }) as Line<About>,
  'plan.about': ((d) =>
    `${d.id} · ${
      isOfWorkers(d.request)
        ? `${list(d.hosts, 'and', 4)}, trusted by ${d.master}`
        : machines(d.master, d.workers, d.both)
    } · asked by ${d.by}`) as Line<{
    id: string;
    request: string;
    hosts: readonly string[];
    master: string;
    workers: number;
    both: boolean;
    by: string;
  }>,
  'plan.now': () => 'NOW',
  'plan.after': () => 'AFTER',
  /** The name of a machine, standing alone. */
  'word.host': ((d) => d.host) as Line<{ host: string }>,
  'plan.thumbprint': ((d) => short(d.thumbprint)) as Line<{ thumbprint: string }>,
  'plan.ends': ((d, pen) => `ends ${pen.date(d.at)}`) as Line<{ at: string }>,
  'plan.ended': ((d, pen) => `ended ${pen.date(d.at)}`) as Line<{ at: string }>,
  'plan.several': ((d) => count(d.count, 'certificate')) as Line<{ count: number }>,
  'plan.first-ends': ((d, pen) => `the first ends ${pen.date(d.at)}`) as Line<{ at: string }>,
  'plan.first-ended': ((d, pen) => `the first ended ${pen.date(d.at)}`) as Line<{ at: string }>,
  'plan.not-there': () => 'not in its store',
  'plan.not-read': () => 'when it ends is not known',
  'plan.days-left': ((d) => `${days(d.days)} left`) as Line<{ days: number }>,
  'plan.no-days-left': () => 'less than a day left',
  'plan.expired': () => 'it has ended',
  'plan.new-on': ((d) =>
    d.count === 1 ? `new, made on ${d.host}` : `${d.count} new, each made on its worker`) as Line<{
    host: string;
    count: number;
  }>,
  'plan.there-each': () => 'there already: each worker has its own of before',
  'plan.there': ((d) => `there already: ${d.store} of ${d.host}`) as Line<{ host: string; store: string }>,
  'plan.profile': ((d) => `RSA ${d.keyBits}, ${d.hash}${d.exportable ? ', key can be exported' : ''}`) as Line<{
    keyBits: number;
    hash: string;
    exportable: boolean;
  }>,
  'plan.gap': ((d) => range(d.minMs, d.maxMs)) as Line<{ minMs: number; maxMs: number }>,
  'plan.gap-measured': ((d) => cutOff(d, '; measured last time')) as Line<{
    workers: number;
    contained: boolean;
    request: string;
  }>,
  'plan.gap-already': () => 'cut off already',
  'plan.gap-already-why': () => 'nothing is bound to the port, so no worker can connect',
  'plan.gap-unknown': () => '?',
  'plan.gap-unmeasured': ((d) => cutOff(d, '; not measured yet')) as Line<{
    workers: number;
    contained: boolean;
    request: string;
  }>,
  'plan.packages': ((d) => count(d.count, 'package')) as Line<{ count: number }>,
  'plan.packages-below': ((d, pen) => `running; SSISDB asked on ${pen.dateTime(d.at)}`) as Line<{ at: string }>,
  'plan.packages-unseen': () => '?',
  'plan.packages-unseen-below': () => 'packages running: cannot be seen',
  'plan.packages-title': () => 'Packages',
  'plan.packages-none-why': ((d) =>
    `one that runs ${d.each ? 'on a worker right before its restart' : 'right before the outage'} is waited for, up to ${whole(d.waitMs)}; then a person is asked`) as Line<{
    waitMs: number;
    each: boolean;
  }>,
  'plan.packages-run-why': ((d) =>
    `${list(d.packages, 'and', 4)}. ${d.waitMs === null ? 'One whose worker is away for longer than its lease is run a second time' : `${d.each ? `Each worker's own are waited for before its restart${d.unplaced ? ', and so is any whose worker SSISDB does not tell' : ''}` : `${d.packages.length === 1 ? 'It is' : 'They are'} waited for before the outage, not during it`}, up to ${whole(d.waitMs)}; then a person is asked`}`) as Line<{
    waitMs: number | null;
    each: boolean;
    unplaced: boolean;
    packages: readonly string[];
  }>,
  'plan.quiet': () => 'Quiet\u00a0hours',
  'plan.quiet-hours': ((d) =>
    `${list(d.spans.map(hoursOfDay))} (${d.zone}): ${d.executions === 0 ? 'no package' : count(d.executions, 'package')} began then in the last week`) as Line<{
    spans: readonly { from: number; to: number }[];
    zone: string;
    executions: number;
  }>,
  'plan.limit': ((d) => whole(d.ms)) as Line<{ ms: number }>,
  'plan.limit-why': ((d) =>
    d.leaveBehind === 0
      ? 'not proved by then: all is put back by itself'
      : `more than ${count(d.leaveBehind, 'worker')} not proved by then: all is put back by itself`) as Line<{
    leaveBehind: number;
  }>,
  'plan.stops': ((d) => (d.workers === 1 ? 'put back' : 'stops')) as Line<{ workers: number }>,
  'plan.stops-why': ((d) =>
    d.workers === 1
      ? 'by itself, if it fails'
      : 'at the first that fails: it is put back, the proved keep theirs') as Line<{ workers: number }>,
  'plan.no-way-back': () => 'no way back',
  'plan.no-way-back-why': () => 'one that fails stays cut off: a compromised key is never trusted again',
  'plan.contain': ((d, pen) =>
    `${pen.bold('Contain')} · ${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'is' : 'are'} cut off`) as Line<{
    hosts: readonly string[];
  }>,
  'plan.contain-what': ((d) =>
    `${d.master} no longer trusts the present ${d.hosts.length === 1 ? 'certificate' : 'certificates'} of ${list(d.hosts, 'and', 4)}, and restarts.`) as Line<{
    master: string;
    hosts: readonly string[];
  }>,
  'plan.prepare-contained': ((d, pen) =>
    `${pen.bold('Prepare')} · ${d.hosts.length === 1 ? 'it stays' : 'they stay'} cut off`) as Line<{
    hosts: readonly string[];
  }>,
  'plan.prepare': ((d, pen) =>
    `${pen.bold('Prepare')} · ${d.cutOffAlready ? 'all are cut off already' : 'no outage'}`) as Line<{
    cutOffAlready: boolean;
  }>,
  'plan.prepare-what': ((d) =>
    isOfWorkers(d.request)
      ? d.taken
        ? `Nothing is made: ${d.hosts.length === 1 ? `${d.host} has its certificate` : 'each has its certificate'} of before still, and ${d.master} trusts it.`
        : `${d.hosts.length === 1 ? `${d.host} makes its certificate` : 'Each makes its own certificate'}, the key never leaves it. Trusted there and on ${d.master}.`
      : d.kept
        ? `${d.host} has the certificate, and its settings name it. Nothing is made.`
        : `${d.host} ${d.taken ? 'has the certificate' : 'makes the certificate'}, its key never leaves it.${trusting(d.workers)}`) as Line<{
    kept: boolean;
    host: string;
    workers: number;
    master: string;
    request: string;
    hosts: readonly string[];
    taken: boolean;
  }>,
  'plan.cutover': ((d, pen) =>
    `${pen.bold('Cutover')} · ${isOfWorkers(d.request) ? "each worker's own restart" : d.cutOffAlready ? 'ends the outage' : 'the outage'}`) as Line<{
    request: string;
    cutOffAlready: boolean;
  }>,
  'plan.cutover-what': ((d) => {
    if (isOfWorkers(d.request)) return inTurn(d.canary, d.rest);
    const first = `${d.master}: port ${d.port}, settings, restart.`;
    const ownOnly = d.rest.length === 1 && d.rest[0] === d.master;
    const rest = ownOnly ? 'its own worker' : list(d.rest, 'and', 5);
    if (d.canary.length === 0) return d.rest.length === 0 ? first : `${first} Then ${rest}.`;
    const it = d.canary.length === 1 ? 'it is' : 'they are';
    return `${first} Then ${list(d.canary, 'and', 4)}; once ${it} proved, ${rest} ${d.rest.length === 1 ? 'follows' : 'follow'}.`;
  }) as Line<{ master: string; port: number; canary: readonly string[]; rest: readonly string[]; request: string }>,
  'plan.know': () => 'Know before you approve',
  'plan.reason': () => 'Reason',
  'plan.reason-given': ((d) => d.reason) as Line<{ reason: string }>,
  'plan.no-reason': () => 'none was given',
  'plan.open-until': () => 'Open\u00a0until',
  'plan.open-until-when': ((d, pen) => `${pen.dateTime(d.at)}, then it lapses`) as Line<{ at: string }>,
  'plan.needs': () => 'Needs',
  'plan.needs-what': () => 'bot and Redis for each next worker; one that began ends by itself',
  'plan.alone': () => 'On\u00a0its\u00a0own',
  'plan.alone-what': ((d) =>
    `even with bot and Redis gone, all are on one certificate again within ${whole(d.ms)}`) as Line<{ ms: number }>,
  'plan.alone-unbound': () =>
    'the master stays on the new certificate: without bot and Redis nothing goes back by itself, for nothing was bound before',
  'plan.replaces': () => 'Replaces',
  'plan.replaces-what': ((d) => `${d.id}; votes on it do not count here`) as Line<{ id: string }>,
  'plan.approved': ((d, pen) => `${pen.bold(d.by)} approved on ${pen.dateTime(d.at)}`) as Line<{
    by: string;
    at: string;
  }>,
  'plan.approved-gone': ((d, pen) =>
    `${pen.bold(d.by)} approved on ${pen.dateTime(d.at)}; it does not count, for ${d.by} may not approve any more`) as Line<{
    by: string;
    at: string;
  }>,
  'plan.denied': ((d, pen) =>
    `${pen.bold(d.by)} denied it on ${pen.dateTime(d.at)}${d.reason === '' ? '' : `: ${d.reason}`}`) as Line<{
    by: string;
    at: string;
    reason: string;
  }>,
  'plan.needed': ((d, pen) => {
    const who = d.names.map((name) => pen.bold(name));
    if (who.length === 0) return `${d.needed} more needed, and nobody is left who may approve`;
    return `${d.needed} more needed: ${approvers(d.needed, who)}`;
  }) as Line<{ needed: number } & Named>,
  'plan.own': () => 'You asked for this, so others decide.',
  'plan.every': () => 'Every change, machine by machine',
  'plan.group': ((d) => {
    const role = d.names.length === 1 ? d.role : `${d.role}s`;
    const how = d.as === null ? '' : `, the same changes as ${d.as}`;
    return `${list(d.names, 'and', d.limit)} · ${role}${d.goesFirst && d.role !== 'master' ? `, ${d.names.length === 1 ? 'goes' : 'go'} first` : ''}${how}`;
  }) as Line<Named & { role: string; goesFirst: boolean; as: string | null; limit: number }>,
  'plan.groups-cut': ((d) => `and ${count(d.machines, 'more machine')}`) as Line<{ machines: number }>,
  'plan.old-thumbprint': ((d) => `Old certificate ${d.thumbprint}`) as Line<{ thumbprint: string }>,
  'plan.digest': ((d) =>
    `Plan ${d.digest}… Every approval names it. If a fact above changes before the start, approval is asked again.`) as Line<{
    digest: string;
  }>,
  'plan.approve': () => 'Approve…',
  'plan.approve-what': ((d, pen) => {
    const on = d.left === 0 ? list(d.names, 'and', d.names.length) : `${d.names.join(', ')} and ${d.left} more`;
    const nth = `Yours is the ${ordinal(d.nth)} of ${count(d.quorum, 'approval')}`;
    const then = d.starts
      ? `it ${pen.bold(d.from === null ? 'starts at once' : `starts on ${pen.dateTime(d.from)}`)}.`
      : `nothing starts before ${d.quorum - d.nth === 1 ? 'one more' : `${d.quorum - d.nth} more`}.`;
    return d.quorum === 1
      ? `You allow this on ${pen.bold(on)}. Yours is the only approval needed: ${then}`
      : `You allow this on ${pen.bold(on)}. ${nth}: ${then}`;
  }) as Line<Named & { left: number; nth: number; quorum: number; starts: boolean; from: string | null }>,
  'plan.approve-start': () => 'Approve and start',
  'plan.approve-do': () => 'Approve',
  'plan.deny': () => 'Deny…',
  'plan.deny-why': () => 'Why not? The requester will read it.',
  'plan.deny-do': () => 'Deny',
  'plan.withdraw': () => 'Withdraw…',
  'plan.withdraw-what': ((d) => `Closes ${d.id}. Nothing has been changed.`) as Line<{ id: string }>,
  'plan.withdraw-do': () => 'Withdraw',
  'plan.every-button': () => 'Every change',
  'card.reason-missing': () => 'Please give a reason.',
  'plan.fallback': ((d) =>
    `${d.id}: approve ${deed(d)}?${left(d.days)} ${d.approved} of ${d.quorum} approved${
      d.needed === 0 || d.names.length === 0 ? '' : `, ${d.needed} more needed: ${approvers(d.needed, d.names)}`
    }.`) as Line<About & Named & { id: string; days: number | null; approved: number; quorum: number; needed: number }>,
  'plan.fallback-waits': ((d, pen) =>
    `${d.id} starts ${d.liftBy === null ? pen.dateTime(d.from) : `only if the freeze is lifted before ${pen.dateTime(d.liftBy)}`}: ${deed(d)} is approved.`) as Line<
    About & { id: string; from: string; liftBy: string | null }
  >,
  'plan.fallback-dry': ((d) =>
    `${d.id}: what ${d.of === null ? 'rotating' : `rolling ${d.of} back: the way back of`} ${what(d)} would change. Nobody is asked.${left(d.days)}`) as Line<
    About & { id: string; days: number | null }
  >,
} satisfies Lines;

const deed = (d: About): string =>
  `${d.of === null ? 'the rotation' : `rolling ${d.of} back, the way back`} of ${what(d)}`;
const what = (d: Omit<About, 'of'>): string =>
  isOfWorkers(d.request)
    ? `the certificate${d.hosts.length === 1 ? '' : 's'} of ${whose(d)}`
    : `${d.farm}'s master certificate`;
const whose = ({ farm, hosts }: Omit<About, 'of'>): string =>
  hosts.length === 1 ? (hosts[0] ?? '') : `${hosts.length} workers of ${farm}`;
const left = (ends: number | null): string =>
  ends === null ? '' : ends === 0 ? ' It has ended.' : ` ${days(ends)} left.`;
const alone = ({ request, contained }: { readonly request: string; readonly contained: boolean }): string =>
  contained ? ' from Contain on, until it shows the new one' : isOfWorkers(request) ? ', by its own restart' : '';
const inTurn = (canary: readonly string[], rest: readonly string[]): string =>
  canary.length === 0
    ? `${list(rest, 'and', 5)}: settings, restart.`
    : `${list(canary, 'and', 4)}: settings, restart. Once ${canary.length === 1 ? 'it is' : 'they are'} proved, ${list(rest, 'and', 5)} ${rest.length === 1 ? 'follows' : 'follow'}.`;
const cutOff = (d: { readonly workers: number; readonly request: string; readonly contained: boolean }, how: string) =>
  d.workers === 0 ? 'there is no worker to be cut off' : `${eachOf(d.workers)} is cut off${alone(d)}${how}`;
const eachOf = (workers: number): string => (workers === 1 ? 'the one worker' : `each of ${workers} workers`);
const trusting = (workers: number): string =>
  workers === 0 ? '' : ` ${workers === 1 ? '1 worker trusts' : `${workers} workers trust`} it beside the old one.`;
