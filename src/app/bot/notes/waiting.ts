import { unseenAtStart } from '../../../domain/next/start/start-looks.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import type { Data, HostName, Message } from '../../../domain/values.ts';
import { say } from '../views/notices.ts';
import { failedLooks, obstacleOf } from '../views/plan/obstacle.ts';
import { type DueNote, note } from './note.ts';

/** That it is approved and when it begins; that a freeze has moved it; what a look found in its way. */
export function waitingNotes(rotation: RotationState): readonly DueNote[] {
  const { id, start, votes, plan, by } = rotation;
  if (start === null) return [];
  const { from, until, held, checks } = start;
  const approved = votes.filter((one) => one.vote === 'approve' && one.digest === plan?.digest);
  const names = approved.map((one) => one.by.name);
  const isTooLate = held?.tooLate === true;
  const first =
    held === null
      ? say('note.waits', { id, names, from })
      : isTooLate
        ? say('note.too-late', {
            id,
            farm: plan?.header.farm ?? '',
            frozen: held.until,
            by: held.by,
            reason: held.reason,
            liftBy: until,
          })
        : say('note.held', { id, from, frozen: held.until, by: held.by, reason: held.reason, asks: until <= from });
  const last = checks.hour ?? checks.day;
  const unseen = unlooked('note.unseen', rotation, last?.unseen ?? [], { id, from });
  const mark = checks.hour === undefined ? 'day' : 'hour';
  const atStart = unlooked('note.unseen-at-start', rotation, unseenAtStart(rotation, start), { id, from, until });
  const obstacle = obstacleOf(start);
  // It looks once more and begins: nobody has to wait.
  const isAtOnce = held === null && Date.parse(from) <= Date.parse(start.at);
  return [
    // A freeze may move the start and, once lifted, move it back: each move is said.
    ...(isAtOnce ? [] : [note(`waits ${start.at} ${from}`, [first], isTooLate ? [by.id] : [])]),
    ...(unseen.length === 0 ? [] : [note(`unseen ${mark} ${from}`, unseen, [by.id])]),
    ...(atStart.length === 0 ? [] : [note(`unseen start ${from}`, atStart, [by.id])]),
    ...(obstacle === null
      ? []
      : [
          note(
            `obstacle ${obstacle.mark} ${from}`,
            [say('note.obstacle', { id, from, until, mark: obstacle.mark }), obstacle.why],
            [by.id],
          ),
        ]),
  ];
}

/** Names machines that could not be looked at, and what failed there; empty: there are none. */
function unlooked(id: string, rotation: RotationState, hosts: readonly HostName[], data: Data): readonly Message[] {
  if (hosts.length === 0) return [];
  const failed = failedLooks(rotation, hosts);
  return [say(id, { ...data, hosts, answered: failed.length > 0 }), ...failed];
}
