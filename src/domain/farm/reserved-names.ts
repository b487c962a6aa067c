/** In a request: every worker. */
export const ALL = 'all';

/** What a request takes for a word of its own wherever a farm or a machine may stand. */
export const RESERVED_NAMES: readonly string[] = [ALL, 'in'];
