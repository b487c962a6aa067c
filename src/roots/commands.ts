import { Command, InvalidArgumentError } from 'commander';
import { OPTIONS } from '../config/options.ts';
import { CertopsError } from '../domain/errors.ts';
import { WORDS } from '../domain/request/grammar.ts';
import { addHelp, tellLeftOver } from './program/left-over.ts';
import { readOptions } from './program/options.ts';
import { botFiles, botFolder } from './program/state.ts';
import { addRunnerTo, logFile, passOn, subcommand, withParent } from './runner/runner-command.ts';
import { USAGE } from './sayings/saying.ts';
import { VERSION } from './version.ts';

/** The command line. Each command loads its own part when it is called: `certops farm check` opens no queue library. */
export function createProgram(platform: string = process.platform): Command {
  const program = new Command('certops')
    .description(
      'Rotates the certificates of SQL Server SSIS Scale Out from chat: asked for, approved, and proved or put back.',
    )
    .version(VERSION)
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', environmentHelp);
  tellLeftOver(program, WORDS).exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE));
  addBot(program);
  addRunner(program);
  addDemo(program, platform);
  addValidate(program);
  addFarm(program);
  addKeys(program);
  addRedis(program);
  addLab(program, platform);
  return addHelp(program, WORDS);
}

function addBot(program: Command): void {
  subcommand(program, 'bot', 'Serve the chat of one or more farms.')
    .option(...farmFiles)
    .option('--state <folder>', 'journal and key')
    .option('--console', 'with the web console; for rehearsals only')
    .option('--lab <folder>', "the lab whose faults the console's Break something... arms")
    .option('--port <number>', "the console's port")
    .option(...logFile)
    .addOption(withParent())
    .action(async (flags) => {
      await import('./bot/small-heap.ts');
      await (await import('../bot.ts')).runBot(flags);
    });
}

function addRunner(program: Command): void {
  addRunnerTo(subcommand(program, 'runner', 'Serve one Windows host.'));
}

function addDemo(program: Command, platform: string): void {
  subcommand(program, 'demo', 'A farm, a chat and a bot on this machine, to try things out.')
    .option('--workers <number>', 'machines that are workers (3)', whole)
    .option('--onebox', 'one machine that is master and worker')
    .option('--fresh', 'discard the previous farm and make a new one')
    .option('--port <number>', "the console's port")
    .option('--state <folder>', 'where it is kept (.state/farm; for a script .state/script, made anew)')
    .option('--script <file>', 'run a script that types and clicks, print what happens, and end')
    .action(async (flags) => {
      mustRehearseHere(platform);
      await (await import('../demo.ts')).runDemo(flags);
    });
}

function addValidate(program: Command): void {
  subcommand(program, 'validate', 'Check everything that a bot needs, and say what has to be done. Changes nothing.')
    .option(...farmFiles)
    .option('--state <folder>', "the bot's state folder")
    .option('--sample', 'post a sample card to each channel of each farm')
    .action(async (flags) => (await import('./validate/index.ts')).runValidate(flags));
}

function addFarm(program: Command): void {
  const farm = subcommand(program, 'farm', 'The farm file.');
  subcommand(farm, 'check', 'Say what is wrong in a farm file and where, or show what it says.')
    .argument('<file>')
    .action(async (file: string) => (await import('./farm-check.ts')).farmCheck(file));
}

function addKeys(program: Command): void {
  const file = (state: string | undefined): string => botFiles(botFolder(readOptions({ stateFolder: state }))).key;
  const keys = passOn(subcommand(program, 'keys', "Print the bot's public key."), 'state')
    .option('--state <folder>', "the bot's state folder")
    .action(async (flags) => (await import('./keys.ts')).keysShow(file(flags.state)));
  subcommand(keys, 'new', "Make the bot's key, and print its public half.")
    .option('--state <folder>', "the bot's state folder")
    .option('--exchange', 'replace the existing key; the journals that it signed stay readable')
    .action(async ({ state, exchange }) => {
      const { keysExchange, keysNew } = await import('./keys.ts');
      await (exchange === true ? keysExchange : keysNew)(file(state));
    });
  subcommand(keys, 'former', 'Make journals readable as far as a key that was moved away has signed them.')
    .argument('<key>', 'its public half')
    .option('--state <folder>', "the bot's state folder")
    .action(async (key: string, { state }) => (await import('./keys.ts')).keysFormer(file(state), key));
}

function addRedis(program: Command): void {
  const redis = subcommand(program, 'redis', 'The queue.');
  subcommand(redis, 'acl', "Print the Redis user of a host's runner and its rights; without a host, the bot's.")
    .argument('[host]')
    .option(...farmFiles)
    .action(async (host: string | undefined, flags) =>
      (await import('./redis-acl.ts')).printRedisAcl(host, flags.farm),
    );
}

function addLab(program: Command, platform: string): void {
  const lab = subcommand(program, 'lab', 'The made-up farm of a rehearsal.');
  const one = (name: string, description: string): Command =>
    subcommand(lab, name, description).option('--state <folder>', 'state folder of the rehearsal', '.state/farm');
  const run = async (state: string, what: string, ...args: readonly string[]): Promise<void> => {
    mustRehearseHere(platform);
    await (await import('./lab-command.ts')).labCommand(state, what, args);
  };
  one('faults', 'List what can be broken, host by host.').action((flags) => run(flags.state, 'faults'));
  one('break', 'Break something on a host.')
    .argument('<host>')
    .argument('<fault>')
    .action((host, fault, flags) => run(flags.state, 'break', host, fault));
  one('clear', 'Repair everything that was broken.').action((flags) => run(flags.state, 'clear'));
  subcommand(lab, 'serve', 'Run a lab alone, as node dist/lab.mjs serve does.')
    .requiredOption('--folder <folder>', 'its folder; an existing lab continues')
    .option('--farm <name>', 'its farm (prod)')
    .option('--workers <number>', 'machines that are workers only (3; with --onebox 0)')
    .option('--onebox', 'the master is a worker too')
    .option('--days <number>', 'days until its certificates end (14)')
    .option('--heartbeat <ms>', "pause between a worker's heartbeats")
    .action(async (flags) => {
      mustRehearseHere(platform);
      await (await import('./lab-command.ts')).labServe(flags);
    });
}

/** The lab's tools are shell scripts, and talk to it through named pipes. Throws CertopsError `RehearsalNotHere`. */
function mustRehearseHere(platform: string): void {
  if (platform === 'win32') throw new CertopsError('RehearsalNotHere');
}

const farmFiles: readonly [string, string, (file: string, before?: readonly string[]) => readonly string[]] = [
  '--farm <file>',
  'the farm file; once for each farm that the bot serves',
  (file, before = []) => [...before, file],
];

const MOST_WORKERS = 200;

function whole(text: string): number {
  if (!/^\d{1,3}$/u.test(text) || Number(text) > MOST_WORKERS)
    throw new InvalidArgumentError(`Allowed: a whole number, 0 to ${MOST_WORKERS}.`);
  return Number(text);
}

/** Wrapped to the terminal's width, as commander does with all that comes before. */
function environmentHelp({ error, command }: { readonly error: boolean; readonly command: Command }): string {
  const { getErrHelpWidth: toError, getOutHelpWidth: toOut } = command.configureOutput();
  const help = command.createHelp();
  help.helpWidth = (error ? toError : toOut)?.() ?? 80;
  const width = Math.max(...OPTIONS.map(({ env }) => env.length));
  return [
    '',
    'Environment (a secret may instead be in a file that NAME_FILE names):',
    ...OPTIONS.map(({ env, description }) => help.formatItem(env, width, description, help)),
  ].join('\n');
}
