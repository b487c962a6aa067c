import * as z from 'zod';

/*
 * Imported for its effect. A runner reads a handful of letters in weeks: that each of its schemas is turned into code of
 * its own at its first use took longer than all that it then reads.
 */
z.config({ jitless: true });
