import type { StageHead } from '../plan/plan.ts';
import { CONTAIN, contains, DRAIN, followStages, isAside, keeps, phaseOf, switchStage } from '../plan/plan-phases.ts';
import { isHeard, mayStillTell } from '../presence/presence.ts';
import { isPlanned, type OrderState, type Planned, type RotationState } from '../rotation/rotation.ts';
import { instantOf } from '../time.ts';
import type { HostName } from '../values.ts';
import { followers, tooMany, unarmedHost, unreadyHost } from './armed-hosts.ts';
import { asksAboutPackages, hasBegun, waitsOf } from './drain.ts';
import { BAD, fallenHosts, fellIn, isOwnStage } from './fallen.ts';
import type { Cause, Moment } from './moment.ts';
import { cutForMs } from './outage.ts';
import { begun, forthWork, latestOrder, mayHaveSwitched, silentCode, tellingOrder, waitWork } from './stages.ts';
import { handedNone } from './takes-none.ts';

/** Why the rotation goes back, by the failure rule of its phases; null: it goes forward. Once turned, it stays so. */
export function causeOf(rotation: RotationState, moment: Moment): Cause | null {
  if (!isPlanned(rotation)) return null;
  if (rotation.turned !== null) return asKnownSince(rotation, rotation.turned);
  return (
    stopCause(rotation) ??
    leftCause(rotation) ??
    resolvedCause(rotation) ??
    containCause(rotation) ??
    prepareCause(rotation) ??
    (keeps(rotation.plan) ? waveCause(rotation) : cutoverCause(rotation, moment))
  );
}

const stopCause = (rotation: RotationState): Cause | null =>
  rotation.stop === null ? null : cause('StopAsked', { by: rotation.stop.by.name, ...saidWith(rotation.stop.reason) });

const saidWith = (reason: string): { readonly reason?: string } => (reason === '' ? {} : { reason });

/** Its master was left as it is when it may already have switched: nothing goes on without it. */
function leftCause(rotation: Planned): Cause | null {
  const lead = switchStage(rotation.plan);
  const host = lead?.hosts.find((one) => rotation.resolved[one]?.choice === 'leave-behind');
  return host === undefined || !mayHaveSwitched(rotation) ? null : cause('LeftAsItIs', {}, host);
}

function resolvedCause(rotation: RotationState): Cause | null {
  const host = Object.keys(rotation.resolved).find((one) => rotation.resolved[one]?.choice === 'put-all-back');
  return host === undefined ? null : cause('PutBackDecided', {}, host as HostName);
}

/** The master could not be told whom to stop trusting. */
function containCause(rotation: Planned): Cause | null {
  const [stage] = phaseOf(rotation.plan, CONTAIN)?.stages ?? [];
  const host = stage?.hosts.find((one) => BAD.includes(forthWork(rotation, one, CONTAIN)));
  return host === undefined ? null : failure(rotation, host, CONTAIN);
}

/**
 * Prepare: any failure undoes the phase, while nobody is cut off. So does a failed wait for packages before the
 * cutover.
 */
function prepareCause(rotation: Planned): Cause | null {
  const { plan } = rotation;
  const stages = phaseOf(plan, 'prepare')?.stages ?? [];
  const isAlone = (name: string): boolean => name === DRAIN || isAside(plan, name) || isOwnStage(plan, name);
  for (const stage of stages.filter(({ name }) => !isAlone(name)))
    for (const host of stage.hosts)
      if (BAD.includes(forthWork(rotation, host, stage.name))) return failure(rotation, host, stage.name);
  return hasBegun(rotation) ? null : (openWaits(rotation).find((why) => !asksAboutPackages(why)) ?? null);
}

/** Waits for packages that did not end well and that nobody has decided about. */
export const openWaits = (rotation: RotationState): readonly Cause[] =>
  (rotation.plan === null ? [] : waitsOf(rotation.plan))
    .filter((wait) => BAD.includes(waitWork(rotation, wait)))
    .map((wait) => failureOf(wait.host, DRAIN, tellingOrder(rotation, wait)));

/**
 * Cutover: a failed master was put back by its runner. Until the canary is proved, any failure turns back; after that
 * only if more than `leaveBehind` have failed, or if more than that, or the canary, are not proved when the gap limit
 * has passed.
 */
function cutoverCause(rotation: Planned, moment: Moment): Cause | null {
  const { plan } = rotation;
  const first = switchStage(plan);
  if (first === undefined) return null;
  for (const host of first.hosts)
    if (forthWork(rotation, host, first.name) === 'failed')
      return whoHeldUp(rotation, host, first.name, moment) ?? leadFailure(rotation, host, first.name, moment);
  // It has ended without having switched, so it goes no further; nobody follows it.
  const unwritten = first.hosts.find((host) => latestOrder(rotation, host, first.name, 'apply')?.unwritten != null);
  if (unwritten !== undefined && forthWork(rotation, unwritten, first.name) === 'silent')
    return failure(rotation, unwritten, first.name);
  const unarmed = unarmedHost(rotation, plan, first);
  if (unarmed !== undefined) return failure(rotation, unarmed.host, unarmed.stage);
  const unready = unreadyHost(rotation, plan, first, moment);
  if (unready !== null) return unready;
  const gone = cutForMs(rotation, moment);
  const { limitMs, leaveBehind } = plan.header.gap;
  for (const stage of followStages(plan)) {
    const works = stage.hosts.map((host) => ({ host, work: forthWork(rotation, host, stage.name) }));
    const canary = works.slice(0, stage.canary).find((one) => ['failed', 'silent', 'unknown'].includes(one.work));
    if (canary !== undefined) return followerFailure(rotation, first, canary.host, stage.name);
    const failed = works.filter((one) => one.work === 'failed' || one.work === 'silent');
    if (failed.length > leaveBehind) return failures(rotation, first, failed, stage.name);
    const off = tooMany(rotation, plan, stage);
    // A bot that stood still, or had no queue, does not know yet who followed meanwhile, or why the master went back.
    const isRead = [...first.hosts, ...off].every((host) => !mayStillTell(moment, host));
    if (gone !== null && gone > limitMs && off.length > 0 && isRead)
      return (
        fallenLead(rotation, first) ??
        silentLead(rotation, first, moment) ??
        cause('GapLimitPassed', { seconds: limitMs / 1000, hosts: heldUpBy(stage, off) })
      );
  }
  return null;
}

/**
 * A master that failed before it had switched, and is heard of only at the limit or after it, or could not be put back:
 * workers had nothing to follow.
 */
function fallenLead(rotation: Planned, { name, hosts }: StageHead): Cause | null {
  const host = hosts.find((one) => {
    const order = latestOrder(rotation, one, name, 'apply');
    if (order?.code == null || ['StopAsked', 'NotConfirmed'].includes(order.code)) return false;
    const isBegun = order.status !== 'refused' && order.switchedAt === null;
    return isBegun && !['good', 'left'].includes(forthWork(rotation, one, name));
  });
  return host === undefined ? null : failure(rotation, host, name);
}

/**
 * A master that is not heard at the limit: what workers lack may be its certificate, however long the limit. Not where
 * one has followed since: then it serves, and only its runner is not heard.
 */
function silentLead(rotation: Planned, { name, hosts }: StageHead, { presence, now, since }: Moment): Cause | null {
  // One that has switched is due to report nothing, so its order is not marked as silent.
  const host = hosts.find((one) => !isHeard(presence[one], now));
  if (host === undefined) return null;
  const last = Math.max(presence[host]?.at ?? since, since);
  const isServing = followers(rotation).some(({ switchedAt }) => switchedAt !== null && Date.parse(switchedAt) > last);
  if (isServing) return null;
  return { host, stage: name, step: null, code: 'RunnerSilent', data: { since: instantOf(last) } };
}

/** One that Redis hands no letters was not confirmed for that. */
function leadFailure(rotation: Planned, host: HostName, stage: string, moment: Moment): Cause {
  const own = failure(rotation, host, stage);
  const why = own.code === 'NotConfirmed' ? handedNone(moment, host) : null;
  return why === null ? own : { ...own, ...why };
}

/**
 * A failed master presents the old certificate at once, but is not done until its service has restarted: a worker that
 * goes back with it is heard of earlier, and has not failed by itself.
 */
function followerFailure(rotation: Planned, lead: StageHead, host: HostName, stage: string): Cause {
  const own = failure(rotation, host, stage);
  if (own.code !== 'MasterWentBack') return own;
  const master = lead.hosts.find((one) => latestOrder(rotation, one, lead.name, 'apply')?.code != null);
  return master === undefined ? own : (whoHeldUp(rotation, master, lead.name) ?? failure(rotation, master, lead.name));
}

/**
 * Why a rotation turned, by what a master has said since that was silent when a worker went back with it, or when the
 * limit passed.
 */
export function asKnownSince(rotation: RotationState, turned: Cause): Cause {
  const lead = rotation.plan === null ? undefined : switchStage(rotation.plan);
  if (lead === undefined || !isPlanned(rotation)) return turned;
  if (turned.code === 'GapLimitPassed') return fallenLead(rotation, lead) ?? turned;
  if (turned.code !== 'MasterWentBack') return turned;
  const said = lead.hosts.map((host) => ({ host, order: latestOrder(rotation, host, lead.name, 'apply') }));
  // One that was asked to stop did not fail.
  const master = said.find(({ order }) => (order?.code == null ? isPutBackByHand(order) : order.code !== 'StopAsked'));
  if (master === undefined) return turned;
  return whoHeldUp(rotation, master.host, lead.name) ?? failure(rotation, master.host, lead.name);
}

/** The first one's failure, plus who else failed: fixing that one alone would not be enough. */
function failures(
  rotation: Planned,
  lead: StageHead,
  all: readonly { readonly host: HostName }[],
  stage: string,
): Cause | null {
  const [first, ...others] = all.map(({ host }) => host);
  if (first === undefined) return null;
  const found = followerFailure(rotation, lead, first, stage);
  const failedToo = others.filter((host) => failure(rotation, host, stage).code !== 'MasterWentBack');
  return found.host !== first || failedToo.length === 0 ? found : { ...found, data: { ...found.data, failedToo } };
}

/** Of those that have not followed in time: if a canary is among them, all others waited for it. */
function heldUpBy({ hosts, canary }: StageHead, off: readonly HostName[]): readonly HostName[] {
  const late = hosts.slice(0, canary).filter((host) => off.includes(host));
  return late.length > 0 ? late : off;
}

/**
 * An unconfirmed master goes back at the limit, and often reports that before the limit has passed here. If workers
 * were heard at work meanwhile, nobody was away: those that had not followed kept it from being confirmed. By `moment`
 * it is not yet known who they are if one of them still has to tell what it did while it could not be heard.
 */
function whoHeldUp(rotation: Planned, lead: HostName, leadStage: string, moment?: Moment): Cause | null {
  const { plan } = rotation;
  const order = latestOrder(rotation, lead, leadStage, 'apply');
  // It went back before its time: nobody held it up.
  if (order?.code !== 'NotConfirmed' || order.data?.early !== undefined) return null;
  const stages = followStages(plan);
  if (!stages.some(({ name, hosts }) => hosts.some((host) => begun(rotation, host, name)))) return null;
  const hosts = stages.flatMap((stage) => {
    const off = tooMany(rotation, plan, stage);
    return heldUpBy(
      stage,
      off.filter((host) => latestOrder(rotation, host, stage.name, 'apply')?.switchedAt == null),
    );
  });
  if (hosts.length === 0 || hosts.some((host) => moment !== undefined && mayStillTell(moment, host))) return null;
  return cause('GapLimitPassed', { seconds: plan.header.gap.limitMs / 1000, hosts });
}

/**
 * Waves stop at the first host that failed or that a person left behind; where they are already cut off, all of them
 * go.
 */
function waveCause(rotation: Planned): Cause | null {
  const { plan } = rotation;
  const fallen = fallenHosts(rotation);
  for (const stage of followStages(plan)) {
    const going = stage.hosts.filter((one) => !fallen.includes(one));
    const goesOn =
      contains(plan) && going.some((one) => ['none', 'under-way'].includes(forthWork(rotation, one, stage.name)));
    if (goesOn) continue;
    const [first] = fallen;
    if (first !== undefined) return fall(rotation, first);
    const host = stage.hosts.find((one) => ['failed', 'left'].includes(forthWork(rotation, one, stage.name)));
    if (host !== undefined) return failure(rotation, host, stage.name);
  }
  return leftOutCause(rotation);
}

/** All that were not left out have switched: what was prepared for the left-out ones is undone. */
function leftOutCause(rotation: Planned): Cause | null {
  const { plan, leftOut } = rotation;
  for (const { name, hosts } of followStages(plan)) {
    const out = hosts.filter((host) => leftOut[host] !== undefined);
    const [first] = out;
    const isThrough = hosts.every((host) => out.includes(host) || forthWork(rotation, host, name) === 'good');
    if (first !== undefined && isThrough) {
      const by = leftOut[first]?.name ?? '';
      return { host: first, stage: name, step: null, code: 'LeftForPackages', data: { by, hosts: out } };
    }
  }
  return null;
}

/** A host that speaks again was silent when the others went on. */
function fall(rotation: Planned, host: HostName): Cause {
  const stage = fellIn(rotation, host);
  return stage === null ? cause('RunnerSilent', {}, host) : failure(rotation, host, stage);
}

/** What the host reported when it failed; a silent one has reported nothing. */
export function failure(
  rotation: RotationState,
  host: HostName,
  stage: string,
  kind: 'apply' | 'undo' = 'apply',
): Cause {
  const waits = stage === DRAIN && rotation.plan !== null ? waitsOf(rotation.plan) : [];
  const asked = waits.find((wait) => wait.host === host && waitWork(rotation, wait) === 'unknown');
  const order = asked === undefined ? undefined : tellingOrder(rotation, asked);
  return failureOf(host, stage, order ?? latestOrder(rotation, host, stage, kind));
}

function failureOf(host: HostName, stage: string, order: OrderState | undefined): Cause {
  if (order?.silentSince != null)
    return {
      host,
      stage,
      step: null,
      code: silentCode(order),
      data: { ...(order.unwritten ?? { since: order.silentSince }) },
    };
  const code = order?.code ?? codeless(order);
  return { host, stage, step: order?.failedStep ?? null, code, data: order?.data ?? {} };
}

function codeless(order: OrderState | undefined): string {
  if (order?.status === 'lapsed') return 'OrderLapsed';
  return isPutBackByHand(order) ? 'PutBackByHand' : 'StateUnknown';
}

/** A runner that puts back what had ended well was told so by a person at its machine: it names no failure. */
const isPutBackByHand = (order: OrderState | undefined): boolean =>
  order?.kind === 'apply' && order.code === null && order.outcome === 'put-back';

const cause = (code: string, data: Cause['data'], host: HostName | null = null): Cause => ({
  host,
  stage: null,
  step: null,
  code,
  data,
});
