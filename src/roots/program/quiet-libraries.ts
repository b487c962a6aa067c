import { forgetDebug } from '../../config/load.ts';

/* Imported for its effect, before any library that would read DEBUG. */
forgetDebug();
