import './roots/small-heap.ts';
import { Command } from 'commander';
import { endFailed } from './roots/fail.ts';
import { runRunner } from './roots/run-runner.ts';
import { USAGE } from './roots/sayings.ts';
import { VERSION } from './roots/version.ts';

/** The runner alone, as one file for a Windows host: nothing of chat is reachable from here. */
new Command('certops-runner')
  .description('Serve one Windows host of an SSIS Scale Out farm.')
  .version(VERSION)
  .option('--host <name>', 'which host this is')
  .option('--folder <folder>', 'configuration, key and journal')
  .option('--with-parent', 'end when standard input closes')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE))
  .action(runRunner)
  .parseAsync(process.argv)
  .catch(endFailed);
