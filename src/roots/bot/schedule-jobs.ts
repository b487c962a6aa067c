import type { Bot } from '../../app/bot/index.ts';
import type { Farm } from '../../domain/farm/farm.ts';

/**
 * What BullMQ's schedulers call: reminders once a day at the farm's hour, and again every hour, because an outage may
 * have swallowed the day's. What was said already is not said again: the journal remembers.
 */
export const scheduleJobs = ({ name, reminders, timeZone }: Farm, bot: Bot) => {
  const [hour = '8', minute = '0'] = reminders.at.split(':').map((part) => String(Number(part)));
  return [
    { name: `reminders.${name}`, cron: `${minute} ${hour} * * *`, tz: timeZone, run: () => bot.remind(name) },
    { name: `reminders-caught-up.${name}`, every: 3_600_000, run: () => bot.remind(name) },
  ];
};
