import './roots/old-node.ts';
import './roots/quiet-libraries.ts';
import { createProgram } from './roots/commands.ts';
import { endFailed, endUncaught } from './roots/fail.ts';
import { printOnWithoutReader } from './roots/unread.ts';

printOnWithoutReader();
endUncaught();
createProgram().parseAsync(process.argv).catch(endFailed);
