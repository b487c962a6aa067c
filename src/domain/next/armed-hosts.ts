import { ARMED } from '../orders/armed.ts';
import type { Plan, StageHead } from '../plan/plan.ts';
import { followStages, isArmed } from '../plan/plan-phases.ts';
import type { OrderState, Planned, RotationState } from '../rotation/rotation.ts';
import type { HostName } from '../values.ts';
import type { Cause, Moment, Work } from './moment.ts';
import { cutForMs } from './outage.ts';
import { forthWork, latestOrder } from './stages.ts';
import { saysItTakesNone } from './takes-none.ts';
import { isToCome } from './to-come.ts';

/** How long before it goes back by itself the lead is confirmed: time to say it three times. Milliseconds. */
const CONFIRM_BEFORE_MS = 3 * ARMED.sayEveryMs;

interface ArmedHost {
  readonly host: HostName;
  readonly stage: string;
  readonly work: Work;
}

export const worksOf = (rotation: RotationState, stages: readonly StageHead[]): readonly ArmedHost[] =>
  stages.flatMap(({ name: stage, hosts }) =>
    hosts.map((host) => ({ host, stage, work: forthWork(rotation, host, stage) })),
  );

/** The newest apply order of each following host. */
export const followers = (rotation: Planned): readonly OrderState[] =>
  followStages(rotation.plan).flatMap((stage) =>
    stage.hosts.flatMap((host) => latestOrder(rotation, host, stage.name, 'apply') ?? []),
  );

/** Whether the order that cuts everybody off is out. A lapsed one is not; every new one goes only to an armed farm. */
export const isOut = (rotation: RotationState, lead: StageHead): boolean =>
  lead.hosts.some((host) => (latestOrder(rotation, host, lead.name, 'apply')?.status ?? 'lapsed') !== 'lapsed');

/**
 * A host that cannot be armed. Before the lead begins nobody is cut off and going back costs nothing: so this turns the
 * rotation, whatever may be left behind later.
 */
export function unarmedHost(rotation: RotationState, plan: Plan, lead: StageHead): ArmedHost | undefined {
  if (!isArmed(plan) || isOut(rotation, lead)) return undefined;
  // Nobody can have followed ('good') a lead that was never sent.
  return worksOf(rotation, followStages(plan)).find(({ work }) =>
    ['failed', 'unknown', 'silent', 'good'].includes(work),
  );
}

/** Whether somebody at the machine has paused it, by its runner's last hello. */
export const isPaused = ({ presence }: Moment, host: HostName): boolean =>
  presence[host]?.notes.some(({ code }) => code === 'paused') === true;

/**
 * An armed host that would not follow, because it is paused or cannot write that it begins, or that could be told
 * neither to wait nor to stop. While nobody is cut off, going back costs nothing here either.
 */
export function unreadyHost(rotation: RotationState, plan: Plan, lead: StageHead, moment: Moment): Cause | null {
  if (!isArmed(plan) || isOut(rotation, lead)) return null;
  for (const { host, stage, work } of worksOf(rotation, followStages(plan))) {
    const why = work === 'armed' ? whyUnready(moment, host) : null;
    if (why !== null) return { host, stage, step: null, ...why };
  }
  return null;
}

/** What a machine says of itself because of which it begins nothing; `takes`: why it takes no order. */
export const whyUnready = (
  moment: Moment,
  host: HostName,
  takes = saysItTakesNone,
): Pick<Cause, 'code' | 'data'> | null =>
  isPaused(moment, host) ? { code: 'RunnerPaused', data: {} } : takes(moment, host);

/** Hosts of a stage that have not followed, if they are more than may be left behind or include a canary; else none. */
export function tooMany(rotation: RotationState, plan: Plan, { name, hosts, canary }: StageHead): readonly HostName[] {
  const isOff = (host: HostName): boolean => !['good', 'left'].includes(forthWork(rotation, host, name));
  const off = hosts.filter(isOff);
  return off.length > plan.header.gap.leaveBehind || hosts.slice(0, canary).some(isOff) ? off : [];
}

/** Whether, shortly before the lead goes back by itself, enough hosts have followed, whatever the others do. */
export function areEnough(rotation: RotationState, plan: Plan, moment: Moment): boolean {
  const gone = cutForMs(rotation, moment);
  const { limitMs } = plan.header.gap;
  if (gone === null || gone < limitMs - Math.min(CONFIRM_BEFORE_MS, limitMs / 3)) return false;
  return followStages(plan).every((stage) => tooMany(rotation, plan, stage).length === 0);
}

/** Since when everybody may follow: the lead is no longer held, and this bot listens. Milliseconds since 1970. */
const freeSince = (rotation: RotationState, moment: Moment, leads: readonly OrderState[]): number =>
  Math.max(
    moment.since,
    // Never before it was ordered, whatever its machine's clock says.
    ...leads.flatMap(({ host, issued, finishedAt }) =>
      [issued, finishedAt, rotation.resolved[host]?.at]
        .flatMap((at) => (at == null ? [] : Date.parse(at)))
        .filter((at) => !isToCome(at, moment)),
    ),
  );

/**
 * Hosts still holding their orders when nobody else is at work, although they could have gone for a whole order's time:
 * they do not see what the lead presents, or are paused. `leads`: orders that are no longer held.
 */
export function stragglers(
  rotation: RotationState,
  plan: Plan,
  moment: Moment,
  { leads, limitMs }: { readonly leads: readonly OrderState[]; readonly limitMs: number },
): readonly HostName[] {
  const works = worksOf(rotation, followStages(plan));
  const isOver = moment.now >= freeSince(rotation, moment, leads) + limitMs;
  if (!isOver || works.some(({ work }) => work === 'under-way')) return [];
  return works.filter(({ work }) => work === 'armed').map(({ host }) => host);
}
