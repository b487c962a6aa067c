import type { Json } from '../../src/domain/values.ts';

/**
 * The state of one part, and facts that a monitor may want. Nothing secret: anybody who reaches the port can read it.
 */
export interface Wellness {
  readonly ok: boolean;
  readonly [fact: string]: Json;
}

export type Probe = () => Wellness | Promise<Wellness>;

interface Readiness {
  readonly ready: boolean;
  readonly parts: { readonly [name: string]: Wellness };
}

interface Health {
  add(name: string, probe: Probe): void;
  /** Never rejects. However often it is asked, it probes once a second at most. */
  judge(): Promise<Readiness>;
}

const SLOWEST_MS = 2000;
const KEPT_MS = 1000;

/** A probe that answers within two seconds counts with what it says; one that fails or is slower counts as not ok. */
export function createHealth(): Health {
  const probes = new Map<string, Probe>();
  let last: { readonly at: number; readonly state: Promise<Readiness> } | null = null;

  async function look(): Promise<Readiness> {
    const parts = await Promise.all([...probes].map(async ([name, probe]) => [name, await ask(probe)] as const));
    return { ready: parts.every(([, { ok }]) => ok), parts: Object.fromEntries(parts) };
  }

  return {
    add(name, probe) {
      probes.set(name, probe);
      last = null;
    },
    judge() {
      const at = performance.now();
      if (last === null || at - last.at >= KEPT_MS) last = { at, state: look() };
      return last.state;
    },
  };
}

/** A part that fails, or does not answer in time, is not well. */
async function ask(probe: Probe): Promise<Wellness> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Wellness>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, late: true }), SLOWEST_MS);
  });
  const asked = (async () => probe())().catch(() => ({ ok: false }));
  const wellness = await Promise.race([asked, late]);
  clearTimeout(timer);
  return wellness;
}
