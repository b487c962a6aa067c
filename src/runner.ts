import './roots/program/old-node.ts';
import './roots/program/quiet-libraries.ts';
import './roots/program/far-servers.ts';
import './roots/runner/small-heap.ts';
import './roots/runner/plain-schemas.ts';
import { Command } from 'commander';
import { endFailed, endUncaught } from './roots/program/fail.ts';
import { addHelp, tellLeftOver } from './roots/program/left-over.ts';
import { printOnWithoutReader } from './roots/program/unread.ts';
import { addRunnerTo } from './roots/runner/runner-command.ts';
import { USAGE } from './roots/sayings/saying.ts';
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
addHelp(addRunnerTo(tellLeftOver(runner)))
  .parseAsync(process.argv)
  .catch(endFailed);
