/** The same as in package.json; a test says so. Here, because the runner is shipped as one file without it. */
export const VERSION = '0.1.0';
