import { keyFlags, listOf } from '../../fault-words.ts';
import { type ErrorData, type Faults, listed, named, text } from './fault.ts';

/**
 * What runners pin in their own configuration, and for which they would refuse an order after its approval. Text to be
 * typed comes last, without a full stop, which would be copied with it.
 */
export const pinnedFaults = {
  BotKeyNotPinned: {
    says: 'its runner does not go by the key of this bot, and refuses all that is ordered from here.',
    todo: (d) =>
      `Where the folder of bot or runner is a copy from before an exchange of keys, put back a newer one. Where the bot has a new key, type there, elevated, then restart its runner and ask again: node runner.mjs keys --bot-key ${text(d.key ?? 'KEY')}`,
  },
  RunnerKeyNotNamed: {
    lead: 'silent',
    says: (d) => `what comes in its name is under a key that the farm file does not name${named(d, 'key')}.`,
    todo: 'If its runner has a new key, or its folder is a copy with an old one, put the key that node runner.mjs keys prints there into the farm file and restart the bot. Else somebody else writes that: see who can reach Redis.',
  },
  RunnerKeyNotPinned: {
    says: (d) => {
      const other = listOf(d.other);
      const missing = listOf(d.makers).filter((maker) => !other.includes(maker));
      const parts = [
        ...(missing.length === 0 ? [] : [`no key of the runner of ${listed(missing)}`]),
        ...(other.length === 0 ? [] : [`another key of the runner of ${listed(other)} than the farm file has`]),
      ];
      return `${runners(d, 'pins', 'pin')} ${parts.join(' and ')}, and would refuse what is made there.`;
    },
    todo: (d) =>
      `Compare the keys with what node runner.mjs keys prints on ${listed(d.makers)}. Then type on ${listed(d.hosts)}, restart the runner there, and ask again: node runner.mjs keys ${keyFlags(d)}`,
  },
  MasterPinnedDiffers: {
    says: (d) =>
      `${runners(d, 'takes', 'take')} ${text(d.found)} for the farm's master, and that is ${text(d.wanted)}.`,
    todo: (d) =>
      `If ${text(d.wanted)} is right, type on ${listed(d.hosts)}, restart the runner there, and ask again: node runner.mjs keys --master ${text(d.wanted)}`,
  },
  MadeUnderOtherKey: {
    says: (d) =>
      `what the master presents was made while the runner of ${text(d.maker)} had another key, which is not in the farm file, and which ${runners(d, 'does', 'do')} not pin.`,
    todo: 'Put its thumbprint into allowedCertificates of runner.json there, if you know it, restart the runner and ask again; or by hand on the worker: trust it in Root, write it to MasterHttpsCertThumbprint, restart the worker service.',
  },
} satisfies Faults;

/** The sentence begins with the first machine's name. */
const runners = (d: ErrorData, one: string, many: string): string =>
  listOf(d.hosts).length > 1 ? `the runners of ${listed(d.hosts)} ${many}` : `its runner ${one}`;
