import type { whoamiWords as en } from '../en/whoami.ts';
import type { Same } from '../line.ts';
import { list } from './grammar.ts';

/** `whoami`, and what somebody is told whom a farm does not know. */
export const whoamiWords = {
  'whoami.you': (d, pen) =>
    `您是 ${pen.bold(d.name)}：服务器场配置文件中的 ${d.id}${d.groups.length === 0 ? '' : `，属于组 ${list(d.groups)}`}，时区 ${d.timeZone}。`,
  'whoami.unknown': (d, pen) =>
    `您不在服务器场配置文件中。请其负责人在 people 下添加您，写明 ${pen.bold(`accounts: { ${d.platform}: ${d.account} }`)}。`,
  'whoami.approves': (d) => `${d.farm}：您可以申请，也可以审批他人的申请。`,
  'whoami.asks': (d) => `${d.farm}：您可以申请，由他人审批。`,
  'refused.unknown-person': (d) =>
    d.farm == null
      ? '您不在服务器场配置文件中，不能申请或审批。请其负责人添加您；/ssis whoami 会显示须添加的内容。'
      : `您不在 ${d.farm} 的服务器场配置文件中，不能在该服务器场申请或审批。请其负责人在 people 下添加您，写明 accounts: { ${d.platform}: ${d.account} }。`,
} satisfies Same<typeof en>;
