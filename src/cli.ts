import { createProgram } from './roots/commands.ts';
import { tellFailure } from './roots/fail.ts';

createProgram()
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    process.exitCode = tellFailure(error);
  });
