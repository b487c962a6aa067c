import { sleep } from '../clicks.ts';
import { type Delivery, deliver, type Wire } from './wire.ts';

export interface Compared {
  readonly product: readonly number[];
  readonly bare: readonly number[];
}

interface Plan {
  readonly blocks: number;
  /** Deliveries to each side per block. */
  readonly size: number;
  /** Pause before each delivery, so that work left over from the last one is done: people pause, too. */
  readonly pauseMs: number;
}

/**
 * Sends the same bodies to both sides in blocks, alternating which side goes first, so that other load on the machine
 * affects both. The first block warms up and does not count. Milliseconds.
 */
export async function compare(
  wires: { readonly product: Wire; readonly bare: Wire },
  make: (count: number) => Delivery,
  { blocks, size, pauseMs }: Plan,
): Promise<Compared> {
  const found = { product: [] as number[], bare: [] as number[] };
  let count = 0;
  for (let block = 0; block <= blocks; block += 1) {
    const bodies = Array.from({ length: size }, () => {
      count += 1;
      return make(count);
    });
    for (const party of turns(block)) {
      for (const body of bodies) {
        await sleep(pauseMs);
        const { ms } = await deliver(wires[party], body);
        if (block > 0) found[party].push(ms);
      }
    }
  }
  return found;
}

export const turns = (block: number): readonly (keyof Compared)[] =>
  block % 2 === 0 ? ['product', 'bare'] : ['bare', 'product'];

/** Keeps sending until `stop` is called, which rejects if a delivery was refused. */
export function keepSending(
  wire: Wire,
  make: (count: number) => Delivery | null,
  everyMs: number,
  took: number[],
): { stop(): Promise<void> } {
  let stopping = false;
  const sending = (async () => {
    for (let count = 0; !stopping; count += 1) {
      const delivery = make(count);
      if (delivery !== null) took.push((await deliver(wire, delivery)).ms);
      await sleep(everyMs);
    }
  })();
  sending.catch(() => {});
  return {
    stop: () => {
      stopping = true;
      return sending;
    },
  };
}
