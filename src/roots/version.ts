/** Put in by the build, the same in all that it makes. */
declare const CERTOPS_BUILD: string;

/** Short, and of what the bundles are made from alone; `dev`: run from sources, which nobody has built. */
const BUILD = typeof CERTOPS_BUILD === 'string' ? CERTOPS_BUILD : 'dev';

/**
 * Before the plus the same as in package.json; a test says so. Here, because the runner is shipped as one file without
 * it.
 */
export const VERSION = `0.1.0+${BUILD}`;
