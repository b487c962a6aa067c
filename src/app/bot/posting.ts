import type { Farm, FarmChannel } from '../../domain/farm.ts';
import type { Mentioned, Posting, Tongue } from '../../ports/chat.ts';

/** Cards speak as their channel does, by the farm's clock. */
export const channelTongue = (farm: Farm, channel: Pick<FarmChannel, 'language'>): Tongue => ({
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

export const postingOf = (farm: Farm, channel: Pick<FarmChannel, 'language'>, key: string): Posting => ({
  key,
  tongue: channelTongue(farm, channel),
  mention: [],
  readers: [],
});
