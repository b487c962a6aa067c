import { LIMITS } from '../../../cards/limits.ts';

interface Counted {
  readonly each: string;
  readonly seconds: number;
  readonly calls: number;
}

/** What Slack counts: the calls that it accepted, by method, and messages by channel too. */
export function countCalls(now: () => number) {
  const rates: { readonly [method: string]: Counted } = LIMITS.slack.rates;
  const taken = new Map<string, readonly number[]>();
  return {
    /** The seconds of Retry-After; null if it is accepted. */
    tooMany: (method: string, { channel = '' }: { readonly [name: string]: string }): number | null => {
      const rate = Object.hasOwn(rates, method) ? rates[method] : undefined;
      if (rate === undefined) return null;
      const key = rate.each === 'channel' ? `${method} ${channel}` : method;
      const since = now() - rate.seconds * 1000;
      const times = (taken.get(key) ?? []).filter((at) => at > since);
      if (times.length >= rate.calls) return Math.ceil(((times[0] ?? since) - since) / 1000);
      taken.set(key, [...times, now()]);
      return null;
    },
  };
}
