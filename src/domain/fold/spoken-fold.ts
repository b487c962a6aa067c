import type { RunnerEntry } from '../journal/entries.ts';
import type { Envelope, JournalLine } from '../letters/protocol.ts';
import { aheadIn } from '../letters/refused-date.ts';
import type { HostLook } from '../machine/host-facts.ts';
import { NEW } from '../plan/plan.ts';
import type { OrderState, RotationState, StepState } from '../rotation/rotation.ts';
import type { HostName, Instant } from '../values.ts';
import { dueBack, earlyBack } from './early-back.ts';
import { isUndoneByHand } from './undone-by-hand.ts';

/** One line of a runner, as it was heard. */
export interface Spoken {
  readonly host: HostName;
  readonly line: JournalLine<RunnerEntry>;
  readonly envelope: Envelope;
  /** The host's time, corrected for its clock skew. */
  readonly when: Instant;
  readonly isClocked: boolean;
  /** When the bot recorded it. */
  readonly at: Instant;
  /** Boot id of the runner that reported it. */
  readonly boot: string;
}

/** What one entry from a runner changes in the rotation whose order it names. */
export function foldSpoken(
  rotation: RotationState,
  spoken: Spoken & { readonly look: HostLook | null },
  entry: RunnerEntry,
): Partial<RotationState> {
  switch (entry.type) {
    case 'accepted':
      // It is never sent again, and each envelope holds a slice of the plan: for fifty machines they make up most of a
      // rotation.
      return onOrder(rotation, spoken, { status: 'accepted', acceptedAt: spoken.when, envelope: null });
    case 'armed':
      return onOrder(rotation, spoken, { armedAt: spoken.when });
    case 'switched':
      return onOrder(rotation, spoken, { switchedAt: spoken.when, ...dueBack(spoken, entry.goesBackAt) });
    case 'refused':
      // It is issued again; that this letter came too late is known already.
      if (orderIn(rotation, spoken)?.status === 'lapsed') return {};
      return onOrder(rotation, spoken, {
        ...(dateOnly(rotation, spoken, entry) ?? { status: 'refused' }),
        code: entry.code,
        data: entry.data,
        finishedAt: spoken.when,
      });
    case 'started':
      return foldStarted(rotation, spoken, entry);
    case 'done':
      return foldDone(rotation, spoken, entry);
    case 'proved':
      return foldProved(rotation, spoken, entry);
    case 'failed':
      return foldFailed(rotation, spoken, entry);
    case 'undone':
      return onStep(rotation, spoken, entry.step, () => ({ state: 'undone', direction: 'back', facts: entry.facts }));
    case 'finished':
      return foldFinished(rotation, spoken, entry);
  }
}

type Entry<T extends RunnerEntry['type']> = Extract<RunnerEntry, { type: T }>;

const foldStarted = (rotation: RotationState, spoken: Spoken, entry: Entry<'started'>): Partial<RotationState> => ({
  ...onStep(rotation, spoken, entry.step, (was) => ({
    state: 'started',
    direction: entry.direction,
    startedAt: was?.startedAt ?? (entry.direction === 'forth' ? spoken.when : null),
    backAt: was?.backAt ?? (entry.direction === 'back' ? spoken.when : null),
    facts: entry.before,
    made: entry.made ?? was?.made ?? null,
    changed: true,
  })),
  ...onOrder(rotation, spoken, startsStopped(entry) ? { foundStopped: true } : {}),
});

/** Only what restarts a service has its state among its facts. */
const startsStopped = ({ direction, before }: Entry<'started'>): boolean =>
  direction === 'back' && before.state === 'stopped';

const foldDone = (rotation: RotationState, spoken: Spoken, entry: Entry<'done'>): Partial<RotationState> => ({
  ...onStep(rotation, spoken, entry.step, (was) => ({
    state: 'done',
    facts: entry.facts,
    made: entry.made ?? was?.made ?? null,
    changed: entry.changed,
  })),
  ...onMade(rotation, spoken, entry),
});

function foldProved(rotation: RotationState, spoken: Spoken, entry: Entry<'proved'>): Partial<RotationState> {
  const order = orderIn(rotation, spoken);
  // A host that failed puts back, and follows its master back, under its forward order.
  const side = order?.kind === 'undo' || order?.code != null ? 'provedBackAt' : 'provedAt';
  return onStep(rotation, spoken, entry.step, (was) => ({
    state: 'proved',
    facts: entry.facts,
    [side]: was?.[side] ?? spoken.when,
  }));
}

function foldFailed(rotation: RotationState, spoken: Spoken, entry: Entry<'failed'>): Partial<RotationState> {
  const { code, data, step: failedStep } = entry;
  const order = orderIn(rotation, spoken);
  const { kind, code: first = null } = order ?? {};
  const step = failedStep === null ? {} : onStep(rotation, spoken, failedStep, () => ({ state: 'failed' }));
  // A way back goes on after a failure: whatever its checks find then follows from the first failure.
  const why =
    kind === 'undo' && first !== null ? {} : { code, data: { ...data, ...earlyBack(order, code, spoken) }, failedStep };
  return { ...step, ...onOrder(rotation, spoken, why) };
}

function foldFinished(
  rotation: RotationState,
  spoken: Spoken & { readonly look: HostLook | null },
  { outcome }: Entry<'finished'>,
): Partial<RotationState> {
  const order = orderIn(rotation, spoken);
  const ended = onOrder(rotation, spoken, {
    status: 'finished',
    outcome,
    finishedAt: spoken.when,
    endHeardAt: spoken.at,
    ...(isUndoneByHand(rotation, order, outcome) ? { undoneAt: spoken.at } : {}),
  });
  const { host, look } = spoken;
  if (order?.kind !== 'look' || look === null) return ended;
  if (rotation.plan === null) return { ...ended, looks: { ...rotation.looks, [host]: look } };
  return { ...ended, proofs: { ...rotation.proofs, [host]: look }, earlier: earlierLooks(rotation, host) };
}

/**
 * An order refused for its date, because a clock was set since the rotation's first apply was accepted: treated as
 * lapsed, so it is issued again. Before that, somebody has to set the clock right first.
 */
function dateOnly(
  { orders }: RotationState,
  { at }: Spoken,
  refused: Entry<'refused'>,
): Pick<OrderState, 'status' | 'aheadMs'> | null {
  const aheadMs = orders.some(({ kind, acceptedAt }) => kind === 'apply' && acceptedAt !== null)
    ? aheadIn(refused, at)
    : null;
  return aheadMs === null ? null : { status: 'lapsed', aheadMs };
}

/** Once the rotation is closed, a recorded certificate is not replaced: others rely on its maker's report. */
function onMade(
  rotation: RotationState,
  { host, line, envelope }: Spoken,
  { step, made }: Entry<'done'>,
): { made?: RotationState['made'] } {
  const ref = made === null ? null : refMadeBy(rotation, host, step);
  if (made === null || ref === null || (rotation.closed !== null && Object.hasOwn(rotation.made, ref))) return {};
  return { made: { ...rotation.made, [ref]: { certificate: made, host, seq: line.seq, report: envelope } } };
}

/** The name the plan uses for the certificate this step makes; null: the plan has this host make none with it. */
function refMadeBy({ plan }: RotationState, host: HostName, id: string): string | null {
  const slice = plan?.slices.find((one) => one.host === host);
  const steps = Object.values(slice?.stages ?? {}).flatMap((stage) => stage.steps);
  const step = steps.find((one) => one.id === id && one.kind === 'create-certificate');
  if (plan === null || step === undefined) return null;
  // Plans from before there were several kinds do not say it.
  const { ref = NEW } = step.params as { readonly ref?: string };
  return plan.header.profiles[ref]?.host === host ? ref : null;
}

function earlierLooks({ earlier, proofs }: RotationState, host: HostName): RotationState['earlier'] {
  const last = proofs[host];
  return last === undefined ? earlier : { ...earlier, [host]: last };
}

const orderIn = ({ orders }: RotationState, { host, line }: Spoken): OrderState | undefined =>
  orders.find((order) => order.host === host && order.n === line.entry.n);

/**
 * Updates the order that the entry names; a host that reports on its order is no longer silent, and what it said of an
 * end that it could not write is recorded again if it still says so.
 */
function onOrder(rotation: RotationState, spoken: Spoken, how: Partial<OrderState>): { orders: readonly OrderState[] } {
  const { n } = spoken.line.entry;
  return {
    orders: rotation.orders.map((order) =>
      order.host === spoken.host && order.n === n
        ? { ...asSaid(order), silentSince: null, unwritten: null, seen: false, ...how }
        : order,
    ),
  };
}

/** An order as its runner had ended it, whatever a look has shown since. */
function asSaid({ seenBack, ...order }: OrderState): OrderState {
  return seenBack === true ? { ...order, outcome: 'unknown' } : order;
}

function onStep(
  rotation: RotationState,
  spoken: Spoken,
  step: string,
  how: (was: StepState | undefined) => Partial<StepState>,
): { steps?: RotationState['steps'] } {
  if (!isPlanned(rotation, spoken.host, step)) return {};
  const ofHost = rotation.steps[spoken.host] ?? {};
  const was = ofHost[step];
  const blank: StepState = {
    state: 'started',
    direction: 'forth',
    startedAt: null,
    at: spoken.when,
    backAt: null,
    facts: {},
    made: null,
    changed: false,
    provedAt: null,
    provedBackAt: null,
  };
  const now: StepState = { ...blank, ...was, at: spoken.when, ...how(was) };
  return { steps: { ...rotation.steps, [spoken.host]: { ...ofHost, [step]: now } } };
}

/** Otherwise a stolen runner key could add steps without end. */
function isPlanned({ plan }: RotationState, host: HostName, step: string): boolean {
  const stages = plan?.slices.find((slice) => slice.host === host)?.stages ?? {};
  return Object.values(stages).some(({ steps, checks }) => [steps, checks].some((all) => all.some(idIs(step))));
}

const idIs =
  (step: string) =>
  ({ id }: { readonly id: string }): boolean =>
    id === step;
