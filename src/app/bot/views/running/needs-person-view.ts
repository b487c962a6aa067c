import { approvalsMissing, openGate } from '../../../../domain/approval/approval.ts';
import { policyFor } from '../../../../domain/approval/people.ts';
import { sameJson } from '../../../../domain/equal.ts';
import type { Farm } from '../../../../domain/farm/farm.ts';
import type { Resolve } from '../../../../domain/journal/resolve.ts';
import { asKnownSince } from '../../../../domain/next/cause/cutover-cause.ts';
import { asksAboutPackages, drainLimitMs, hasBegun } from '../../../../domain/next/drain.ts';
import type { Assessment, Cause } from '../../../../domain/next/index.ts';
import { isWayBackLost } from '../../../../domain/next/lost-way-back.ts';
import { heldUp, withoutHeldUp } from '../../../../domain/next/packages/left-out.ts';
import { proofsOf } from '../../../../domain/next/proof/proof.ts';
import { leftOneByOne, refusedChoice } from '../../../../domain/next/refused-choice.ts';
import { returnOf } from '../../../../domain/next/silent-master.ts';
import { begun, containedHosts, mayHaveSwitched } from '../../../../domain/next/stages.ts';
import { factsDigest } from '../../../../domain/next/start/facts-digest.ts';
import { hasNothingLeft, isTriedInVain } from '../../../../domain/next/tried-in-vain.ts';
import { followStages, makesBinding, switchStage } from '../../../../domain/plan/plan-phases.ts';
import { isPlanned, type Planned, type RotationState } from '../../../../domain/rotation/rotation.ts';
import { instantOf } from '../../../../domain/time.ts';
import type { HostName, Message } from '../../../../domain/values.ts';
import type { NeedsPersonView } from '../../../../domain/views/view.ts';
import { arePaused, areUnseen } from '../attention.ts';
import { followWork } from '../evidence/evidence.ts';
import { lastCutAt, workersOf } from '../evidence/gaps.ts';
import { isOfWorkers } from '../evidence/own-certificates.ts';
import { isReconnect } from '../evidence/reconnected.ts';
import { isStuckNow } from '../evidence/stuck-stopping.ts';
import { withLate } from '../evidence/why-late.ts';
import { mayVote, votesView } from '../plan/votes-view.ts';
import { whyMessage } from '../why.ts';
import { endedFor } from './ended-for.ts';
import { hostRow } from './host-row.ts';

function questionOf(asked: Pick<Resolve, 'choice' | 'by' | 'hosts'> | null): NeedsPersonView['asked'] {
  if (asked === null || asked.choice === 'look-again') return null;
  const { choice, by, hosts } = asked;
  return { choice, by, ...(hosts === null ? {} : { hosts }) };
}

function voidedIn({ voided }: RotationState): NeedsPersonView['voided'] {
  const question = questionOf(voided);
  return question === null || voided?.waits === undefined ? question : { ...question, waits: voided.waits };
}

function leaveOne(rotation: RotationState, found: Assessment): Pick<NeedsPersonView, 'leaveOne'> {
  const isAboutPackages = found.attention.every(asksAboutPackages);
  const hosts = leftOneByOne(rotation, isAboutPackages ? 'leave-out' : 'leave-behind', found);
  return hosts.length === 0 ? {} : { leaveOne: hosts };
}

const frozenView = ({ frozen }: Assessment): NonNullable<NeedsPersonView['packages']>['frozen'] =>
  frozen === undefined ? null : { until: frozen.until, by: frozen.by.name, reason: frozen.reason };

/**
 * What leaving machines behind means. A machine that is no worker of this rotation runs no package, and its own
 * services are not touched. Before the outage nobody is cut off, except workers that a master was told not to trust any
 * more.
 */
function leaveOf(
  rotation: RotationState,
  assessment: Assessment,
  unknown: readonly HostName[],
): NeedsPersonView['leave'] {
  if (refusedChoice(rotation, 'leave-behind', assessment) !== null) return null;
  const workers = workersOf(rotation);
  if (nobodyIsCutOff(rotation) && containedHosts(rotation).length === 0) return 'as-it-is';
  if (lostIn(assessment) !== null || unknown.some((host) => isWayBackLost(rotation, host))) return 'all-as-it-is';
  if (unknown.length > 0 && !unknown.some((host) => workers.includes(host))) return 'as-it-is';
  // With a certificate of its own it may be connected or not; so may a silent worker when all goes back: it may never
  // have followed.
  const goesBackUnheard =
    assessment.direction === 'back' && assessment.attention.every(({ code }) => UNHEARD.includes(code));
  if (isOfWorkers(rotation) || (goesBackUnheard && !isReconnect(rotation)) || isUnseenAlone(assessment))
    return 'not-known';
  if (unknown.length > 0 && unknown.every((host) => isStuckNow(rotation, host))) return 'not-known';
  return assessment.direction === 'back' && isOfPrepared(rotation, assessment) ? 'as-it-is' : 'cut-off';
}

/** All was done, and nothing is known against it: only the looks that were to prove it brought nothing. */
const isUnseenAlone = ({ attention }: Assessment): boolean =>
  attention.length > 0 && attention.every(({ stage, code }) => stage === null && code !== 'NotProved');

/** Only what was prepared is in question: whoever was cut off has gone back. */
function isOfPrepared({ plan }: RotationState, { attention }: Assessment): boolean {
  if (plan === null || makesBinding(plan)) return false;
  const cutting = [switchStage(plan), ...followStages(plan)].map((stage) => stage?.name);
  return attention.every(({ stage }) => stage !== null && !cutting.includes(stage));
}

/** The master that may never speak again; null if it speaks, or has not been silent for long. */
const lostIn = ({ lost = [] }: Assessment): HostName | null => lost[0] ?? null;

/** When everything can be left as it is, if that is not offered yet. */
function leaveFrom(rotation: RotationState, assessment: Assessment): Pick<NeedsPersonView, 'leaveFrom'> {
  const { lostAt } = assessment;
  const isRefused = refusedChoice(rotation, 'leave-behind', assessment)?.code === 'master-not-left';
  return lostAt === undefined || !isRefused ? {} : { leaveFrom: lostAt };
}

/** A master that has nothing to go back to stays as it is, whatever it says. */
function returnsOf(rotation: Planned, assessment: Assessment): Pick<NeedsPersonView, 'returns'> {
  const host = lostIn(assessment);
  return host === null || isWayBackLost(rotation, host) ? {} : { returns: { host, how: returnOf(rotation, host) } };
}

/** The outage has not begun: it was not ordered, or the master has refused it. */
const nobodyIsCutOff = (rotation: RotationState): boolean =>
  !hasBegun(rotation) ||
  (rotation.plan !== null && switchStage(rotation.plan) !== undefined && !mayHaveSwitched(rotation));

/** Codes of machines that have not told how far they came. */
const UNHEARD: readonly string[] = [
  'RunnerSilent',
  'OrderOverdue',
  'OrderLapsed',
  'EntryNotUnderstood',
  'RunnerPaused',
  'JournalNotWritable',
  'OutcomeNotWritten',
  'OrdersRefused',
  'OrdersNotWritable',
];

const isHeard = ({ code }: Assessment['attention'][number]): boolean => !UNHEARD.includes(code);

/** One that is armed has changed nothing yet, and is cut off by its master already. */
const hasFollowed = (rotation: Planned, host: HostName): boolean =>
  ['good', 'under-way'].includes(followWork(rotation, host)) &&
  followStages(rotation.plan).some(({ name }) => begun(rotation, host, name));

function backOf(
  rotation: Planned,
  { direction, attention }: Assessment,
  unknown: readonly HostName[],
): NeedsPersonView['back'] {
  if (makesBinding(rotation.plan) && unknown.some((host) => isWayBackLost(rotation, host))) return 'unbound-imported';
  if (makesBinding(rotation.plan)) return workersOf(rotation).length > 0 ? 'unbound' : 'unbound-alone';
  // What only the final look disagrees with has been taken away already.
  if (nobodyIsCutOff(rotation))
    return direction === 'back' && attention.every(({ code }) => code === 'NotProved') ? 'once-more' : 'prepared';
  if (isReconnect(rotation)) return 'cut-off';
  if (unknown.some((host) => isWayBackLost(rotation, host))) return 'once-imported';
  // A machine that is both has no others beside it.
  const isAlone = rotation.plan.slices.length === 1;
  const lead = isAlone ? undefined : switchStage(rotation.plan);
  // Each has told how far it came, and would try again by its own journal; but workers behind a master that has not
  // gone back have not been told to go back yet.
  const isOwn = attention.every((one) => isHeard(one) && (one.stage === null || one.stage !== lead?.name));
  if (direction === 'back' && isOwn) return 'once-more';
  const isOnlyPrepared = workersOf(rotation).every((host) => unknown.includes(host) || !hasFollowed(rotation, host));
  return direction === 'back' || isAlone || isOnlyPrepared ? 'rest' : 'again';
}

/** What looks found, for causes that say so. An endpoint may be asked twice, by two of its names. */
const againstIn = (attention: Assessment['attention']): readonly Message[] =>
  attention
    .flatMap(({ host, data }) => (Array.isArray(data.against) ? data.against.map((one) => ({ host, ...one })) : []))
    .filter((one, at, all) => all.findIndex((other) => sameJson(one, other)) === at)
    .map((data) => ({ id: 'proof.against', data }));

/** What holds for a machine as a whole, and so in each of its stages. */
const OF_THE_MACHINE: readonly string[] = [
  'RunnerSilent',
  'OrderOverdue',
  'RunnerPaused',
  'JournalNotWritable',
  'OrdersRefused',
  'OrdersNotWritable',
];

/**
 * Such a thing is said once, with the time since when if that is known; that a journal cannot be written, not at all
 * beside an outcome that cannot be, which says it too.
 */
const toldOnce = (attention: Assessment['attention']): Assessment['attention'] =>
  attention.filter((one) => {
    if (!OF_THE_MACHINE.includes(one.code)) return true;
    const isUnwritten = attention.some(({ code, host }) => code === 'OutcomeNotWritten' && host === one.host);
    if (one.code === 'JournalNotWritable' && isUnwritten) return false;
    const same = attention.filter(({ code, host }) => code === one.code && host === one.host);
    return one === (same.find(({ data }) => data.since !== undefined) ?? same[0]);
  });

/** A certificate that several stores of a machine did not give up, for the same reason: one sentence names them. */
function withBothStores(attention: Assessment['attention']): Assessment['attention'] {
  const isAlike = (one: Cause, other: Cause): boolean =>
    [one, other].every(({ data }) => typeof data.store === 'string') &&
    sameJson(
      [one.host, one.code, one.data.thumbprint ?? null, one.data.code ?? null],
      [other.host, other.code, other.data.thumbprint ?? null, other.data.code ?? null],
    );
  return attention.flatMap((one, at) => {
    const alike = attention.filter((other) => other === one || isAlike(one, other));
    if (attention.indexOf(alike[0] ?? one) !== at) return [];
    const stores = [...new Set(alike.map(({ data }) => data.store))];
    if (stores.length < 2) return [one];
    const outputs = [...new Set(alike.flatMap(({ data }) => data.output ?? []))];
    const output = outputs.length === 0 ? {} : { output: outputs.join('\n') };
    return [{ ...one, data: { ...one.data, store: stores.join(', '), ...output } }];
  });
}

/** The final look tells what is not as before, but not what failed. */
function wentBack(rotation: Planned, { attention }: Assessment): Pick<NeedsPersonView, 'wentBack'> {
  const { turned } = rotation;
  if (turned === null || !attention.every(({ code, stage }) => code === 'NotProved' && stage === null)) return {};
  return { wentBack: whyMessage(withLate(rotation, asKnownSince(rotation, turned))) };
}

/** The card that asks a person; null while nothing has to be asked. */
export function needsPersonView(
  farm: Farm,
  rotation: RotationState,
  assessment: Assessment,
  now: number,
): NeedsPersonView | null {
  if (assessment.attention.length === 0 || !isPlanned(rotation)) return null;
  const gate = rotation.resolve === null ? null : openGate(farm, rotation);
  const hosts = assessment.attention.flatMap((cause): HostName[] => (cause.host === null ? [] : [cause.host]));
  const packagesRun = assessment.attention.every(asksAboutPackages);
  const unknown = packagesRun ? [] : [...new Set(hosts)];
  const paused = arePaused(rotation, assessment);
  const rows = rowsOf(rotation, assessment, { unknown: paused ? [] : unknown, now });
  const proved = proofsOf(rotation, assessment.direction).some((proof) => proof.proved);
  const { quorum } = policyFor(farm, rotation.wish);
  const good = rows.filter((row) => row.state === 'good');
  return {
    kind: 'needs-person',
    wish: rotation.wish,
    id: rotation.id,
    farm: farm.name,
    digest: gate?.digest ?? factsDigest(rotation, assessment),
    unknown,
    paused,
    packages: packagesRun ? packagesOf(rotation, assessment) : null,
    why: withBothStores(toldOnce(assessment.attention)).map(whyMessage),
    ...wentBack(rotation, assessment),
    rows,
    provedOn: good.length === 0 && !proved ? 'mixed' : assessment.direction === 'forth' ? 'new' : 'old',
    against: againstIn(assessment.attention),
    ...endedFor(rotation, assessment, now),
    silent: assessment.attention.some(({ code }) => code === 'RunnerSilent' || code === 'OrderLapsed'),
    ...(makesBinding(rotation.plan) && workersOf(rotation).length > 0 ? { cutOffAlready: true } : {}),
    leave: leaveOf(rotation, assessment, unknown),
    ...leaveOne(rotation, assessment),
    ...leaveFrom(rotation, assessment),
    ...returnsOf(rotation, assessment),
    back: backOf(rotation, assessment, unknown),
    ...(isTriedInVain(rotation, assessment.attention) ? { tried: true } : {}),
    ...(hasNothingLeft(rotation, assessment.attention) ? { nothingLeft: true } : {}),
    asked: questionOf(rotation.resolve),
    voided: voidedIn(rotation),
    votes: gate === null ? [] : votesView(rotation, gate),
    needed: gate === null ? quorum : approvalsMissing(rotation, gate),
    ...mayVote(farm, rotation, gate),
    quorum,
  };
}

/** `unknown`: machines of which nobody knows how they are. */
function rowsOf(
  rotation: Planned,
  { direction, attention }: Assessment,
  { unknown, now }: { readonly unknown: readonly HostName[]; readonly now: number },
): NeedsPersonView['rows'] {
  const following = workersOf(rotation);
  return rotation.plan.slices.map((slice) => {
    const row = hostRow(rotation, slice, direction, now);
    const state = unknown.includes(slice.host) ? 'unknown' : row.state;
    // It may wait for hours, so no time is shown that grows.
    const isCut = row.cutOff || (state === 'unknown' && following.includes(slice.host));
    const at = isCut ? lastCutAt(rotation, slice.host, now) : null;
    // What its orders brought about is no answer where a look disagrees with it.
    const code = attention.find(({ host }) => host === slice.host)?.code ?? '';
    const what = state === 'unknown' && row.state === 'good' ? { id: 'row.unknown', data: { code } } : row.what;
    return { ...row, state, what, ...(at === null ? {} : { cutAt: instantOf(at) }) };
  });
}

/** For a wait that packages hold up. */
const packagesOf = (rotation: RotationState, assessment: Assessment): NeedsPersonView['packages'] => ({
  waitMs: drainLimitMs(rotation) ?? 0,
  unseen: areUnseen(assessment.attention),
  frozen: frozenView(assessment),
  workers: heldUp(rotation),
  windowClosed: assessment.windowClosed ?? null,
  windowCloses: assessment.windowCloses ?? null,
  ...(refusedChoice(rotation, 'leave-out', assessment) === null
    ? { leaveOut: { toGo: withoutHeldUp(rotation).toGo } }
    : {}),
  ...(assessment.unwatched === undefined ? {} : { unwatched: assessment.unwatched }),
});
