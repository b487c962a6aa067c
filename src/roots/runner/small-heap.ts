import { setFlagsFromString } from 'node:v8';

/*
 * Imported for its effect, before anything that takes memory. A runner works in short bursts, weeks apart, and starts
 * many tools. Starting one costs more the more memory the process has touched (fork copies its page tables): 40 MB less
 * saves a millisecond for each tool, and most tools run between a switch and its proof. So the heap's young generation
 * stays at its initial size.
 */
const SMALL = '--semi-space-growth-factor=1';
/*
 * V8 optimises only code that runs fifteen times as long as by default (132 kB of bytecode): a loop within a cipher,
 * not code that a rotation passes a few dozen times. Optimising that took a seventh of a runner's processor time, and
 * its result is gone by the next rotation.
 */
const LAZY = '--interrupt-budget=2000000';

/** V8 reports a flag that it does not know as an error on standard error, at each start: since Node 22, LAZY is one. */
export const heapFlags = (node: string): readonly string[] => (node.startsWith('20.') ? [SMALL, LAZY] : [SMALL]);

for (const flag of heapFlags(process.versions.node)) setFlagsFromString(flag);
