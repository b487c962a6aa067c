import { resolvePerson } from '../../../domain/approval/people.ts';
import type { Farm } from '../../../domain/farm/farm.ts';
import { isRefusal } from '../../../domain/values.ts';
import type { Locale, LocaleOf } from '../../../ports/chat.ts';
import { channelLocale } from './posting.ts';

type Named = Pick<Farm, 'people' | 'channels' | 'timeZone'>;

/** For adapters, which refuse some requests before the bot hears of them. */
export const localesOf =
  (farms: readonly Named[], platform: string): LocaleOf =>
  (at) =>
    localeOf(farms, { ...at, platform });

/**
 * A person in a farm file is addressed in their own language, a stranger in the channel's. A person in several farm
 * files is addressed as the farm of this channel knows them.
 */
export function localeOf(
  farms: readonly Named[],
  at: { readonly platform: string; readonly account: string; readonly channel: string },
): Locale {
  const isHere = ({ channels }: Named): boolean =>
    channels.some(({ platform, id }) => platform === at.platform && id === at.channel);
  const found = [...farms.filter(isHere), ...farms]
    .map((farm) => resolvePerson(farm, at.platform, at.account))
    .find((one) => !isRefusal(one));
  if (found !== undefined && !isRefusal(found)) return { language: found.language, timeZone: found.timeZone };
  for (const farm of farms) {
    const channel = farm.channels.find(({ platform, id }) => platform === at.platform && id === at.channel);
    if (channel !== undefined) return channelLocale(farm, channel);
  }
  return { language: 'en', timeZone: farms[0]?.timeZone ?? 'UTC' };
}
