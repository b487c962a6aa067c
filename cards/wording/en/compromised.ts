import type { Line, Lines } from '../line.ts';
import { list, short } from './grammar.ts';

type Names = readonly string[];
type Where = { readonly thumbprint: string; readonly hosts: Names };

/** Where a certificate still is whose key is compromised. */
export const compromisedNotices = {
  'compromised.there': ((d, pen) =>
    `${pen.bold(`${short(d.thumbprint)} is still on ${list(d.hosts, 'and', 4)}`)}, and its key is compromised: until it is removed, whoever has it is believed there. Nothing uses it: say /ssis retire ${d.farm}.`) as Line<
    Where & { farm: string }
  >,
  'compromised.used': ((d, pen) =>
    `${pen.bold(`${short(d.thumbprint)} is still in use on ${list(d.hosts, 'and', 4)}`)}, and its key is compromised: rotate it before it can be removed.`) as Line<Where>,
  'compromised.unread': ((d) =>
    `Whether ${short(d.thumbprint)}, whose key is compromised, is still on ${list(d.hosts, 'and', 4)} could not be read.`) as Line<Where>,
  'compromised.left': ((d, pen) =>
    `${pen.bold(`${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'was' : 'were'} left as ${d.hosts.length === 1 ? 'it is' : 'they are'}`)}, and may still use or trust ${short(d.thumbprint)}, whose key is compromised: whoever has it may be believed there.`) as Line<Where>,
  'told.retire-compromised': ((d, pen) =>
    `${pen.bold(`The key of ${short(d.thumbprint)} is compromised, and the certificate is still on ${list(d.hosts, 'and', 4)}`)}: whoever has it is believed there. Nothing uses it any more, so ${d.farm} can let it go now, without a grace period.`) as Line<
    Where & { farm: string }
  >,
  'refused.nothing-goes-back': ((d, pen) =>
    `${pen.bold('Nothing goes back there')}: a compromised key is never trusted again. Look again at ${d.id}, or leave the machine behind.`) as Line<{
    id: string;
  }>,
  'warning.contain': ((d) =>
    `${list(d.masters, 'and', 4)} restarts first: the connection of every worker is interrupted for that, and packages that are dispatched meanwhile wait.`) as Line<{
    masters: Names;
  }>,
  'warning.contain-workers': ((d) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'is' : 'are'} cut off from then until the new certificate is in use; packages that run there are not waited for, and are started again elsewhere.`) as Line<{
    hosts: Names;
  }>,
  'proof.contained': ((d) =>
    `${d.master} does not trust the old ${d.hosts.length === 1 ? 'certificate' : 'certificates'} of ${list(d.hosts, 'and', 6)} any more, and was restarted.`) as Line<{
    hosts: Names;
    master: string;
  }>,
  'proof.cut-off': ((d) =>
    `${list(d.hosts, 'and', 6)}: no new certificate in use, so ${d.hosts.length === 1 ? 'it stays' : 'they stay'} cut off.`) as Line<{
    hosts: Names;
  }>,
  'next.contained': ((d) =>
    `Until it is mended ${d.hosts.length === 1 ? 'it runs' : 'they run'} no package: /ssis rotate-worker ${d.hosts.join(' ')} compromised.`) as Line<{
    hosts: Names;
  }>,
  'note.contained': ((d, pen) =>
    `${pen.bold(`${d.id} has contained the compromised key`)}, and no new certificate is in use: its workers stay cut off.`) as Line<{
    id: string;
  }>,
  'note.started-contain': ((d, pen) =>
    `Approved by ${list(d.by, 'and', 4)}, so ${pen.bold(`${d.id} starts`)}: ${list(d.names, 'and', 4)} ${d.names.length === 1 ? 'is' : 'are'} cut off first.`) as Line<{
    id: string;
    by: Names;
    names: Names;
  }>,
  'row.contained': ((d) => `trusts ${d.count === 1 ? 'one worker' : `${d.count} workers`} no more`) as Line<{
    count: number;
  }>,
  'wrong.compromised-all': ((d) =>
    `Name the workers: compromised cuts them off at once, so nobody says all by chance. Say /ssis ${d.word} sqlw01 sqlw02 compromised.`) as Line<{
    word: string;
  }>,
  'wrong.not-compromised': ((d) =>
    `${d.word} does not take the word compromised: say it with rotate-master, rotate-worker or retire.`) as Line<{
    word: string;
  }>,
} satisfies Lines;
