import { isFolderGone } from '../../fault-words.ts';
import { makeWritable, saysOfItself, whyUnwritable } from '../unwritable.ts';
import type { Faults } from './fault.ts';

/** A machine that cannot write its journal, which alone proves what it did. */
export const unwritableFaults = {
  JournalNotWritable: {
    says: (d) => `its journal cannot be written${whyUnwritable(d)}, so it accepts no work.`,
    todo: (d): string =>
      d.answers === true
        ? 'It could be written again later: find out what was in the way, then ask again.'
        : `${makeWritable(d)}, then ask again: it is noticed within seconds. If that folder was lost or replaced, restart the runner once it is there again, and run certops validate.`,
    hand: (d): string => `${makeWritable(d)}: it is noticed within seconds, and this goes on by itself.`,
  },
  OutcomeNotWritten: {
    lead: 'unknown',
    says: (d) => `it says that ${saysOfItself(d)}, and cannot write that into its journal${whyUnwritable(d)}.`,
    todo: (d): string =>
      d.answers === true
        ? 'It could be written again later: find out what was in the way, then ask again.'
        : `${makeWritable(d)}: then it tells by itself how it ended, and this goes on.`,
  },
  EndNotWritten: {
    lead: 'unknown',
    says: (d) =>
      d.outcome === 'applied'
        ? `it says that it was confirmed and stays, and cannot write that into its journal${whyUnwritable(d)}.`
        : `it stays as it is if its confirmation came, and else went back; it cannot write which into its journal${whyUnwritable(d)}.`,
    todo: (d): string =>
      isFolderGone(d)
        ? 'Put its state folder back in its place, and do not restart its runner before: it might go back, and all who followed with it. If that folder is lost, nothing will tell how it ended: look at what its port presents, and set the runner up anew.'
        : 'Free its disk, or let its account write into its state folder again, and do not restart its runner before: it might go back, and all who followed with it.',
  },
} satisfies Faults;
