import type { BotEntry, RunnerEntry } from './entries.ts';
import { sha256 } from './plan.ts';
import type { Envelope, JournalLine } from './protocol.ts';
import { change, type FarmState, type OrderState, type RotationState, SCAN, type StepState } from './rotation.ts';
import type { HostName, Instant } from './values.ts';

type Heard = Extract<BotEntry, { type: 'heard' }>;

/** What a runner signed is recorded in any state of the rotation: it happened. */
export function foldHeard(state: FarmState, heard: Heard, at: Instant): FarmState {
  let next = state;
  for (const envelope of heard.entries) {
    const line = JSON.parse(envelope.body) as JournalLine<RunnerEntry>;
    const known = next.hosts[heard.host] ?? { n: 0, seq: 0, hash: null };
    if (line.seq <= known.seq) continue;
    next = {
      ...next,
      hosts: {
        ...next.hosts,
        [heard.host]: {
          // A rebuilt bot must not number below what the runner has accepted already.
          n: line.entry.type === 'accepted' ? Math.max(known.n, line.entry.n) : known.n,
          seq: line.seq,
          hash: sha256(JSON.stringify(envelope)),
        },
      },
    };
    const when = new Date(Date.parse(line.at) - heard.skewMs).toISOString();
    next = foldRunnerEntry(next, { host: heard.host, line, envelope, when, at });
  }
  return next;
}

/** A look that belongs to no rotation: only what it saw is kept. */
function foldScan(state: FarmState, spoken: Spoken, entry: RunnerEntry): FarmState {
  if (entry.type !== 'finished' || entry.look === null) return state;
  return { ...state, latest: { ...state.latest, [spoken.host]: entry.look } };
}

interface Spoken {
  readonly host: HostName;
  readonly line: JournalLine<RunnerEntry>;
  readonly envelope: Envelope;
  /** The host's time, less its skew. */
  readonly when: Instant;
  /** When the bot recorded it. */
  readonly at: Instant;
}

function foldRunnerEntry(state: FarmState, spoken: Spoken): FarmState {
  const entry = spoken.line.entry;
  const id = entry.rotation;
  const rotation = id === null ? undefined : state.rotations[id];
  const ours = rotation?.orders.some((order) => order.host === spoken.host && order.n === entry.n) ?? false;
  if (id === null || rotation === undefined || (entry.type === 'refused' && !ours)) {
    if (id === SCAN) return foldScan(state, spoken, entry);
    if (entry.type !== 'refused') return state;
    const { code, data } = entry;
    return {
      ...state,
      strange: [...state.strange, { host: spoken.host, seq: spoken.line.seq, code, data, at: spoken.at }].slice(-200),
    };
  }
  const next = change(state, id, (was) => ({
    ...fold(was, spoken, entry),
    trail: [...was.trail, trailOf(spoken, entry)],
  }));
  if (entry.type !== 'finished' || entry.look === null) return next;
  return { ...next, latest: { ...next.latest, [spoken.host]: entry.look } };
}

function fold(rotation: RotationState, spoken: Spoken, entry: RunnerEntry): Partial<RotationState> {
  switch (entry.type) {
    case 'accepted':
      return onOrder(rotation, spoken, { status: 'accepted', acceptedAt: spoken.when });
    case 'refused':
      return onOrder(rotation, spoken, {
        status: 'refused',
        code: entry.code,
        data: entry.data,
        finishedAt: spoken.when,
      });
    case 'started':
      return {
        ...onStep(rotation, spoken, entry.step, (was) => ({
          state: 'started',
          direction: entry.direction,
          startedAt: entry.direction === 'forth' ? (was?.startedAt ?? spoken.when) : (was?.startedAt ?? null),
          backAt: entry.direction === 'back' ? (was?.backAt ?? spoken.when) : (was?.backAt ?? null),
          facts: entry.before,
          made: entry.made ?? was?.made ?? null,
          changed: true,
        })),
        ...onOrder(rotation, spoken, {}),
      };
    case 'done':
      return {
        ...onStep(rotation, spoken, entry.step, (was) => ({
          state: 'done',
          facts: entry.facts,
          made: entry.made ?? was?.made ?? null,
          changed: entry.changed,
        })),
        ...(entry.made === null
          ? {}
          : {
              made: {
                certificate: entry.made,
                host: spoken.host,
                seq: spoken.line.seq,
                report: spoken.envelope,
              },
            }),
      };
    case 'proved': {
      const kind = rotation.orders.find((order) => order.host === spoken.host && order.n === entry.n)?.kind;
      return onStep(rotation, spoken, entry.step, (was) => ({
        state: 'proved',
        facts: entry.facts,
        ...(kind === 'undo' ? { provedBackAt: spoken.when } : { provedAt: was?.provedAt ?? spoken.when }),
      }));
    }
    case 'failed':
      return {
        ...(entry.step === null ? {} : onStep(rotation, spoken, entry.step, () => ({ state: 'failed' }))),
        ...onOrder(rotation, spoken, { code: entry.code, data: entry.data, failedStep: entry.step }),
      };
    case 'undone':
      return onStep(rotation, spoken, entry.step, () => ({ state: 'undone', direction: 'back', facts: entry.facts }));
    case 'finished': {
      const order = rotation.orders.find((one) => one.host === spoken.host && one.n === entry.n);
      const looked = order?.kind === 'look' && entry.look !== null ? entry.look : null;
      return {
        ...onOrder(rotation, spoken, { status: 'finished', outcome: entry.outcome, finishedAt: spoken.when }),
        ...(looked === null
          ? {}
          : rotation.plan === null
            ? { looks: { ...rotation.looks, [spoken.host]: looked } }
            : { proofs: { ...rotation.proofs, [spoken.host]: looked } }),
      };
    }
  }
}

/** The order that the entry names; whoever speaks of it is no longer silent. */
function onOrder(rotation: RotationState, spoken: Spoken, how: Partial<OrderState>): { orders: readonly OrderState[] } {
  const { n } = spoken.line.entry;
  return {
    orders: rotation.orders.map((order) =>
      order.host === spoken.host && order.n === n ? { ...order, silentSince: null, ...how } : order,
    ),
  };
}

function onStep(
  rotation: RotationState,
  spoken: Spoken,
  step: string,
  how: (was: StepState | undefined) => Partial<StepState>,
): { steps: RotationState['steps'] } {
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

function trailOf(spoken: Spoken, entry: RunnerEntry): RotationState['trail'][number] {
  const data = {
    n: entry.n,
    ...('changed' in entry ? { changed: entry.changed } : {}),
    ...('step' in entry && entry.step !== null ? { step: entry.step } : {}),
    ...('kind' in entry ? { kind: entry.kind, stage: entry.stage } : {}),
    ...('outcome' in entry ? { outcome: entry.outcome } : {}),
    ...('direction' in entry ? { direction: entry.direction } : {}),
    ...('code' in entry ? { code: entry.code } : {}),
  };
  return { at: spoken.when, host: spoken.host, code: `runner.${entry.type}`, data };
}
