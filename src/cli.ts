import { createProgram } from './roots/commands.ts';
import { endFailed } from './roots/fail.ts';

createProgram().parseAsync(process.argv).catch(endFailed);
