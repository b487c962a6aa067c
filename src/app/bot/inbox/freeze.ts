import { openGate } from '../../../domain/approval/approval.ts';
import { frozenNow, LONGEST_FREEZE_DAYS } from '../../../domain/approval/freeze.ts';
import { mayApprove, peopleOf } from '../../../domain/approval/people.ts';
import type { Person } from '../../../domain/farm/farm.ts';
import { type Moment, next } from '../../../domain/next/index.ts';
import { toldTooOften } from '../../../domain/request/per-hour.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import { isWaiting, type RotationState } from '../../../domain/rotation/rotation.ts';
import { refusedStart, startIfLifted, startUnder, yieldsTo } from '../../../domain/rotation/start.ts';
import { instantOf, MINUTE_MS } from '../../../domain/time.ts';
import { isRefusal, type Message, type Refusal, refuse } from '../../../domain/values.ts';
import type { Freeze } from '../../../domain/when/freeze-state.ts';
import { parseWhen } from '../../../domain/when/when.ts';
import type { Answer } from '../../../ports/chat.ts';
import type { Desk } from '../desk.ts';
import { nothing } from '../record-together.ts';
import { notice, refusal, say } from '../views/notices.ts';

/** `freeze`: recorded, and told in the channels from there; what is already open is not touched. */
export async function freeze(
  desk: Desk,
  person: Person | Refusal,
  { until: said, reason }: { readonly until: string; readonly reason: string },
): Promise<Answer> {
  const done = await desk.commit<readonly Message[] | Refusal>((state) => {
    const by = mayFreeze(desk, person);
    if (isRefusal(by)) return nothing(by);
    const { now } = desk.moment();
    const at = parseWhen(said, { word: 'until', zone: by.timeZone, now, limitDays: LONGEST_FREEZE_DAYS });
    if (isRefusal(at)) return nothing(at);
    const known = frozenNow(state, now);
    if (known !== null && known.reason === reason && Math.abs(at - Date.parse(known.until)) < MINUTE_MS)
      return { entries: [], answer: frozenLines(desk, state) };
    const often = toldTooOften(state, by.id, now);
    if (often !== null) return nothing(often);
    const until = instantOf(at);
    const before = known?.until ?? null;
    const freeze: Freeze = { until, by: { id: by.id, name: by.name }, reason, at: instantOf(now) };
    return {
      entries: [{ type: 'frozen', until, by: freeze.by, reason }],
      answer: [say('frozen', { farm: desk.farm.name, until, before }), ...openLines(desk, state, freeze)],
    };
  });
  return isRefusal(done) ? refusal(done) : notice(done);
}

/** `unfreeze`: what waited for its end may begin. Refused if nothing is frozen. */
export async function unfreeze(desk: Desk, person: Person | Refusal, reason: string): Promise<Answer> {
  const farm = desk.farm.name;
  const done = await desk.commit<Message | Refusal>((state) => {
    const by = mayFreeze(desk, person);
    if (isRefusal(by)) return nothing(by);
    const { now } = desk.moment();
    if (frozenNow(state, now) === null) return nothing(refuse('not-frozen', { farm }));
    const often = toldTooOften(state, by.id, now);
    if (often !== null) return nothing(often);
    return {
      entries: [{ type: 'unfrozen', by: { id: by.id, name: by.name }, reason }],
      answer: say('unfrozen', { farm }),
    };
  });
  return isRefusal(done) ? refusal(done) : notice([done]);
}

/** Anyone who may let a rotation start may keep it from starting. */
export function mayFreeze(desk: Desk, person: Person | Refusal): Person | Refusal {
  if (isRefusal(person) || mayApprove(desk.farm, person.id)) return person;
  const others = peopleOf(desk.farm, desk.farm.approval.approvers).map(({ name }) => name);
  return refuse('may-not-freeze', { farm: desk.farm.name, others });
}

function openLines(desk: Desk, state: FarmState, freeze: Freeze): readonly Message[] {
  return state.unclosed.flatMap((id) => {
    const rotation = state.rotations[id];
    return rotation === undefined || rotation.dry ? [] : lineOf(desk, rotation, freeze);
  });
}

/** What becomes of an open rotation, by the same rule that it follows itself. */
function lineOf({ farm, moment }: Desk, rotation: RotationState, freeze: Freeze): readonly Message[] {
  const { id, gate, wish, start } = rotation;
  const { now } = moment();
  const isHeld = isWaiting(rotation);
  if (gate !== null && !isHeld)
    return [say(isUndecided(rotation, { ...moment(), freeze }) ? 'freeze.decides' : 'freeze.runs', { id })];
  const begins = startUnder(farm, rotation, { now, freeze });
  if (isRefusal(begins)) {
    const lifted = startIfLifted(farm, rotation, { now, freeze });
    return [
      lifted === null ? say('freeze.too-late', { id }) : say('freeze.holds', { id, liftBy: instantOf(lifted.until) }),
    ];
  }
  if (isHeld) {
    if (begins === null || (start !== null && start.from >= freeze.until)) return [];
    return [
      begins.from < begins.until
        ? say('freeze.moves', { id, from: instantOf(begins.from) })
        : say('freeze.asks-again', { id }),
    ];
  }
  if (yieldsTo(farm, wish.when)) return [say('freeze.yields', { id })];
  if (refusedStart(farm, wish.when, freeze, now)?.code !== 'frozen') return [];
  const lapsesAt = openGate(farm, rotation)?.lapsesAt ?? Number.POSITIVE_INFINITY;
  return [
    lapsesAt < Date.parse(freeze.until)
      ? say('freeze.lapses', { id, at: instantOf(lapsesAt) })
      : say('freeze.waits', { id }),
  ];
}

/**
 * Whether its outage has not begun and only a person's decision can begin it; the freeze is shown with that decision.
 */
const isUndecided = (rotation: RotationState, moment: Moment): boolean => next(rotation, moment).frozen !== undefined;

/**
 * `status` and `summary`: whether the farm is frozen. `state`: inside a decision, the one that it is made on; left out,
 * as it is on the disk.
 */
export function frozenLines(desk: Desk, state = desk.state()): readonly Message[] {
  const frozen = frozenNow(state, desk.moment().now);
  if (frozen === null) return [];
  const { by, until, reason } = frozen;
  return [say('status.frozen', { farm: desk.farm.name, by: by.name, until, reason })];
}
