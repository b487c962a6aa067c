import { mayApprove } from '../../../domain/approval/people.ts';
import type { Farm, FarmChannel } from '../../../domain/farm/farm.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import type { CardView, Reader } from '../../../domain/views/view.ts';
import type { Locale, Mentioned, Posting } from '../../../ports/chat.ts';

/** Cards use the channel's language and the farm's time zone. */
export const channelLocale = (farm: Pick<Farm, 'timeZone'>, channel: Pick<FarmChannel, 'language'>): Locale => ({
  language: channel.language,
  timeZone: farm.timeZone,
});

/** People of the farm file who have an account on this platform. */
export const onPlatform = (farm: Farm, platform: string, ids: readonly string[]): readonly Mentioned[] =>
  ids.flatMap((id) => {
    const person = farm.people.find((one) => one.id === id);
    const account = person?.accounts[platform];
    return person === undefined || account === undefined ? [] : [{ id, name: person.name, account }];
  });

/**
 * Who is shown a rotation's card with buttons of their own, or with none: the requester, those who may decide, then
 * everybody else in the farm file. A platform without room for all takes the first.
 */
export function readersOf(farm: Farm, platform: string, rotation: RotationState): Posting['readers'] {
  const others = farm.people.map(({ id }) => id).filter((id) => id !== rotation.by.id);
  const as = (reader: Reader, ids: readonly string[]): Posting['readers'] =>
    onPlatform(farm, platform, ids).map(({ account }) => ({ account, reader }));
  return [
    ...as('requester', [rotation.by.id]),
    ...as(
      'approver',
      others.filter((id) => mayApprove(farm, id, rotation.wish)),
    ),
    ...as(
      'other',
      others.filter((id) => !mayApprove(farm, id, rotation.wish)),
    ),
  ];
}

/**
 * Whom a card calls when it first appears in a channel: the approvers needed, or the people who look after the farm. A
 * sample calls nobody.
 */
export function calledBy(view: CardView): readonly string[] {
  if (view.kind === 'plan' || view.kind === 'retire' || view.kind === 'reconnect')
    return view.dry || view.needed === 0 ? [] : view.mayApprove.map(({ id }) => id);
  if (view.kind === 'reminder' && view.sample === null)
    return [...(view.owner === null ? [] : [view.owner.id]), ...view.escalatedTo.map(({ id }) => id)];
  if (view.kind === 'notice') return (view.calls ?? []).map(({ id }) => id);
  return [];
}
