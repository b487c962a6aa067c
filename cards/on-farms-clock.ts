import type { Language } from '../src/domain/farm/tongue.ts';
import type { Instant } from '../src/domain/values.ts';
import { timesIn } from './times.ts';

/**
 * ` (Sat 28 Nov 22:00 UTC+1)`, behind a time that a client sets into its reader's zone without naming that: windows and
 * quiet hours beside it are the farm's. Empty where the words before name the same, and where nobody tells the zone.
 */
export function onFarmsClock(
  at: Instant,
  zone: string | undefined,
  { language, said }: { readonly language: Language; readonly said: string },
): string {
  if (zone === undefined) return '';
  const times = timesIn({ language, timeZone: zone });
  const time = times.time(at);
  // What Slack shows instead of a date that it cannot set is not what its reader sees.
  if (said.replace(/<[^>]*>/gu, '').includes(time)) return '';
  const words = `${times.day(at)} ${time}`;
  return language === 'en' ? ` (${words})` : `（${words}）`;
}
