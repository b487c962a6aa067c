import type { Farm } from '../../../domain/farm/farm.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import type { Locale } from '../../../ports/chat.ts';
import { channelLocale } from './posting.ts';

/** Where something is sent: a channel, or one person, whose `id` is `@` and their account. */
export interface Place {
  readonly platform: string;
  readonly id: string;
  readonly locale: Locale;
  /** A channel that the farm has named no longer: what stands there is kept true, and nothing new is posted. */
  readonly former?: true;
}

/** Tells a channel from those of other chats that have the same id. */
export const placeKey = ({ platform, id }: Pick<Place, 'platform' | 'id'>): string => `${platform} ${id}`;

/** Every channel of the farm. */
export const channelsOf = (farm: Farm): readonly Place[] =>
  farm.channels.map((channel) => ({
    platform: channel.platform,
    id: channel.id,
    locale: channelLocale(farm, channel),
  }));

/** A rotation's card goes to every channel of the farm; that of a dry plan only to where it was asked for. */
export function placesOf(farm: Farm, rotation: RotationState): readonly Place[] {
  if (!rotation.dry) return channelsOf(farm);
  const { platform, channel } = rotation.origin;
  const known = channelsOf(farm).find((place) => place.platform === platform && place.id === channel);
  return [known ?? { platform, id: channel, locale: localeOf(farm, rotation.by.id) }];
}

/** Channels that had the rotation's card before the farm file named others. */
export function formerPlaces(farm: Farm, { dry, posted }: RotationState): readonly Place[] {
  if (dry) return [];
  const present = channelsOf(farm);
  const keys = new Set(present.map(placeKey));
  const former = new Map(
    posted.map(({ platform, channel }) => [placeKey({ platform, id: channel }), { platform, id: channel }]),
  );
  return [...former]
    .filter(([key]) => !keys.has(key))
    .map(([, { platform, id }]) => {
      const locale = present.find((one) => one.platform === platform)?.locale ?? {
        language: 'en',
        timeZone: farm.timeZone,
      };
      return { platform, id, locale, former: true };
    });
}

/** Where the bot can speak to a person in private; null if they no longer have an account there. */
export function personPlace(farm: Farm, person: string, platform: string): Place | null {
  const account = farm.people.find(({ id }) => id === person)?.accounts[platform];
  return account === undefined ? null : { platform, id: `@${account}`, locale: localeOf(farm, person) };
}

function localeOf(farm: Farm, id: string): Locale {
  const person = farm.people.find((one) => one.id === id);
  return { language: person?.language ?? 'en', timeZone: person?.timeZone ?? farm.timeZone };
}
