import type { Pen } from '../../pen.ts';
import type { Lines, Names } from '../line.ts';
import { list } from './grammar.ts';

/** `whoami`, and what somebody is told whom a farm does not know. */
export const whoamiWords = {
  'whoami.you': (d: { name: string; id: string; groups: Names; timeZone: string }, pen: Pen) =>
    `You are ${pen.bold(d.name)}: ${d.id} in the farm file${d.groups.length === 0 ? '' : `, ${d.groups.length === 1 ? 'group' : 'groups'} ${list(d.groups)}`}, time zone ${d.timeZone}.`,
  'whoami.unknown': (d: { platform: string; account: string }, pen: Pen) =>
    `You are not in the farm file. Ask its owner to add you under people, with ${pen.bold(`accounts: { ${d.platform}: ${d.account} }`)}.`,
  'whoami.approves': (d: { farm: string }) => `${d.farm}: you may ask, and you may approve what others ask.`,
  'whoami.asks': (d: { farm: string }) => `${d.farm}: you may ask; others approve.`,
  'refused.unknown-person': (d: { farm?: string; platform?: string; account?: string }) =>
    d.farm == null
      ? 'You are not in the farm file, so you cannot ask or decide here. Ask its owner to add you; /ssis whoami shows what to add.'
      : `You are not in the farm file of ${d.farm}, so you cannot ask or decide there. Ask its owner to add you under people, with accounts: { ${d.platform}: ${d.account} }.`,
} satisfies Lines;
