/** The percentile by the nearest-rank method. NaN without samples. */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => percentile(samples, 50);

/** What a table needs to know about a measurement. Milliseconds. */
interface Spread {
  readonly samples: number;
  readonly min: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export const spread = (samples: readonly number[]): Spread => ({
  samples: samples.length,
  min: round(percentile(samples, 0)),
  p50: round(percentile(samples, 50)),
  p99: round(percentile(samples, 99)),
  max: round(percentile(samples, 100)),
});

/** Three decimals are more than any of these measurements is good for. */
export const round = (ms: number): number => Math.round(ms * 1000) / 1000;
