import { setFlagsFromString } from 'node:v8';

/*
 * Imported for its effect, before anything that takes memory. A runner works in short bursts, weeks apart, and starts
 * many tools. Starting one costs the more, the more memory the process has touched (fork copies its page tables): 40 MB
 * less are a millisecond less for each tool, and most of those stand between a switch and its proof. So the heap's
 * young part stays at the size it starts with.
 */
const SMALL = '--semi-space-growth-factor=1';
/*
 * And V8 optimises only what turns fifteen times as long as its default (132 kB of bytecode): a loop within a cipher,
 * not what a rotation passes a few dozen times. Optimising that took a seventh of a runner's processor time, and is
 * thrown away by the next rotation.
 */
const LAZY = '--interrupt-budget=2000000';

/** V8 calls what it does not know an error, on standard error, at each start: since Node 22 it does not count so. */
export const heapFlags = (node: string): readonly string[] => (node.startsWith('20.') ? [SMALL, LAZY] : [SMALL]);

for (const flag of heapFlags(process.versions.node)) setFlagsFromString(flag);
