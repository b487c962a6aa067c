/** Inserted by the build, the same in everything that it makes. */
declare const CERTOPS_BUILD: string;

/** Short, and derived only from what the bundles are made from; `dev`: run from sources, without a build. */
const BUILD = typeof CERTOPS_BUILD === 'string' ? CERTOPS_BUILD : 'dev';

/**
 * The part before the plus is the same as in package.json, which a test checks. It is here because the runner is
 * shipped as one file, without package.json.
 */
export const VERSION = `0.1.0+${BUILD}`;
