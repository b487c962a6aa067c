import { type Command, Option } from 'commander';
import { nameOf } from '../program/left-over.ts';
import { readOptions } from '../program/options.ts';
import { runnerFolder } from '../program/state.ts';

/** The runner's options and subcommands: the same in `certops runner` and in the one file that a Windows host gets. */
export function addRunnerTo(runner: Command): Command {
  passOn(runner, 'folder')
    .option('--host <name>', 'which host this is')
    .option('--folder <folder>', 'configuration, key and journal')
    .option(...logFile)
    .addOption(withParent())
    .action(async (flags) => (await import('./run-runner.ts')).runRunner(flags));
  const here = (name: string, description: string): Command =>
    subcommand(runner, name, description).option('--folder <folder>', 'configuration, key and journal');
  here('status', 'Show what this machine holds, sees and will do. Needs no network.').action(async (flags) =>
    (await import('./here/status.ts')).runnerStatus(flags),
  );
  here('undo', "Put back what this machine's own journal shows of a rotation. Needs no network.")
    .argument('<id>')
    .option('--here', 'on this machine only; the others are not told')
    .option('--anyway', 'also if the master presents what this machine would no longer accept')
    .action(async (id: string, flags) => (await import('./here/undo.ts')).runnerUndo(id, flags));
  here('pause', 'Start no change on this machine until resume (makes the file STOP).').action(async (flags) =>
    (await import('./here/pause.ts')).runnerPause(flags),
  );
  here('resume', 'Take orders again.').action(async (flags) => (await import('./here/pause.ts')).runnerResume(flags));
  here('keys', "Print this runner's public key and those it pins; with a farm file or --peer, take them from there.")
    .option('--farm-file <file>', 'take the keys of all runners and the master from there')
    .option('--peer <host=key...>', 'pin these public keys for that runner, in place of others')
    .option('--master <host>', 'the host of the master')
    .option('--bot-key <key...>', 'go by these public keys of the bot, in place of others')
    .option('--exchange', "replace this runner's own key; its journal stays readable")
    .option(
      '--former <key>',
      'make the journal readable as far as an earlier own key, which was moved away, has signed it',
    )
    .action(async (flags) => {
      if (flags.exchange !== true && flags.former === undefined)
        return (await import('./here/keys.ts')).runnerKeys(flags);
      await (await import('./here/exchange.ts')).runnerExchange(flags);
    });
  subcommand(runner, 'init', "Make a runner's key and configuration, and print its line for the farm file.")
    .requiredOption('--farm <name>', 'the name of its farm')
    .requiredOption('--host <name>', 'its host')
    .requiredOption('--bot-key <key...>', 'public key of the bot, as certops keys prints it')
    .addOption(
      new Option('--role <role...>', 'what runs there (as in the farm file, else worker)').choices([
        'master',
        'worker',
      ]),
    )
    .option('--peer <host=key...>', 'public key of another runner of the farm')
    .option('--master <host>', 'the host of the master')
    .option('--allow <thumbprint...>', 'allow a certificate that no runner made')
    .option('--farm-file <file>', 'take peers, master, addresses, system root and overrides from there')
    .option('--folder <folder>', 'where to write')
    .action(async (flags) =>
      (await import('./runner-init.ts')).runnerInit({ ...flags, folder: flags.folder ?? runnerFolder(readOptions()) }),
    );
  return runner;
}

/** Subcommands do not inherit how errors end the process, so it is copied; each has a help of its own. */
export function subcommand(parent: Command, name: string, description: string): Command {
  const command = parent.command(name).description(description).copyInheritedSettings(parent);
  return command.showHelpAfterError(`${nameOf(command)} --help says what it takes.`);
}

/**
 * Makes an option that a command shares with its subcommands mean the same before and after the subcommand's name:
 * otherwise it would be accepted there and ignored, and another folder be written to.
 */
export const passOn = (command: Command, option: string): Command =>
  command.hook('preSubcommand', (_command, under) => {
    const said: unknown = command.opts()[option];
    if (said !== undefined) under.setOptionValue(option, said);
  });

export const logFile: readonly [string, string] = ['--log-file <file>', 'write the log to this file too'];

/** For a rehearsal: its runners end with it, however it ends. */
export const withParent = (): Option => new Option('--with-parent', 'end when standard input closes').hideHelp();
