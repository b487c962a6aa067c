import './roots/old-node.ts';
import './roots/quiet-libraries.ts';
import './roots/small-heap.ts';
import './roots/plain-schemas.ts';
import { Command } from 'commander';
import { endFailed, endUncaught } from './roots/fail.ts';
import { tellLeftOver } from './roots/left-over.ts';
import { addRunnerTo } from './roots/runner-command.ts';
import { USAGE } from './roots/sayings/saying.ts';
import { printOnWithoutReader } from './roots/unread.ts';
import { VERSION } from './roots/version.ts';

/** Only the runner, as one file for a Windows host: nothing of chat is reachable from here. */
const runner = new Command('node runner.mjs')
  .description('Serve one Windows host of an SSIS Scale Out farm.')
  .version(VERSION)
  .showSuggestionAfterError()
  .enablePositionalOptions()
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE));
printOnWithoutReader();
endUncaught();
addRunnerTo(tellLeftOver(runner)).parseAsync(process.argv).catch(endFailed);
