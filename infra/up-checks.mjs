/** What infra/up.mjs decides before it does anything; apart from it, so that tests can ask. */

const COMMANDS = ['start', 'test', 'build', 'bench', 'teams-app'];

/** One sentence when this machine cannot do it, else null. */
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

/**
 * Whether node_modules holds what the lock file says already, put there by somebody else: then nothing is fetched.
 * `record` is npm's own account of what it installed (node_modules/.package-lock.json), where packages for other
 * platforms are missing, rightly; `isThere` says whether a folder exists.
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
