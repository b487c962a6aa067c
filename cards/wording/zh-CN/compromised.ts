import type { compromisedNotices as en } from '../en/compromised.ts';
import type { Same } from '../line.ts';
import { hosts, join, short, tight } from './grammar.ts';

/** Where a certificate still is whose key is in the wrong hands. */
export const compromisedNotices = {
  'compromised.there': (d, pen) =>
    tight`${pen.bold(join(`${short(d.thumbprint)} 仍在`, hosts(d.hosts, 4), ''))}，而其私钥已落入他人之手：删除之前，持有私钥的人在那里仍受信任。已没有程序使用它，请发送 /ssis retire ${d.farm}。`,
  'compromised.used': (d, pen) =>
    tight`${pen.bold(join('', hosts(d.hosts, 4), `仍在使用 ${short(d.thumbprint)}`))}，而其私钥已落入他人之手：须先轮换，才能删除。`,
  'compromised.unread': (d) =>
    join(`${short(d.thumbprint)} 的私钥已落入他人之手；无法读取它是否仍在`, hosts(d.hosts, 4), '。'),
  'told.retire-compromised': (d, pen) =>
    tight`${pen.bold(join(`${short(d.thumbprint)} 的私钥已落入他人之手，而证书仍在`, hosts(d.hosts, 4), ''))}：持有私钥的人在那里仍受信任。已没有程序使用它，${d.farm} 现在即可删除，无需等待宽限期。`,
  'wrong.not-compromised': (d) =>
    `${d.word} 不能使用 compromised：请发送 /ssis rotate-master compromised 或 /ssis retire compromised。`,
} satisfies Same<typeof en>;
