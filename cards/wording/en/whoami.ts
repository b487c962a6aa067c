import type { Line, Lines } from '../line.ts';
import { list } from './grammar.ts';

type Names = readonly string[];

/** `whoami`, and what is said to whom a farm does not know. */
export const whoamiWords = {
  'whoami.you': ((d, pen) =>
    `You are ${pen.bold(d.name)}: ${d.id} in the farm file${d.groups.length === 0 ? '' : `, ${d.groups.length === 1 ? 'group' : 'groups'} ${list(d.groups)}`}, time zone ${d.timeZone}.`) as Line<{
    name: string;
    id: string;
    groups: Names;
    timeZone: string;
  }>,
  'whoami.unknown': ((d, pen) =>
    `You are not in the farm file. Ask its owner to add you under people, with ${pen.bold(`accounts: { ${d.platform}: ${d.account} }`)}.`) as Line<{
    platform: string;
    account: string;
  }>,
  'whoami.approves': ((d) => `${d.farm}: you may ask, and you may approve what others ask.`) as Line<{ farm: string }>,
  'whoami.asks': ((d) => `${d.farm}: you may ask; others approve.`) as Line<{ farm: string }>,
  'refused.unknown-person': ((d) =>
    d.farm == null
      ? 'You are not in the farm file, so you cannot ask or decide here. Ask its owner to add you; /ssis whoami shows what to add.'
      : `You are not in the farm file of ${d.farm}, so you cannot ask or decide there. Ask its owner to add you under people, with accounts: { ${d.platform}: ${d.account} }.`) as Line<{
    farm?: string;
    platform?: string;
    account?: string;
  }>,
} satisfies Lines;
