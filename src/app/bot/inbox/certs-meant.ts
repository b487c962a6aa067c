import type { CertsLine } from '../../../domain/request/certs-line.ts';
import { nearby } from '../../../domain/request/nearest.ts';
import { type HostName, isRefusal, parseHostName, type Refusal, refuse } from '../../../domain/values.ts';
import type { Answer, ChatIntent } from '../../../ports/chat.ts';
import type { Desk } from '../desk.ts';
import { button, notice, refusal, say } from '../views/notices.ts';
import { certs } from './certs.ts';
import { certsOf } from './certs-of.ts';
import { deskFor, type Inbox, membersOf } from './route.ts';

interface Meant {
  readonly desk: Desk;
  /** null: all of them. */
  readonly host: HostName | null;
}

/** `certs [FARM]`, `certs HOST [in FARM]`, `certs FARM HOST`. */
export async function answerCerts(inbox: Inbox, intent: ChatIntent, line: CertsLine): Promise<Answer> {
  const meant = meantBy(inbox, intent, line);
  if (isRefusal(meant)) {
    const [first, second] = [line.farm, line.said].map((name) => kindOf(inbox, intent, name));
    if (line.isPair && first !== null && first === second)
      return notice([say('wrong.too-many-words', { word: 'certs', said: line.said })]);
    const { nearest: near, farm } = meant.data;
    const text = ['certs', ...(typeof farm === 'string' ? [farm] : []), near].join(' ');
    const way =
      typeof near === 'string' && near !== '' ? [button('type', 'type', { text: `/ssis ${text}` }, { text })] : [];
    return refusal(meant, way);
  }
  const { desk, host } = meant;
  const fresh = await inbox.looks.ask(desk, host);
  return host === null ? certs(desk, fresh) : certsOf(desk, host, fresh);
}

/**
 * A name that is both a farm's and a machine's means the farm. A machine of several farms leads to a question, never a
 * guess. Only farms that know the person count.
 */
export function meantBy(inbox: Inbox, intent: ChatIntent, { farm, said, isPair }: CertsLine): Meant | Refusal {
  const [first, second] = [farm, said].map((name) => kindOf(inbox, intent, name));
  if (first !== 'farm' && (second === 'farm' || (isPair && first === 'machine')) && said !== null)
    return meantBy(inbox, intent, { farm: said, said: farm });
  if (farm !== null || said === null) {
    const member = deskFor(inbox, intent, farm);
    if (isRefusal(member)) return member;
    const { desk } = member;
    return said === null ? { desk, host: null } : inFarms([desk], said, desk.farm.name);
  }
  const here = deskFor(inbox, intent, null);
  if (isRefusal(here) && here.code !== 'which-farm') return here;
  const found = isRefusal(here) ? null : hostOf(here.desk, said);
  if (!isRefusal(here) && found !== null) return { desk: here.desk, host: found };
  const known = membersOf(inbox, intent).map(({ desk }) => desk);
  return inFarms(known, said, null);
}

/** What there is of that name, as far as the person may know; null: nothing. */
function kindOf(inbox: Inbox, intent: ChatIntent, name: string | null): 'farm' | 'machine' | null {
  if (name === null) return null;
  if (inbox.desks.some(({ farm }) => farm.name === name.toLowerCase())) return 'farm';
  return membersOf(inbox, intent).some(({ desk }) => hostOf(desk, name) !== null) ? 'machine' : null;
}

/** `farm` is the one that was named, or null. */
function inFarms(desks: readonly Desk[], said: string, farm: string | null): Meant | Refusal {
  const found = desks.flatMap((desk): readonly Meant[] => {
    const host = hostOf(desk, said);
    return host === null ? [] : [{ desk, host }];
  });
  const farms = found.map(({ desk }) => desk.farm.name);
  if (found.length > 1) return refuse('which-farm', { farms });
  return found[0] ?? unknown(desks, said, farm);
}

const hostOf = ({ farm }: Desk, said: string): HostName | null =>
  farm.hosts.find(({ name }) => name === parseHostName(said))?.name ?? null;

function unknown(desks: readonly Desk[], said: string, farm: string | null): Refusal {
  const machines = desks.flatMap((desk) => desk.farm.hosts.map(({ name }) => name));
  const names = farm === null ? [...desks.map((desk) => desk.farm.name), ...machines] : machines;
  return refuse('unknown-machine', {
    said: said.slice(0, 80),
    farm,
    farms: desks.map((one) => one.farm.name),
    nearest: nearby(said.toLowerCase(), names),
  });
}
