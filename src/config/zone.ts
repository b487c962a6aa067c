import { isOfNoList } from '../domain/when/zone.ts';

/** Whether this machine knows the time zone, under a name that stands for one place only. */
export function isZone(name: string): boolean {
  if (isOfNoList(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
