import './roots/program/old-node.ts';
import './roots/program/quiet-libraries.ts';
import './roots/program/far-servers.ts';
import { createProgram } from './roots/commands.ts';
import { endFailed, endUncaught } from './roots/program/fail.ts';
import { printOnWithoutReader } from './roots/program/unread.ts';

printOnWithoutReader();
endUncaught();
createProgram().parseAsync(process.argv).catch(endFailed);
