import type { StageHead } from '../../plan/plan.ts';
import { followStages, switchStage } from '../../plan/plan-phases.ts';
import { isHeard, mayStillTell } from '../../presence/presence.ts';
import { isPlanned, type Planned, type RotationState } from '../../rotation/rotation.ts';
import { instantOf } from '../../time.ts';
import type { HostName } from '../../values.ts';
import { followers, tooMany, unarmedHost, unreadyHost } from '../armed-hosts.ts';
import type { Cause, Moment } from '../moment.ts';
import { cutForMs } from '../outage.ts';
import { begun, forthWork, latestOrder } from '../stages.ts';
import { handedNone } from '../takes-none.ts';
import { cause, failure, isPutBackByHand } from './failure.ts';

/**
 * Cutover: a failed master was put back by its runner. Until the canary is proved, any failure turns back; after that
 * only if more than `leaveBehind` have failed, or if more than that, or the canary, are not proved when the gap limit
 * has passed.
 */
export function cutoverCause(rotation: Planned, moment: Moment): Cause | null {
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

/**
 * A master that failed before it had switched, or whose service fell after that, and is heard of only at the limit or
 * after it, or could not be put back: workers had nothing to follow.
 */
function fallenLead(rotation: Planned, { name, hosts }: StageHead): Cause | null {
  const host = hosts.find((one) => {
    const order = latestOrder(rotation, one, name, 'apply');
    if (order?.code == null || ['StopAsked', 'NotConfirmed'].includes(order.code)) return false;
    const isBegun = order.status !== 'refused' && (order.switchedAt === null || HAS_FALLEN.includes(order.code));
    return isBegun && !['good', 'left'].includes(forthWork(rotation, one, name));
  });
  return host === undefined ? null : failure(rotation, host, name);
}

/** What a runner says of the service of a master that has switched. */
const HAS_FALLEN: readonly string[] = ['ServiceNotRunning', 'ServiceRestartsItself'];

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
