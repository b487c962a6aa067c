import type { Line, Lines } from '../line.ts';
import { list } from './grammar.ts';

type Names = readonly string[];

/** `whoami`. */
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
} satisfies Lines;
