import type { Lines } from '../../line.ts';
import { list } from '../grammar.ts';

/** What cards say about a compromised key. */
export const compromisedWords = {
  'compromised.key': (d: { farm: string; request: string; hosts: readonly string[]; old: boolean }) => {
    if (d.request === 'retire')
      return 'COMPROMISED: keys of old certificates, so none of them waits for its grace period.';
    const old = d.old ? 'old ' : '';
    const whose =
      d.request === 'rotate-master'
        ? `the key of ${d.farm}'s ${old}master certificate`
        : d.hosts.length === 1
          ? `the ${old}key of ${d.hosts[0]}`
          : `the ${old}keys of ${list(d.hosts, 'and', 4)}`;
    return `COMPROMISED: ${whose}.`;
  },
  'compromised.at-once': () => 'It begins as soon as it is approved, whatever the change windows say.',
  'compromised.spoken': () => 'COMPROMISED KEY: ',
} satisfies Lines;
