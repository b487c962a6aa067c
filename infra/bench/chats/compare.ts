import { sleep } from '../clicks.ts';
import { type Delivery, deliver, type Wire } from './wire.ts';

export interface Compared {
  readonly product: readonly number[];
  readonly bare: readonly number[];
}

export interface Plan {
  readonly blocks: number;
  /** Deliveries to each in one block. */
  readonly size: number;
  /** Before each, so that what the last one left to do is done: people pause, too. */
  readonly pauseMs: number;
}

/**
 * The same bodies to both, in blocks that take turns at being first, so that what else happens on the machine meets
 * both. The first block warms up and does not count. Milliseconds.
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

/** Goes on sending until it is told to stop. `stopped` rejects when one was not taken. */
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
