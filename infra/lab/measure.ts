/** Milliseconds since 1970, with fractions: differences are as exact as performance.now(). */
const preciseNow = (): number => performance.timeOrigin + performance.now();

interface Connection {
  /** First answer of the master. */
  readonly from: number;
  /** When it broke; null while it lasts. */
  to: number | null;
  /** Newest answer on it. */
  lastAnswer: number;
  /** What the master presented: 40 hexadecimal digits, upper case. */
  readonly thumbprint: string;
}

export interface Measured {
  readonly now: number;
  readonly workers: {
    readonly [host: string]: {
      readonly connected: boolean;
      readonly thumbprint: string | null;
      readonly history: readonly Connection[];
      /** From the last answer before each break to the first one after it; `to` is null while the gap is open. */
      readonly gaps: readonly {
        readonly from: number;
        readonly brokeAt: number;
        readonly to: number | null;
        readonly ms: number | null;
        readonly before: string;
        readonly after: string | null;
      }[];
    };
  };
  /** When nothing was bound that would answer at the master's address. */
  readonly unbound: {
    readonly [host: string]: readonly {
      readonly from: number;
      readonly to: number | null;
      readonly ms: number | null;
    }[];
  };
}

/** The lab's own measurements: for tests and the bench only, never for the product. */
export interface Measure {
  connected(host: string, thumbprint: string): void;
  answered(host: string): void;
  broken(host: string): void;
  bound(host: string, isBound: boolean): void;
  knowWorker(host: string): void;
  report(): Measured;
}

const KEEP = 500;

export function createMeasure(): Measure {
  const workers = new Map<string, Connection[]>();
  const unbound = new Map<string, { from: number; to: number | null }[]>();
  const current = (host: string): Connection | null => {
    const last = workers.get(host)?.at(-1);
    return last !== undefined && last.to === null ? last : null;
  };
  return {
    knowWorker: (host) => void (workers.has(host) || workers.set(host, [])),
    connected: (host, thumbprint) => {
      const history = workers.get(host) ?? [];
      const now = preciseNow();
      history.push({ from: now, to: null, lastAnswer: now, thumbprint: thumbprint.toUpperCase() });
      workers.set(host, history.slice(-KEEP));
    },
    answered: (host) => {
      const connection = current(host);
      if (connection !== null) connection.lastAnswer = preciseNow();
    },
    broken: (host) => {
      const connection = current(host);
      if (connection !== null) connection.to = preciseNow();
    },
    bound: (host, isBound) => {
      const intervals = unbound.get(host) ?? [];
      const last = intervals.at(-1);
      const open = last !== undefined && last.to === null;
      if (isBound && open) last.to = preciseNow();
      if (!isBound && !open) intervals.push({ from: preciseNow(), to: null });
      unbound.set(host, intervals.slice(-KEEP));
    },
    report: () => ({
      now: preciseNow(),
      workers: Object.fromEntries([...workers].map(([host, history]) => [host, describe(history)])),
      unbound: Object.fromEntries(
        [...unbound].map(([host, intervals]) => [
          host,
          intervals.map(({ from, to }) => ({ from, to, ms: to === null ? null : to - from })),
        ]),
      ),
    }),
  };
}

function describe(history: readonly Connection[]): Measured['workers'][string] {
  const last = history.at(-1);
  const connected = last !== undefined && last.to === null;
  const gaps = history.flatMap((connection, index) => {
    if (connection.to === null) return [];
    const next = history[index + 1];
    const from = connection.lastAnswer;
    return [
      {
        from,
        brokeAt: connection.to,
        to: next?.from ?? null,
        ms: next === undefined ? null : next.from - from,
        before: connection.thumbprint,
        after: next?.thumbprint ?? null,
      },
    ];
  });
  return {
    connected,
    thumbprint: connected ? last.thumbprint : null,
    history: history.map((each) => ({ ...each })),
    gaps,
  };
}
