import * as z from 'zod';

/*
 * Imported for its effect. A runner reads a handful of letters in weeks: compiling each schema at its first use took a
 * fifth of all its reading time, and what it reads seldom comes twice.
 */
z.config({ jitless: true });
