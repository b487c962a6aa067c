import type { whoamiWords as en } from '../en/whoami.ts';
import type { Same } from '../line.ts';
import { list } from './grammar.ts';

/** `whoami`. */
export const whoamiWords = {
  'whoami.you': (d, pen) =>
    `您是 ${pen.bold(d.name)}：服务器场配置文件中的 ${d.id}${d.groups.length === 0 ? '' : `，属于组 ${list(d.groups)}`}，时区 ${d.timeZone}。`,
  'whoami.unknown': (d, pen) =>
    `您不在服务器场配置文件中。请其负责人在 people 下添加您，写明 ${pen.bold(`accounts: { ${d.platform}: ${d.account} }`)}。`,
  'whoami.approves': (d) => `${d.farm}：您可以申请，也可以审批他人的申请。`,
  'whoami.asks': (d) => `${d.farm}：您可以申请，由他人审批。`,
} satisfies Same<typeof en>;
