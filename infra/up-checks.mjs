/** What infra/up.mjs decides before it does anything, in a file of its own so that tests can call it. */

const COMMANDS = ['start', 'test', 'build', 'bench', 'teams-app'];

/** One sentence when this machine cannot run the command, else null. */
export function whyNot(command, platform, version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    return `ssis-certops needs Node 20.19 or later, and this is ${version}: install a newer one from https://nodejs.org and try again.`;
  }
  if (!COMMANDS.includes(command)) {
    return `Usage: node infra/up.mjs ${COMMANDS.join(' | ')}`;
  }
  if (platform === 'win32' && ['start', 'bench'].includes(command)) {
    return `npm ${command === 'start' ? '' : 'run '}${command} rehearses on a made-up farm and needs Linux, macOS or WSL: on Windows itself, run it inside WSL.`;
  }
  return null;
}

/** Why `npm ci`, which has said above what it met, installed nothing: its exit code, or the error of starting it. */
export function whyNotInstalled(how) {
  if (typeof how === 'number')
    return `npm ci ended with ${how}: see above. Can the npm registry be reached, and may this account write to this folder and its node_modules?`;
  return how?.code === 'ENOENT'
    ? 'npm is not there, and packages have to be installed: it comes with Node from https://nodejs.org; install it, or add it to PATH, and try again.'
    : `npm ci could not be started: ${how?.message}.`;
}

/**
 * Whether node_modules already holds what the lock file says, put there by somebody else: then nothing is downloaded.
 * `record` is npm's own account of what it installed (node_modules/.package-lock.json), which rightly lacks packages
 * for other platforms; `isThere` says whether a folder exists.
 */
export function installedAsLocked(lock, record, isThere) {
  if (record === null) return false;
  const wanted = JSON.parse(lock).packages;
  const present = JSON.parse(record).packages;
  const same = (name) => present[name]?.version === wanted[name]?.version && isThere(name);
  return (
    Object.entries(wanted).every(
      ([name, entry]) => name === '' || same(name) || (entry.optional === true && !(name in present)),
    ) && Object.keys(present).every(same)
  );
}
