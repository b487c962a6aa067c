import type { RotationState } from './rotation.ts';

/** It ended because the journal lacks what came after: nobody refused it, and nobody here can say what was done. */
export const isEndUnknown = ({ closed, cutShort }: Pick<RotationState, 'closed' | 'cutShort'>): boolean =>
  closed?.outcome === 'refused' && cutShort !== null;
