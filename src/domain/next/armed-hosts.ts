import { ARMED } from '../orders/armed.ts';
import type { Plan, StageHead } from '../plan/plan.ts';
import { followStages, isArmed } from '../plan/plan-phases.ts';
import type { OrderState, Planned, RotationState } from '../rotation/rotation.ts';
import type { HostName } from '../values.ts';
import type { Moment, Work } from './moment.ts';
import { cutForMs } from './outage.ts';
import { forthWork, latestOrder } from './stages.ts';
import { isToCome } from './to-come.ts';

/** The lead is confirmed so long before it goes back by itself: time to say it three times. Milliseconds. */
const CONFIRM_BEFORE_MS = 3 * ARMED.sayEveryMs;

export interface ArmedHost {
  readonly host: HostName;
  readonly stage: string;
  readonly work: Work;
}

export const worksOf = (rotation: RotationState, stages: readonly StageHead[]): readonly ArmedHost[] =>
  stages.flatMap(({ name: stage, hosts }) =>
    hosts.map((host) => ({ host, stage, work: forthWork(rotation, host, stage) })),
  );

/** The newest apply order of each host that follows. */
export const followers = (rotation: Planned): readonly OrderState[] =>
  followStages(rotation.plan).flatMap((stage) =>
    stage.hosts.flatMap((host) => latestOrder(rotation, host, stage.name, 'apply') ?? []),
  );

/**
 * Whether the order that cuts everybody off is out. One that has lapsed is not, and each is given to an armed farm
 * only.
 */
export const isOut = (rotation: RotationState, lead: StageHead): boolean =>
  lead.hosts.some((host) => (latestOrder(rotation, host, lead.name, 'apply')?.status ?? 'lapsed') !== 'lapsed');

/**
 * A host that cannot be armed. Before the lead begins nobody is cut off, and going back costs nothing: whatever may be
 * left behind later, here it turns the rotation.
 */
export function unarmedHost(rotation: RotationState, plan: Plan, lead: StageHead): ArmedHost | undefined {
  if (!isArmed(plan) || isOut(rotation, lead)) return undefined;
  // Nobody can have followed a lead that has not gone.
  return worksOf(rotation, followStages(plan)).find(({ work }) =>
    ['failed', 'unknown', 'silent', 'good'].includes(work),
  );
}

/** Whether somebody at the machine wants nothing to begin there, as its runner said last. */
export const isPaused = ({ presence }: Moment, host: HostName): boolean =>
  presence[host]?.notes.some(({ code }) => code === 'paused') === true;

/** A host that is armed and would not follow: it is paused. As long as nobody is cut off, that costs nothing either. */
export const pausedHost = (
  rotation: RotationState,
  plan: Plan,
  lead: StageHead,
  moment: Moment,
): ArmedHost | undefined =>
  !isArmed(plan) || isOut(rotation, lead)
    ? undefined
    : worksOf(rotation, followStages(plan)).find(({ host, work }) => work === 'armed' && isPaused(moment, host));

/** Those of a stage who have not followed, where that is more than the plan lets be left behind; else nobody. */
export function tooMany(rotation: RotationState, plan: Plan, { name, hosts, canary }: StageHead): readonly HostName[] {
  const isOff = (host: HostName): boolean => !['good', 'left'].includes(forthWork(rotation, host, name));
  const off = hosts.filter(isOff);
  return off.length > plan.header.gap.leaveBehind || hosts.slice(0, canary).some(isOff) ? off : [];
}

/** Shortly before the lead goes back by itself: those who have followed are enough, whatever the others still do. */
export function areEnough(rotation: RotationState, plan: Plan, moment: Moment): boolean {
  const gone = cutForMs(rotation, moment);
  const { limitMs } = plan.header.gap;
  if (gone === null || gone < limitMs - Math.min(CONFIRM_BEFORE_MS, limitMs / 3)) return false;
  return followStages(plan).every((stage) => tooMany(rotation, plan, stage).length === 0);
}

/** Since when everybody may follow: the lead is held no longer, and this bot listens. Milliseconds since 1970. */
const freeSince = (rotation: RotationState, moment: Moment, leads: readonly OrderState[]): number =>
  Math.max(
    moment.since,
    // Not before it was ordered, whatever the clock of its machine says.
    ...leads.flatMap(({ host, issued, finishedAt }) =>
      [issued, finishedAt, rotation.resolved[host]?.at]
        .flatMap((at) => (at == null ? [] : Date.parse(at)))
        .filter((at) => !isToCome(at, moment)),
    ),
  );

/**
 * Those who hold their orders still when nobody else is at work any more, though they could go for the whole time of
 * an order: they do not see what the lead presents, or are paused. `leads`: orders that are held no longer.
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
