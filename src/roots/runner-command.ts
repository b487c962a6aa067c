import { type Command, Option } from 'commander';
import { readOptions } from './options.ts';
import { runnerFolder } from './state.ts';

/** The runner's options and its `init`: the same in `certops runner` and in the one file that a Windows host gets. */
export function addRunnerTo(runner: Command): Command {
  runner
    .option('--host <name>', 'which host this is')
    .option('--folder <folder>', 'configuration, key and journal')
    .addOption(withParent())
    .action(async (flags) => (await import('./run-runner.ts')).runRunner(flags));
  subcommand(runner, 'init', "Make a runner's key and configuration, and print its line for the farm file.")
    .requiredOption('--farm <name>', 'the name of its farm')
    .requiredOption('--host <name>', 'its host')
    .requiredOption('--bot-key <key...>', 'public key of the bot, as certops keys prints it')
    .addOption(new Option('--role <role...>', 'what runs there').choices(['master', 'worker']).default(['worker']))
    .option('--peer <host=key...>', 'public key of another runner of the farm', [])
    .option('--master <host>', 'the host of the master')
    .option('--allow <thumbprint...>', 'a certificate that counts though no runner made it', [])
    .option('--farm-file <file>', 'take peers, master and overrides from there')
    .option('--folder <folder>', 'where to write')
    .action(async (flags) =>
      (await import('./runner-init.ts')).runnerInit({ ...flags, folder: flags.folder ?? runnerFolder(readOptions()) }),
    );
  return runner;
}

/** Subcommands do not inherit how errors end the process. */
export function subcommand(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).copyInheritedSettings(parent);
}

export const withParent = (): Option => new Option('--with-parent', 'end when standard input closes').hideHelp();
