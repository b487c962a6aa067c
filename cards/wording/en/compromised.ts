import type { Line, Lines } from '../line.ts';
import { list, short } from './grammar.ts';

type Names = readonly string[];
type Where = { readonly thumbprint: string; readonly hosts: Names };

/** Where a certificate still is whose key is in the wrong hands. */
export const compromisedNotices = {
  'compromised.there': ((d, pen) =>
    `${pen.bold(`${short(d.thumbprint)} is still on ${list(d.hosts, 'and', 4)}`)}, and its key is in the wrong hands: until it is removed, whoever has it is believed there. Nothing uses it: say /ssis retire ${d.farm}.`) as Line<
    Where & { farm: string }
  >,
  'compromised.used': ((d, pen) =>
    `${pen.bold(`${short(d.thumbprint)} is still in use on ${list(d.hosts, 'and', 4)}`)}, and its key is in the wrong hands: rotate it before it can be removed.`) as Line<Where>,
  'compromised.unread': ((d) =>
    `Whether ${short(d.thumbprint)}, whose key is in the wrong hands, is still on ${list(d.hosts, 'and', 4)} could not be read.`) as Line<Where>,
  'told.retire-compromised': ((d, pen) =>
    `${pen.bold(`The key of ${short(d.thumbprint)} is in the wrong hands, and the certificate is still on ${list(d.hosts, 'and', 4)}`)}: whoever has it is believed there. Nothing uses it any more, so ${d.farm} can let it go now, without a grace period.`) as Line<
    Where & { farm: string }
  >,
  'wrong.not-compromised': ((d) =>
    `${d.word} does not take the word compromised: say /ssis rotate-master compromised, or /ssis retire compromised.`) as Line<{
    word: string;
  }>,
} satisfies Lines;
