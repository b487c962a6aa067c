import { createProgram } from './roots/commands.ts';
import { endFailed } from './roots/fail.ts';
import { printOnWithoutReader } from './roots/unread.ts';

printOnWithoutReader();
createProgram().parseAsync(process.argv).catch(endFailed);
