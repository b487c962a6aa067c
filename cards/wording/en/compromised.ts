import type { Pen } from '../../pen.ts';
import { isAlone } from '../alone.ts';
import type { Lines, Names } from '../line.ts';
import { list, short } from './grammar.ts';

/** `untrusted`: it lies in no Root there. `trusting`: only in that of these. Left out by older versions too. */
type Where = {
  readonly thumbprint: string;
  readonly hosts: Names;
  readonly untrusted?: boolean;
  readonly trusting?: Names;
};

const believed = ({ trusting = [] }: Where): string =>
  `whoever has it is believed ${trusting.length === 0 ? 'there' : `on ${list(trusting, 'and', 4)}`}`;

const stillOn = (d: Where, pen: Pen): string =>
  `${pen.bold(`${short(d.thumbprint)} is still on ${list(d.hosts, 'and', 4)}`)}, and its key is compromised${d.untrusted === true ? ', though nothing there trusts it.' : `: until it is removed, ${believed(d)}.`}`;

/** Where a certificate with a compromised key still is. */
export const compromisedNotices = {
  'compromised.there': (d: Where & { farm: string }, pen: Pen) =>
    `${stillOn(d, pen)} Nothing uses it: say /ssis retire ${d.farm}.`,
  'compromised.allowed': (d: Where & { farm: string; by: Names }, pen: Pen) =>
    `${stillOn(d, pen)} It stays for as long as allowedCertificates of runner.json on ${list(d.by, 'and', 4)} names it: take it off there, restart ${d.by.length === 1 ? 'that runner' : 'those runners'}, then say /ssis retire ${d.farm}.`,
  'compromised.shared': (d: Where & { farm: string; where: Names }, pen: Pen) =>
    `${stillOn(d, pen)} It cannot be removed as it is (${list(d.where, 'and', 4)}): /ssis retire ${d.farm} says what to do first.`,
  'compromised.used': (d: Where, pen: Pen) =>
    `${pen.bold(`${short(d.thumbprint)} is still in use on ${list(d.hosts, 'and', 4)}`)}, and its key is compromised: rotate it before it can be removed.`,
  'compromised.unread': (d: Where) =>
    `Whether ${short(d.thumbprint)}, whose key is compromised, is still on ${list(d.hosts, 'and', 4)} could not be read.`,
  'compromised.left': (d: Where, pen: Pen) =>
    `${pen.bold(`${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'was' : 'were'} left as ${d.hosts.length === 1 ? 'it is' : 'they are'}`)}, and may still use or trust ${short(d.thumbprint)}, whose key is compromised: whoever has it may be believed there.`,
  'told.retire-compromised': (d: Where & { farm: string }, pen: Pen) =>
    `${pen.bold(`The key of ${short(d.thumbprint)} is compromised, and the certificate is still on ${list(d.hosts, 'and', 4)}`)}${d.untrusted === true ? ', though nothing there trusts it' : `: ${believed(d)}`}. Nothing uses it any more, so ${d.farm} can let it go now, without a grace period.`,
  'refused.nothing-goes-back': (d: { id: string }, pen: Pen) =>
    `${pen.bold('Nothing goes back there')}: a compromised key is never trusted again. Look again at ${d.id}, or leave the machine behind.`,
  'warning.contain': (d: { masters: Names }) =>
    `${list(d.masters, 'and', 4)} restarts first: the connection of every worker is interrupted for that, and packages that are dispatched meanwhile wait.`,
  'warning.contain-workers': (d: { hosts: Names }) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'is' : 'are'} cut off from then until the new certificate is in use; packages that run there are not waited for, and are started again elsewhere.`,
  'proof.contained': (d: { hosts: Names; master: string }) =>
    isAlone(d.hosts, [d.master])
      ? `The master on ${d.master} does not trust the old certificate of its own worker any more, and was restarted.`
      : `${d.master} does not trust the old ${d.hosts.length === 1 ? 'certificate' : 'certificates'} of ${list(d.hosts, 'and', 6)} any more, and was restarted.`,
  'proof.cut-off': (d: { hosts: Names }) =>
    `${list(d.hosts, 'and', 6)}: no new certificate in use, so ${d.hosts.length === 1 ? 'it stays' : 'they stay'} cut off.`,
  'next.contained': (d: { hosts: Names }) =>
    `Until it is mended ${d.hosts.length === 1 ? 'it runs' : 'they run'} no package: /ssis rotate-worker ${d.hosts.join(' ')} compromised.`,
  'status.contained': (d: { id: string; hosts: Names }, pen: Pen) =>
    `${pen.bold(`${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'is' : 'are'} cut off`)} since ${d.id} contained the compromised key, and ${d.hosts.length === 1 ? 'runs' : 'run'} no package: /ssis rotate-worker ${d.hosts.join(' ')} compromised.`,
  'note.contained': (d: { id: string }, pen: Pen) =>
    `${pen.bold(`${d.id} has contained the compromised key`)}, and no new certificate is in use: its workers stay cut off.`,
  'note.started-contain': (d: { id: string; by: Names; names: Names }, pen: Pen) =>
    `Approved by ${list(d.by, 'and', 4)}, so ${pen.bold(`${d.id} starts`)}: ${list(d.names, 'and', 4)} ${d.names.length === 1 ? 'is' : 'are'} cut off first.`,
  'row.contained': (d: { count: number }) => `trusts ${d.count === 1 ? 'one worker' : `${d.count} workers`} no more`,
  'wrong.compromised-all': (d: { word: string }) =>
    `Name the workers: compromised cuts them off at once, so nobody says all by chance. Say /ssis ${d.word} sqlw01 sqlw02 compromised.`,
  'wrong.not-compromised': (d: { word: string }) =>
    `${d.word} does not take the word compromised: say it with rotate-master, rotate-worker or retire.`,
} satisfies Lines;
