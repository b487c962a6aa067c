import type { Language } from '../src/domain/farm/locale.ts';
import type { Instant } from '../src/domain/values.ts';
import { timesIn } from './times.ts';

/**
 * ` (Sat 28 Nov 22:00 UTC+1)`, after a time that a client converts to its reader's zone without naming it: windows and
 * quiet hours beside it are on the farm's clock. Empty if the words before it say the same, and if the farm's zone is
 * not given.
 */
export function onFarmsClock(
  at: Instant,
  zone: string | undefined,
  { language, said }: { readonly language: Language; readonly said: string },
): string {
  if (zone === undefined) return '';
  const times = timesIn({ language, timeZone: zone });
  const time = times.time(at);
  // The text that Slack shows instead of a date that it cannot convert is not what its reader sees.
  if (said.replace(/<[^>]*>/gu, '').includes(time)) return '';
  const words = `${times.day(at)} ${time}`;
  return language === 'en' ? ` (${words})` : `（${words}）`;
}
