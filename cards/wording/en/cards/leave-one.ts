import type { Pen } from '../../../pen.ts';
import type { Lines, Names } from '../../line.ts';
import { count, list } from '../grammar.ts';

/** Only some of the machines in question, and those that stay in question. */
interface Some {
  readonly hosts: Names;
  readonly rest: Names;
  /** They are in question because of their packages. */
  readonly packages: boolean;
}

const stays = ({ rest }: Some, most = 3): string =>
  `What becomes of ${list(rest, 'and', most)} is still to be decided.`;

/** Long names have no button, and at most three machines have one. */
const BY = { all: 'by its button or ', some: 'by its button, where it has one, or ', none: '' } as const;

const stay = ({ hosts, packages }: Some): string => {
  const [keeps, is] = hosts.length === 1 ? ['keeps its old certificate', 'is'] : ['keep their old certificates', 'are'];
  return packages ? keeps : `${is} left behind as ${hosts.length === 1 ? 'it is' : 'they are'}`;
};

export const leaveOneWords = {
  'person.leave-one': (d: { host: string }) => `Leave ${d.host} behind…`,
  'person.leave-some': () => 'Leave one behind…',
  'person.leave-one-choice': (d: { id: string; quorum: number; buttons: 'all' | 'some' | 'none' }, pen: Pen) =>
    `One alone can be left behind too, with ${count(d.quorum, 'approval')}, ${BY[d.buttons]}with ${pen.bold(`/ssis resolve ${d.id} leave NAME`)}: the others stay in question.`,
  'person.leave-one-what': (d: Some) =>
    `${list(d.hosts, 'and', 4)} ${stay(d)}${d.packages ? ', and nothing is restarted there' : ''}. ${stays(d)}`,
  'person.asked-one': (d: Some & { by: string }, pen: Pen) =>
    `${pen.bold(d.by)} asks to leave ${list(d.hosts, 'and', 4)} behind. ${stays(d, 6)}`,
  'person.approve-one': (d: Some & { starts: boolean }, pen: Pen) =>
    `You agree that ${pen.bold(list(d.hosts, 'and', 4))} ${stay(d)}. ${stays(d)} ${d.starts ? `It is done ${pen.bold('at once')}.` : 'Nothing is done before the others agree.'}`,
} satisfies Lines;
